/** Money and waits as the target finder says them. */
import { currentLocale } from "../i18n";
import { span } from "../i18n/format";

const tag = (): string => (currentLocale() === "fr" ? "fr-FR" : "en-GB");
export const money = (value: number, digits = 0): string =>
  new Intl.NumberFormat(tag(), { style: "currency", currency: "EUR", maximumFractionDigits: digits, minimumFractionDigits: 0 }).format(value);
export const signed = (value: number, digits = 0): string =>
  new Intl.NumberFormat(tag(), { style: "currency", currency: "EUR", maximumFractionDigits: digits, minimumFractionDigits: 0, signDisplay: "exceptZero" }).format(value).replace("-", "\u2212");
export const wait = (ms: number): string => (ms < 60_000 || ms % 60_000 !== 0 ? (ms < 120_000 ? `${Math.round(ms / 1000)}\u00a0s` : span(ms)) : span(ms));
export const share = (value: number, digits = 1): string => new Intl.NumberFormat(tag(), { style: "percent", maximumFractionDigits: digits }).format(value);
