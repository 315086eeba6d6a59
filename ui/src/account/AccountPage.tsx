import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { client, meQuery } from "../api/queries";
import type { Locale, Me, Theme } from "../api/types";
import { initials } from "../i18n/format";
import { Button } from "../parts/Button";
import { ChoiceInput } from "../parts/ChoiceInput";
import { Icon } from "../parts/Icon";
import { SwitchInput } from "../parts/SwitchInput";
import { DevicesForm } from "../phone/DevicesForm";
import { isOpenTo } from "../shell/rights";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { saveMe } from "../shell/saveMe";
import "./account.css";
import { KeysForm } from "./KeysForm";
import { NotifyForm } from "./NotifyForm";
import { PasswordForm } from "./PasswordForm";
import { Sessions } from "./Sessions";

const THEMES: readonly Theme[] = ["auto", "light", "dark"];
const LOCALES: readonly { key: Locale; name: string }[] = [{ key: "fr", name: "Français" }, { key: "en", name: "English" }];

export function AccountPage() {
  const { t } = useTranslation();
  const words = useTrouble();
  const navigate = useNavigate();
  const { data: me } = useSuspenseQuery(meQuery);
  useEffect(() => { document.title = `${t("account.title")} · Affluent`; }, [t]);
  const save = (change: Partial<Me>): void => void saveMe(change).catch((error: unknown) => toast(words(error), { tone: "wrong" }));
  const leave = async (): Promise<void> => {
    try {
      await api.delete("/session", { quiet401: true });
    } finally {
      client.clear();
      await navigate({ to: "/signin" });
    }
  };
  return (
    <main className="account">
      <header>
        <span className="me" aria-hidden="true">{initials(me.name)}</span>
        <div className="grow"><h1>{me.name}</h1><p className="two">{me.email} · {t(`role.${me.role}`)}{me.team ? ` · ${me.team.name}` : ""}</p></div>
        <Button onPress={() => void leave()}><Icon name="sign-out" />{t("account.leave")}</Button>
      </header>
      <section aria-labelledby="acc-look">
        <h2 id="acc-look">{t("account.look")}</h2>
        <ChoiceInput label={t("account.locale")} value={me.locale} choices={LOCALES} onChange={(locale) => save({ locale })} />
        <ChoiceInput label={t("account.theme")} value={me.theme} onChange={(theme) => save({ theme })} choices={THEMES.map((key) => ({ key, name: t(`theme.${key}`) }))} />
      </section>
      <section aria-labelledby="acc-notify"><h2 id="acc-notify">{t("notify.title")}</h2><p className="two">{t("notify.lead")}</p><NotifyForm /></section>
      {isOpenTo(me.role, "desk") && <section aria-labelledby="acc-phone"><h2 id="acc-phone">{t("title", { ns: "phone" })}</h2><DevicesForm /></section>}
      <section aria-labelledby="keys">
        <h2 id="keys">{t("keys.title")}</h2>
        <SwitchInput label={t("account.keys")} value={me.keys_enabled} onChange={(keys_enabled) => save({ keys_enabled })} />
        <p className="small three">{t("account.keys_hint")}</p>
        {me.keys_enabled && <KeysForm />}
      </section>
      <section aria-labelledby="acc-pw"><h2 id="acc-pw">{t("account.password")}</h2><PasswordForm /></section>
      <section aria-labelledby="acc-ses"><h2 id="acc-ses">{t("account.sessions")}</h2><p className="two">{t("account.sessions_lead")}</p><Sessions /></section>
    </main>
  );
}
