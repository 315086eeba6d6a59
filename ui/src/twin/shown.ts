/** Estimates and differences as people read them. */
import type { Definition } from "../figures/asking";
import { share } from "../figures/shown";
import { currentLocale } from "../i18n";
import { number, span } from "../i18n/format";
import type { Estimate } from "./queries";

type Unit = Definition["unit"];
export const HEADLINES = ["received", "service_level", "abandonment", "asa", "aht", "occupancy"] as const;
export const COLUMNS = ["received", "answered", "service_level", "abandonment", "asa", "aht", "occupancy"] as const;

export function value(of: number | null | undefined, unit: Unit): string {
  if (of === null || of === undefined) return "–";
  return unit === "share" ? share(of) : unit === "ms" ? span(of) : number(of, of < 10 ? 1 : 0);
}
/** Between what and what: nothing where one day alone was lived. */
export function between(one: Estimate | undefined, unit: Unit): string {
  if (!one || one.low === null || one.high === null) return "";
  const least = unit === "share" || unit === "ms" || unit === "contacts" ? Math.max(0, one.low) : one.low;
  return `[${value(least, unit)}${currentLocale() === "fr" ? "\u00a0; " : "; "}${value(unit === "share" ? Math.min(1, one.high) : one.high, unit)}]`;
}
/** A change with its sign: points of a share, seconds, contacts. */
export function change(of: number | null, unit: Unit): string {
  if (of === null) return "–";
  const scaled = unit === "share" ? of * 100 : unit === "ms" ? of / 1000 : of;
  const text = new Intl.NumberFormat(currentLocale() === "fr" ? "fr-FR" : "en-GB", { signDisplay: "exceptZero", maximumFractionDigits: 1 }).format(scaled).replace("-", "\u2212");
  return `${text}${unit === "share" ? "\u00a0pt" : unit === "ms" ? "\u00a0s" : ""}`;
}
/** Between what and what a change lies. */
export const changes = (low: number, high: number, unit: Unit): string => `[${change(low, unit)}${currentLocale() === "fr" ? "\u00a0; " : "; "}${change(high, unit)}]`;
/** The clock of the simulated day, which is of no date: "9:30"; its end is 24:00. */
export function hour(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return `${minutes === 1440 ? 24 : Math.floor(minutes / 60) % 24}:${String(minutes % 60).padStart(2, "0")}`;
}
/** Bare, for a spreadsheet: shares from 0 to 1, durations in seconds. */
export const bare = (of: number | null | undefined, unit: Unit): string =>
  of === null || of === undefined ? "" : String(unit === "ms" ? Math.round(of) / 1000 : Math.round(of * 1e6) / 1e6);
