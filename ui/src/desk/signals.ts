import { useEffect, useRef } from "react";
import i18next from "i18next";
import type { Offer } from "../api/types";
import { customerName } from "./customerName";

/** Sound and tab title while something is offered. The sound is two short notes, made here: no file. */
let audio: AudioContext | null = null;
function ring(): void {
  // Browsers let a page sound only once it has been touched.
  if (!navigator.userActivation.hasBeenActive) return;
  try {
    audio ??= new AudioContext();
    void audio.resume();
    const at = audio.currentTime;
    for (const [i, hertz] of [[0, 660], [1, 880]] as const) {
      const tone = audio.createOscillator();
      const loud = audio.createGain();
      tone.frequency.value = hertz;
      loud.gain.setValueAtTime(0.0001, at + i * 0.16);
      loud.gain.exponentialRampToValueAtTime(0.16, at + i * 0.16 + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.0001, at + i * 0.16 + 0.3);
      tone.connect(loud).connect(audio.destination);
      tone.start(at + i * 0.16);
      tone.stop(at + i * 0.16 + 0.32);
    }
  } catch {
    // No sound on this machine: the frame, the title and the live region still tell.
  }
}

/** Rings once for each new offer and keeps the tab's title telling; `unread` counts customers' new messages. */
export function useOfferSignals(offers: readonly Offer[], unread: number): void {
  const rung = useRef<ReadonlySet<number>>(new Set());
  const ids = offers.map((offer) => offer.id).join();
  useEffect(() => {
    if (offers.some((offer) => !rung.current.has(offer.id))) ring();
    rung.current = new Set(offers.map((offer) => offer.id));
  }, [ids]);
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
