import { useSyncExternalStore } from "react";

/** How this browser tells of what comes in. A permission is a browser's, so the choice is kept here too. */
export interface Notify { sound: boolean; sound_message: boolean; browser: boolean }
const USUAL: Notify = { sound: true, sound_message: false, browser: false };
const KEPT = "affluent.notify";

function read(): Notify {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Notify>) };
  } catch {
    return USUAL;
  }
}
let now: Notify = read();
const listeners = new Set<() => void>();

export const notifyNow = (): Notify => now;
export function setNotify(change: Partial<Notify>): void {
  now = { ...now, ...change };
  localStorage.setItem(KEPT, JSON.stringify(now));
  for (const listener of listeners) listener();
}
export const useNotify = (): Notify => useSyncExternalStore((listener) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}, () => now);

export const canNotify = (): boolean => "Notification" in window && window.isSecureContext;

/** A notification of the browser, when it is wanted, allowed, and the page is not in front. */
export function tell(title: string, body: string, tag: string, open: () => void, always = false): void {
  if (!canNotify() || Notification.permission !== "granted" || (!always && (!now.browser || document.visibilityState === "visible" && document.hasFocus()))) return;
  try {
    const shown = new Notification(title, { body, tag, icon: "/icon.svg" });
    shown.onclick = () => {
      window.focus();
      open();
      shown.close();
    };
  } catch {
    // Some phones allow notifications to workers only: the title and the sound still tell.
  }
}

/** Two short notes for an offer, one for an answer; made here: no file. */
let audio: AudioContext | null = null;
export function ring(notes: readonly number[] = [660, 880]): void {
  // Browsers let a page sound only once it has been touched.
  if (!navigator.userActivation.hasBeenActive) return;
  try {
    audio ??= new AudioContext();
    void audio.resume();
    const at = audio.currentTime;
    for (const [i, hertz] of notes.entries()) {
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
