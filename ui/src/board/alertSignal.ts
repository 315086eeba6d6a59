import { useEffect, useRef, useState } from "react";
import i18next from "i18next";
import { alertTitle } from "./alertText";
import type { Alert } from "./model";

const KEPT = "affluent.board.sound";

/** One low note, made here: no file. Browsers let a page sound only once it has been touched. */
function sound(): void {
  if (!navigator.userActivation.hasBeenActive) return;
  try {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const loud = audio.createGain();
    tone.frequency.value = 392;
    loud.gain.setValueAtTime(0.14, audio.currentTime);
    loud.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.6);
    tone.connect(loud).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.62);
    tone.onended = () => void audio.close();
  } catch {
    // No sound on this machine: the column and the live region still tell.
  }
}

/** Sounds and notifies once for each new alert, when the supervisor has asked for it on this browser. */
export function useAlertSignal(alerts: readonly Alert[]): { on: boolean; toggle: () => void } {
  const [on, set] = useState(() => localStorage.getItem(KEPT) === "1");
  const told = useRef<ReadonlySet<string> | null>(null);
  const ids = alerts.filter((one) => one.seen_ms === null).map((one) => `${one.id}${one.level}`).join();
  useEffect(() => {
    const fresh = told.current === null ? [] : alerts.filter((one) => one.seen_ms === null && !told.current?.has(`${one.id}${one.level}`));
    told.current = new Set(alerts.map((one) => `${one.id}${one.level}`));
    const first = fresh[0];
    if (!on || !first) return;
    sound();
    if ("Notification" in window && Notification.permission === "granted" && document.hidden) {
      new Notification(i18next.t("alert.title", { ns: "board" }), { body: alertTitle(first), tag: `affluent-alert-${first.id}` });
    }
  }, [ids, on]);
  const toggle = (): void => {
    localStorage.setItem(KEPT, on ? "0" : "1");
    set(!on);
    if (!on && "Notification" in window && Notification.permission === "default") void Notification.requestPermission();
  };
  return { on, toggle };
}
