import { currentLocale } from "../i18n";
import { number, percent, span } from "../i18n/format";
import { isShare, type Metric } from "./queries";

const NBSP = "\u00a0";
const sign = (value: number): string => (value > 0 ? "+" : value < 0 ? "−" : "");

/** A figure as it stands: "82 %", "1 min 10". */
export function figure(value: number | null, metric: Metric): string {
  if (value === null) return "–";
  return isShare(metric) ? `${number(value * 100, 1)}${currentLocale() === "fr" ? NBSP : ""}%` : span(value);
}
/** A difference: "+2,3 pts", "−12 s". Never a percentage of a percentage. */
export function difference(value: number, metric: Metric): string {
  if (isShare(metric)) return `${sign(Number((value * 100).toFixed(1)))}${number(Math.abs(value) * 100, 1)}${NBSP}pts`;
  const size = Math.abs(value);
  return `${sign(value)}${size < 10_000 ? `${number(size / 1000, 1)}${NBSP}s` : span(size)}`;
}
export const shareOf = (permille: number): string => percent(permille / 1000);
