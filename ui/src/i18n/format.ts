import { currentLocale } from "./index";

const NBSP = "\u00a0";
const NNBSP = "\u202f";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** French uses the narrow space in thousands and before some marks; Intl already knows it. */
export const number = (value: number, digits = 0): string =>
  new Intl.NumberFormat(currentLocale(), { maximumFractionDigits: digits }).format(value);
export const percent = (share: number): string =>
  `${number(Math.round(share * 100))}${currentLocale() === "fr" ? NBSP : ""}%`;

/** Hour of the day, 24 hours: "14:30"; with seconds: "10:42:06". */
export function clock(at_ms: number, seconds = false): string {
  return new Intl.DateTimeFormat(currentLocale() === "fr" ? "fr-FR" : "en-GB", {
    hour: "numeric", minute: "2-digit", ...(seconds ? { second: "2-digit" } : {}),
  }).format(at_ms);
}

/** A span as people say it: "11 s", "3 min 10", "52 min", "1 h 52", "3 j" (days in the reader's language). */
export function span(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s}${NBSP}s`;
  if (s < 600) return s % 60 ? `${Math.floor(s / 60)}${NBSP}min${NBSP}${String(s % 60).padStart(2, "0")}` : `${s / 60}${NBSP}min`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}${NBSP}min`;
  if (ms < 2 * DAY) return hours(ms);
  return `${Math.floor(ms / DAY)}${NBSP}${currentLocale() === "fr" ? "j" : "d"}`;
}
function hours(ms: number): string {
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  const whole = `${Math.floor(ms / HOUR)}${NBSP}h`;
  return minutes ? `${whole}${NBSP}${String(minutes).padStart(2, "0")}` : whole;
}
/** A target, rounded: "20 s", "40 s", "60 min", "4 h". */
export function target(ms: number): string {
  if (ms <= 90_000) return `${Math.round(ms / 1000)}${NBSP}s`;
  if (ms < 2 * HOUR) return `${Math.round(ms / MINUTE)}${NBSP}min`;
  return ms < 2 * DAY ? hours(ms) : span(ms);
}
/** What is left, as the gauge writes it: "0:11", "3 min", "1 h 52". */
export function left(ms: number): string {
  const s = Math.floor(Math.abs(ms) / 1000);
  if (s < 60) return `0:${String(s).padStart(2, "0")}`;
  if (s < 3600) return `${Math.floor(s / 60)}${NBSP}min`;
  return Math.abs(ms) < 4 * DAY ? hours(Math.abs(ms)) : span(Math.abs(ms));
}
/** How far past the target: "+ 0:14"; beyond one and a half times, how many times. */
export const over = (ms: number): string => `+${NNBSP}${left(ms)}`;

/** A day here, as date fields and addresses write it: 2026-11-05. */
export const isoDay = (at: Date): string =>
  `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
export const dayKey = (at_ms: number): string => isoDay(new Date(at_ms));
function daysAgo(at_ms: number, now_ms: number): number {
  const a = new Date(at_ms), b = new Date(now_ms);
  return Math.round((Date.UTC(b.getFullYear(), b.getMonth(), b.getDate()) - Date.UTC(a.getFullYear(), a.getMonth(), a.getDate())) / DAY);
}
/** The day in words: today, yesterday, or its date. */
export function day(at_ms: number, now_ms: number): string {
  const ago = daysAgo(at_ms, now_ms);
  if (Math.abs(ago) <= 1) return new Intl.RelativeTimeFormat(currentLocale(), { numeric: "auto" }).format(-ago, "day");
  const sameYear = new Date(at_ms).getFullYear() === new Date(now_ms).getFullYear();
  return new Intl.DateTimeFormat(currentLocale() === "fr" ? "fr-FR" : "en-GB", {
    weekday: Math.abs(ago) < 300 ? "short" : undefined, day: "numeric", month: "long", ...(sameYear ? {} : { year: "numeric" }),
  } as Intl.DateTimeFormatOptions).format(at_ms);
}
/** A moment, short: "8:34" today, "hier 18:52", "12 mars", "12/03/2025". */
export function moment(at_ms: number, now_ms: number): string {
  const ago = daysAgo(at_ms, now_ms);
  if (ago === 0) return clock(at_ms);
  if (ago === 1 || ago === -1) return `${day(at_ms, now_ms)} ${clock(at_ms)}`;
  const tag = currentLocale() === "fr" ? "fr-FR" : "en-GB";
  const sameYear = new Date(at_ms).getFullYear() === new Date(now_ms).getFullYear();
  return new Intl.DateTimeFormat(tag, sameYear ? { day: "numeric", month: "short" } : { day: "numeric", month: "short", year: "numeric" }).format(at_ms);
}
/** A moment to come, never without its hour: "14:30" today, "demain 9:46", "lun. 23 9:00". */
export function momentTo(at_ms: number, now_ms: number): string {
  const ago = daysAgo(at_ms, now_ms);
  if (ago >= -1 && ago <= 1) return moment(at_ms, now_ms);
  const tag = currentLocale() === "fr" ? "fr-FR" : "en-GB";
  const date = new Intl.DateTimeFormat(tag, { weekday: "short", day: "numeric", ...(ago > -7 ? {} : { month: "short" }) }).format(at_ms);
  return `${date}${currentLocale() === "fr" ? NBSP : ", "}${clock(at_ms)}`;
}
/** Bytes as people read them: "184 Ko", "1,2 Mo". */
export function size(bytes: number): string {
  const fr = currentLocale() === "fr";
  if (bytes < 1000) return `${bytes}${NBSP}${fr ? "o" : "B"}`;
  if (bytes < 1_000_000) return `${number(bytes / 1000)}${NBSP}${fr ? "Ko" : "kB"}`;
  return `${number(bytes / 1_000_000, 1)}${NBSP}${fr ? "Mo" : "MB"}`;
}
/** A language's name in the reader's language, with a capital. */
export function languageName(tag: string): string {
  try {
    const name = new Intl.DisplayNames([currentLocale()], { type: "language" }).of(tag) ?? tag;
    return name.charAt(0).toLocaleUpperCase() + name.slice(1);
  } catch {
    return tag;
  }
}
export const initials = (name: string): string =>
  name.split(/[\s-]+/).filter(Boolean).map((w) => w.charAt(0)).filter((_, i, all) => i === 0 || i === all.length - 1).join("").toLocaleUpperCase();
