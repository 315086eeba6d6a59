import { useSyncExternalStore } from "react";

/** Server time in the browser: the offset is set from each `now_ms` received; one tick a second for the whole page. */
let offset_ms = 0;
let now = Math.floor(Date.now() / 1000) * 1000;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

export function setServerNow(now_ms: number): void {
  offset_ms = now_ms - Date.now();
  tick();
}
/** The server's instant, to the millisecond, as best known here. */
export const serverNow = (): number => Date.now() + offset_ms;

function tick(): void {
  const next = Math.floor(serverNow() / 1000) * 1000;
  if (next === now) return;
  now = next;
  for (const listener of listeners) listener();
}
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 250);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}
/** The server's instant, in whole seconds; the component renders again each second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);
