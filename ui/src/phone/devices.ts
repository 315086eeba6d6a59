/** Which microphone, loudspeaker and bell this browser's telephone uses: kept here, since devices are a machine's. */
import { useSyncExternalStore } from "react";
import type { NoVoice } from "./phone";

export interface Chosen {
  /** Whether this browser is the agent's telephone: not for who has one on the table, or takes no calls here. */
  here: boolean;
  microphone: string;
  speaker: string;
  bell: string;
  rings: boolean;
}
const USUAL: Chosen = { here: true, microphone: "", speaker: "", bell: "", rings: true };
const KEPT = "affluent.phone";

function read(): Chosen {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Chosen>) };
  } catch {
    return USUAL;
  }
}
let chosen: Chosen = read();
let silent: NoVoice | null = null;
const listeners = new Set<() => void>();
const tell = (): void => { for (const listener of listeners) listener(); };
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const chosenNow = (): Chosen => chosen;
export function choose(change: Partial<Chosen>): void {
  chosen = { ...chosen, ...change };
  localStorage.setItem(KEPT, JSON.stringify(chosen));
  tell();
}
export const onChosen = subscribe;
export const useChosen = (): Chosen => useSyncExternalStore(subscribe, () => chosen);
/** Why the microphone could not be had the last time it was wanted; null when it could. */
export const useSilent = (): NoVoice | null => useSyncExternalStore(subscribe, () => silent);

const WHY: Record<string, NoVoice> = { NotAllowedError: "blocked", SecurityError: "blocked", NotFoundError: "none", OverconstrainedError: "none" };

/** The microphone, for one call or one test: whoever asks stops its tracks. Null when there is none, and `useSilent` says why. */
export async function microphone(): Promise<MediaStream | null> {
  const set = (why: NoVoice | null): void => {
    silent = why;
    tell();
  };
  if (!("mediaDevices" in navigator)) {
    set("unsafe");
    return null;
  }
  const wanted = (id: string): MediaStreamConstraints => ({
    audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...(id ? { deviceId: { exact: id } } : {}) },
  });
  try {
    // The one that was chosen may be unplugged: any other is better than silence.
    const stream = await navigator.mediaDevices.getUserMedia(wanted(chosen.microphone)).catch((reason: DOMException) => {
      if (!chosen.microphone || WHY[reason.name] !== "none") throw reason;
      return navigator.mediaDevices.getUserMedia(wanted(""));
    });
    set(null);
    return stream;
  } catch (reason) {
    set(WHY[(reason as DOMException).name] ?? "taken");
    return null;
  }
}

export interface Devices { microphones: readonly MediaDeviceInfo[]; speakers: readonly MediaDeviceInfo[] }

/** The devices of this machine; browsers name them only once a microphone was allowed. */
export async function devices(): Promise<Devices> {
  const all = "mediaDevices" in navigator ? await navigator.mediaDevices.enumerateDevices() : [];
  const of = (kind: MediaDeviceKind): MediaDeviceInfo[] => all.filter((one) => one.kind === kind && one.deviceId && one.deviceId !== "default");
  return { microphones: of("audioinput"), speakers: of("audiooutput") };
}
