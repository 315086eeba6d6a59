/** Figures and groups as people read them. */
import { useTranslation } from "react-i18next";
import { currentLocale } from "../i18n";
import { number, span } from "../i18n/format";
import type { By, Definition, Figure, Group } from "./asking";

const tag = (): string => (currentLocale() === "fr" ? "fr-FR" : "en-GB");
export const share = (value: number): string => new Intl.NumberFormat(tag(), { style: "percent", maximumFractionDigits: 1 }).format(value);

/** A figure's value; a dash where nothing counts. */
export function shown(figure: Figure | undefined, definition: Definition | undefined): string {
  if (!figure || figure.value === null || !definition) return "–";
  if (definition.unit === "share") return share(figure.value);
  return definition.unit === "ms" ? span(figure.value) : number(figure.value);
}
/** Bare, for a spreadsheet: shares from 0 to 1, durations in seconds. */
export const bare = (figure: Figure | undefined, definition: Definition): string =>
  !figure || figure.value === null ? "" : String(definition.unit === "ms" ? Math.round(figure.value) / 1000 : Math.round(figure.value * 1e6) / 1e6);

/** The name of a line: an hour, a day, a queue. */
export function useGroupName(by: By, zone: string): (group: Group) => string {
  const { t, i18n } = useTranslation("figures");
  return (group) => {
    if (group.from_ms !== null) return interval(by, group, zone);
    if (by === "medium" && i18n.exists(`medium.${group.key}`, { ns: "figures" })) return t(`medium.${group.key}` as "medium.chat");
    if (by === "hour_of_day") return hours(Number(group.key));
    if (by === "weekday") return weekday(Number(group.key));
    return group.name ?? t("unnamed");
  };
}
function interval(by: By, group: Group, zone: string): string {
  const from = group.from_ms ?? 0;
  const write = (options: Intl.DateTimeFormatOptions, at = from): string => new Intl.DateTimeFormat(tag(), { timeZone: zone, ...options }).format(at);
  if (by === "hour") return `${write({ weekday: "short", day: "numeric" })} ${write({ hour: "2-digit", minute: "2-digit" })}`;
  if (by === "month") return write({ month: "long", year: "numeric" });
  if (by === "week") return new Intl.DateTimeFormat(tag(), { timeZone: zone, day: "numeric", month: "short" }).formatRange(from, (group.to_ms ?? from) - 1);
  return write({ weekday: "short", day: "numeric", month: "short" });
}
const hours = (hour: number): string => {
  const write = (h: number): string => (currentLocale() === "fr" ? `${h}\u00a0h` : `${String(h).padStart(2, "0")}:00`);
  return `${write(hour)}–${write((hour + 1) % 24)}`;
};
// 5 January 1970 was a Monday.
const weekday = (day: number): string => new Intl.DateTimeFormat(tag(), { weekday: "long", timeZone: "UTC" }).format((4 + day) * 86_400_000);
