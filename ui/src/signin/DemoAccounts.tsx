import { useTranslation } from "react-i18next";
import type { DemoAccount } from "../api/types";
import { initials } from "../i18n/format";
import { Icon } from "../parts/Icon";

interface Props { accounts: DemoAccount[]; busy: boolean; onPick: (account: DemoAccount) => void }

/** In a demonstration, each invented person is one press away. */
export function DemoAccounts({ accounts, busy, onPick }: Props) {
  const { t } = useTranslation();
  return (
    <section className="demo" aria-labelledby="demo">
      <h2 id="demo">{t("signin.demo")}</h2>
      <p className="small two">{t("signin.demo_lead")}</p>
      <ul>
        {accounts.map((one) => (
          <li key={one.email}>
            <button type="button" disabled={busy} onClick={() => onPick(one)}>
              <span className="me" aria-hidden="true">{initials(one.name)}</span>
              <span className="grow"><b className="b">{one.name}</b> <span className="two">· {t(`role.${one.role}`)}</span></span>
              <Icon name="caret-right" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
