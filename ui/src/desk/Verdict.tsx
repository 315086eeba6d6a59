import { useTranslation } from "react-i18next";
import type { MailFacts } from "../api/types";
import { Icon } from "../parts/Icon";

/** Whether the sender's address can be believed (SPF, DKIM, DMARC), in words; the three results on pointing. */
export function Verdict({ mail }: { mail: MailFacts }) {
  const { t } = useTranslation();
  const { verdict } = mail;
  if (!verdict || Object.values(verdict).every((one) => !one || one === "none")) return null;
  const detail = ["spf", "dkim", "dmarc"].map((name) => `${name.toUpperCase()} ${verdict[name] ?? "none"}`).join(", ");
  const forged = verdict["dmarc"] === "fail" || (verdict["spf"] === "fail" && verdict["dkim"] !== "pass");
  const proven = !forged && (verdict["dmarc"] === "pass" || verdict["dkim"] === "pass");
  if (forged) return <span className="tag late" title={detail}><Icon name="seal-warning" />{t("verdict.forged")}<span className="vh"> ({detail})</span></span>;
  return <span className="tag" title={detail}>{proven && <Icon name="seal-check" />}{t(proven ? "verdict.proven" : "verdict.unproven")}<span className="vh"> ({detail})</span></span>;
}
