import { useSyncExternalStore } from "react";
import type { Named } from "./types";

/** Who is writing in which contact; a sign fades by itself. */
type Writer = "customer" | Named;
const LASTS_MS = 6000;
let signs: ReadonlyMap<number, Writer> = new Map();
const timers = new Map<number, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

function put(contact_id: number, who: Writer | null): void {
  const next = new Map(signs);
  if (who) next.set(contact_id, who);
  else next.delete(contact_id);
  signs = next;
  for (const listener of listeners) listener();
}
export function noteTyping({ contact_id, who, on = true }: { contact_id: number; who: Writer; on?: boolean }): void {
  clearTimeout(timers.get(contact_id));
  put(contact_id, on ? who : null);
  if (on) timers.set(contact_id, setTimeout(() => put(contact_id, null), LASTS_MS));
}
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};
export const useTyping = (contact_id: number): Writer | null => useSyncExternalStore(subscribe, () => signs.get(contact_id) ?? null);
