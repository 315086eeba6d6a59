import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { serverNow, useNow } from "../api/clock";
import { client } from "../api/queries";
import type { Me } from "../api/types";
import { moment, number, span } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { Icon } from "../parts/Icon";
import { SwitchInput } from "../parts/SwitchInput";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";

interface Outbound { held_ms: number | null; backup_ms: number | null; mails: number; in_doubt: number; events: number; may_release: boolean }

const KEY = ["admin", "outbound"];
const HELD_MS = 20_000;
const OPEN_MS = 300_000;

/** While nothing is sent, whoever runs the centre sees it on every page, and what waits; letting it go is asked twice. */
export function HeldBar({ me }: { me: Me }) {
  const { t } = useTranslation("held");
  const { t: main } = useTranslation();
  const words = useTrouble();
  const now = useNow();
  const [asks, ask] = useState(false);
  const [all, setAll] = useState(false);
  const { data } = useQuery({
    queryKey: KEY, queryFn: () => api.get<Outbound>("/admin/outbound"), enabled: me.role === "administrator" || me.role === "supervisor",
    // The command line releases as well: nobody tells the pages then.
    refetchInterval: ({ state }) => (state.data?.held_ms ? HELD_MS : OPEN_MS),
  });
  const release = useMutation({
    mutationFn: () => api.post<Outbound>("/admin/outbound/release", { send_all: all }),
    onSuccess: (open) => { client.setQueryData(KEY, open); ask(false); toast(t("done")); },
    onError: (refusal) => { toast(words(refusal), { tone: "wrong" }); ask(false); void client.invalidateQueries({ queryKey: KEY }); },
  });
  if (!data || data.held_ms === null) return null;
  const counted = (mails: number): { mails: string; events: string } => ({
    mails: t("mails", { count: mails, said: number(mails) }), events: t("events", { count: data.events, said: number(data.events) }),
  });
  return (
    <section className="lost" aria-label={t("name")}>
      <Icon name="warning-circle" />
      <p>
        <b>{t("since", { span: span(Math.max(0, serverNow() - data.held_ms)) })}</b>{" "}
        {data.backup_ms === null ? t("by_hand") : t("restored", { at: moment(data.backup_ms, now) })}{" "}
        {data.may_release ? t("waits", counted(data.mails)) : t("ask")}
      </p>
      {data.may_release && <Button small onPress={() => { setAll(false); ask(true); }}>{t("act")}</Button>}
      {asks && (
        <DialogBox title={t("title")} isOpen role="alertdialog" onClose={() => ask(false)}>
          <p>{t("goes", counted(data.mails - (all ? 0 : data.in_doubt)))}</p>
          {data.in_doubt > 0 && <p>{t("doubt", { count: data.in_doubt, said: number(data.in_doubt) })}</p>}
          {data.in_doubt > 0 && <div className="field"><SwitchInput label={t("all")} value={all} onChange={setAll} /><span className="hint">{t("all_hint")}</span></div>}
          <p className="small two">{t("trail")}</p>
          <div className="ends"><Button onPress={() => ask(false)}>{main("common.cancel")}</Button><Button look="main" isPending={release.isPending} onPress={() => release.mutate()}>{t("sure")}</Button></div>
        </DialogBox>
      )}
    </section>
  );
}
