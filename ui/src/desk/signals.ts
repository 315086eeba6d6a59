import { useEffect, useRef } from "react";
import i18next from "i18next";
import type { Row } from "../api/types";
import { customerName } from "./customerName";
import { notifyNow, ring, tell } from "./notify";

/** Sound, notification and tab title while something is offered or a customer has answered. */
export function useSignals(offers: readonly Row[], inHand: readonly Row[], openId: number | null, open: (id: number) => void): void {
  const rung = useRef<ReadonlySet<number>>(new Set());
  const heard = useRef<ReadonlyMap<number, number> | null>(null);
  const ids = offers.map((offer) => offer.id).join();
  const unread = inHand.reduce((sum, row) => sum + (row.id === openId ? 0 : row.unread), 0);
  const counts = inHand.map((row) => `${row.id}:${row.newest_unread}`).join();
  useEffect(() => {
    const fresh = offers.filter((offer) => !rung.current.has(offer.id));
    if (fresh.length > 0 && notifyNow().sound) ring();
    for (const offer of fresh)
      tell(i18next.t("desk.tab_offer", { name: customerName(offer.customer) }), offer.subject || offer.preview, `affluent-offer-${offer.id}`, () => open(offer.id));
    rung.current = new Set(offers.map((offer) => offer.id));
  }, [ids]);
  useEffect(() => {
    const before = heard.current;
    heard.current = new Map(inHand.map((row) => [row.id, Math.max(row.newest_unread ?? 0, before?.get(row.id) ?? 0)]));
    // What was unread before the page came is no news; neither is a contact just taken, nor what was read here
    // while the desk that still counts it was on its way.
    const answered = before ? inHand.filter((row) => row.unread > 0 && before.has(row.id) && (row.newest_unread ?? 0) > (before.get(row.id) ?? 0)) : [];
    if (answered.length > 0 && notifyNow().sound_message) ring([740]);
    for (const row of answered) tell(i18next.t("notify.message", { name: customerName(row.customer) }), row.preview, `affluent-contact-${row.id}`, () => open(row.id));
  }, [counts]);
  useEffect(() => {
    const first = offers[0];
    const calm = `${unread ? `(${unread}) ` : ""}${i18next.t("desk.tab")} · Affluent`;
    document.title = first ? i18next.t("desk.tab_offer", { name: customerName(first.customer) }) : calm;
    if (!first) return;
    const timer = setInterval(() => {
      document.title = document.title === calm ? i18next.t("desk.tab_offer", { name: customerName(first.customer) }) : calm;
    }, 1500);
    return () => clearInterval(timer);
  }, [ids, unread]);
}
