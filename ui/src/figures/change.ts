/** What changed between two periods: a difference with its interval, and a word for it. */
import i18next from "i18next";
import { currentLocale } from "../i18n";
import type { Definition, Figure, Figures, Group } from "./asking";
import { IN_TIME, type By } from "./asking";

export type Verdict = "better" | "worse" | "other" | "unclear";
export interface Change { text: string; why: string; verdict: Verdict | null }

const signed = (value: number, options: Intl.NumberFormatOptions): string =>
  new Intl.NumberFormat(currentLocale() === "fr" ? "fr-FR" : "en-GB", { signDisplay: "exceptZero", maximumFractionDigits: 1, ...options }).format(value).replace("-", "\u2212");

/** Bounds of a difference of two shares with 95 % confidence, from the bounds of each (Newcombe 1998, method 10). */
export function between(now: Figure, then: Figure): [number, number] | null {
  if (now.value === null || then.value === null || now.low === null || now.high === null || then.low === null || then.high === null) return null;
  const by = now.value - then.value;
  return [by - Math.hypot(now.value - now.low, then.high - then.value), by + Math.hypot(now.high - now.value, then.value - then.low)];
}

/** Shares change by points, all else by a share of what it was; null where one of the two is not known. */
export function changeOf(now: Figure | undefined, then: Figure | undefined, definition: Definition): Change | null {
  if (!now || !then || now.value === null || then.value === null) return null;
  const t = i18next.getFixedT(null, "figures");
  if (definition.unit !== "share") {
    if (then.value === 0) return null;
    return { text: signed(now.value / then.value - 1, { style: "percent" }), why: "", verdict: null };
  }
  const bounds = between(now, then);
  const text = t("against.points", { value: signed((now.value - then.value) * 100, {}) });
  if (!bounds) return { text, why: "", verdict: null };
  const why = t("against.between", { low: signed(bounds[0] * 100, {}), high: signed(bounds[1] * 100, {}) });
  if (bounds[0] <= 0 && bounds[1] >= 0) return { text, why, verdict: "unclear" };
  if (definition.better === null) return { text, why, verdict: "other" };
  return { text, why, verdict: bounds[0] > 0 === (definition.better === "high") ? "better" : "worse" };
}

/** The line of the other period that stands beside a line of this one: the same thing, or the same place in time. */
export function besideOf(then: Figures | undefined, by: By): (group: Group, place: number) => Group | undefined {
  if (!then) return () => undefined;
  if (IN_TIME.includes(by)) return (_, place) => then.groups[place];
  const keyed = new Map(then.groups.map((group) => [group.key, group]));
  return (group) => keyed.get(group.key);
}
