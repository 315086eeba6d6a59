import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Row } from "../api/types";
import { moment } from "../i18n/format";
import { Mark } from "../parts/Mark";
import { customerName } from "./customerName";

export function SleepingRow({ row, now, isOpen }: { row: Row; now: number; isOpen: boolean }) {
  const { t } = useTranslation();
  const wakes = row.not_before_ms && row.state === "waiting" ? t("list.promised_for", { moment: moment(row.not_before_ms, now) }) : row.wakes?.kind === "time" && row.wakes.at_ms ? t("list.wakes_at", { moment: moment(row.wakes.at_ms, now) }) : t("list.wakes_customer");
  return (
    <li>
      <Link className="c" to="/desk/$contactId" params={{ contactId: String(row.id) }} {...(isOpen ? { "aria-current": "true" as const } : {})}>
        <Mark state="sleeping" big /><span className="who cut" style={{ fontWeight: 400 }}>{customerName(row.customer)}</span><span className="st">{wakes}</span>
        <span /><span className="sub cut">{row.subject || row.preview} · {row.brand.name}</span><span />
        <span className="rule" />
      </Link>
    </li>
  );
}
