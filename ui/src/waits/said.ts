/** Ranges of waits as people read them, as rough as they are. */
import { useTranslation } from "react-i18next";
import { currentLocale } from "../i18n";
import { number, span } from "../i18n/format";
import type { WaitRange } from "./queries";

const MINUTE = 60_000;

export const share = (value: number, digits = 0): string =>
  new Intl.NumberFormat(currentLocale() === "fr" ? "fr-FR" : "en-GB", { style: "percent", maximumFractionDigits: digits }).format(value);

/** "2 to 5 min", "less than 1 min", "40 to 70 min": a range in whole minutes, its ends rounded away from each other. */
export function useRange(): (range: WaitRange) => string {
  const { t } = useTranslation("waits");
  return ({ low_ms, high_ms }) => {
    if (high_ms <= MINUTE) return t("range.under_one");
    const low = Math.floor(low_ms / MINUTE), high = Math.ceil(high_ms / MINUTE);
    if (high >= 120) return t("range.long", { low: span(low * MINUTE), high: span(high * MINUTE) });
    return low === 0 ? t("range.under", { high: number(high) }) : t("range.from_to", { low: number(low), high: number(high) });
  };
}
/** "+ 20 %, + 1 min": what is added to the upper end; empty where nothing is. */
export const cushionSaid = (cushion: { cushion_share: number; cushion_ms: number }): string =>
  [cushion.cushion_share > 0 && `+\u202f${share(cushion.cushion_share)}`, cushion.cushion_ms > 0 && `+\u202f${span(cushion.cushion_ms)}`].filter(Boolean).join(", ");
