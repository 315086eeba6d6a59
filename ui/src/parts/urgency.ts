import i18next from "i18next";
import { left, number, over } from "../i18n/format";

export type Urgency = "calm" | "soon" | "late";
export interface Due { due_ms: number | null; target_ms: number | null; medium?: string; state?: string }

/** Share of the target used at `now_ms`; 1 is the line. Null when nothing is due: a caller whom one talks with has their answer. */
export function shareUsed(contact: Due, now_ms: number): number | null {
  if (contact.medium === "voice" && contact.state === "in_hand") return null;
  if (contact.due_ms === null || contact.target_ms === null || contact.target_ms <= 0) return null;
  return Math.max(0, 1 - (contact.due_ms - now_ms) / contact.target_ms);
}
export const urgencyOf = (share: number): Urgency => (share > 1 ? "late" : share >= 0.75 ? "soon" : "calm");

/** The time that goes with the gauge: left, past ("+ 0:14"), or how many times the target. */
export function timeText(contact: Due, now_ms: number): string {
  const share = shareUsed(contact, now_ms);
  if (share === null || contact.due_ms === null) return "";
  if (share > 1.5) return i18next.t("gauge.times", { times: number(share, share < 10 ? 1 : 0) });
  const rest_ms = contact.due_ms - now_ms;
  return rest_ms < 0 ? over(rest_ms) : left(rest_ms);
}
