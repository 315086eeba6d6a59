import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import type { Beside } from "../api/types";
import { customerName } from "../desk/customerName";
import { span } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { useTogether } from "./acts";
import "./together.css";

/** A colleague asks for one's help: who, with which contact, and what they want to know. */
export function InvitationCard({ row }: { row: Beside }) {
  const { t } = useTranslation("together");
  const now = useNow();
  const { accept, decline } = useTogether(row.id);
  const left_ms = (row.mine.expires_ms ?? now) - now;
  const name = customerName(row.customer);
  return (
    <article className="offer invitation" aria-label={t("invitation.label", { by: row.mine.by.name, name })}>
      <div className="top">
        <span className="ring"><Icon name="users-three" /></span>
        <div className="grow">
          <h2>{t("invitation.head", { by: row.mine.by.name })}</h2>
          <div className="small two cut"><Link to="/desk/$contactId" params={{ contactId: String(row.id) }}>{name}</Link> · {row.subject || row.preview} · {row.brand.name}</div>
        </div>
      </div>
      {row.asked && <p className="asked">{row.asked}</p>}
      <div className="acts">
        <Button look="main" isPending={accept.isPending} onPress={() => accept.mutate()}>{t("invitation.accept")}</Button>
        <Button isPending={decline.isPending} onPress={() => decline.mutate()}>{t("invitation.decline")}</Button>
      </div>
      <p className="small three moves">{left_ms > 0 ? t("invitation.left", { span: span(left_ms) }) : t("invitation.over")}</p>
    </article>
  );
}
