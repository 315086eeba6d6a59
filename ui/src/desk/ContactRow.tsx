import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Row } from "../api/types";
import { Gauge } from "../parts/Gauge";
import { Icon } from "../parts/Icon";
import { MEDIUM_ICON } from "../parts/mediumIcon";
import { shareUsed, timeText, urgencyOf } from "../parts/urgency";
import { hasDraft } from "./drafts";
import { customerName } from "./customerName";

export function ContactRow({ row, now, isOpen }: { row: Row; now: number; isOpen: boolean }) {
  const { t } = useTranslation();
  const share = shareUsed(row, now);
  return (
    <li>
      <Link className="c" to="/desk/$contactId" params={{ contactId: String(row.id) }} {...(isOpen ? { "aria-current": "true" as const } : {})}>
        <Icon name={MEDIUM_ICON[row.medium]} /><span className="vh">{t(`media_one.${row.medium}`)}</span>
        <span className="who cut">{customerName(row.customer)}</span>
        <span className={`left ${share === null ? "" : urgencyOf(share)}`}>{timeText(row, now)}</span>
        <span className="dot">{row.unread > 0 && <b className="unread" aria-label={t("list.unread", { count: row.unread })}>{row.unread}</b>}</span>
        <span className="sub cut">{hasDraft(row.id) && !isOpen && <em>{t("list.draft")} · </em>}{row.subject || row.preview} · {row.brand.name}</span>
        {row.medium === "voice" ? <span /> : <span className={`st${row.awaiting === "us" ? " you" : ""}`}>{row.awaiting === "us" ? t("list.ours") : t("list.theirs")}</span>}
        {share === null ? <span className="rule" /> : <Gauge share={share} />}
      </Link>
    </li>
  );
}
