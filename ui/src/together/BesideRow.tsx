import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Beside } from "../api/types";
import { customerName } from "../desk/customerName";
import { Icon } from "../parts/Icon";
import { MEDIUM_ICON } from "../parts/mediumIcon";

/** A contact in a colleague's hand in which one takes part. */
export function BesideRow({ row, isOpen }: { row: Beside; isOpen: boolean }) {
  const { t } = useTranslation("together");
  const { t: main } = useTranslation();
  return (
    <li>
      <Link className="c" to="/desk/$contactId" params={{ contactId: String(row.id) }} {...(isOpen ? { "aria-current": "true" as const } : {})}>
        <Icon name={MEDIUM_ICON[row.medium]} /><span className="vh">{main(`media_one.${row.medium}`)}</span>
        <span className="who cut">{customerName(row.customer)}</span><span className="st">{t("beside.of", { name: row.agent?.name ?? "" })}</span>
        <span /><span className="sub cut">{row.subject || row.preview} · {row.brand.name}</span><span />
        <span className="rule" />
      </Link>
    </li>
  );
}
