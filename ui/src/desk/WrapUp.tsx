import { useTranslation } from "react-i18next";
import type { Row } from "../api/types";
import { span } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { MEDIUM_ICON } from "../parts/mediumIcon";
import type { Acts } from "./acts";
import { customerName } from "./customerName";

/** A contact that is over and whose work after it is not done: how long it may still take, and its end. */
export function WrapUp({ row, now, acts }: { row: Row; now: number; acts: Acts }) {
  const { t } = useTranslation();
  const left_ms = Math.max(0, (row.wraps_until_ms ?? now) - now);
  return (
    <li className="wrapup">
      <Icon name={MEDIUM_ICON[row.medium]} /><span className="vh">{t(`media_one.${row.medium}`)}</span>
      <span className="who cut">{customerName(row.customer)}</span>
      <span className="left">{t("wrap.left", { span: span(left_ms) })}</span>
      <Button small isPending={acts.wrapped.isPending} onPress={() => acts.wrapped.mutate(row.id)} aria-label={t("wrap.end_of", { name: customerName(row.customer) })}>{t("wrap.end")}</Button>
    </li>
  );
}
