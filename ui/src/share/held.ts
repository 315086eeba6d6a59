/** What is shared during the calls of this desk, by contact. The streams of pictures stay out of React's state. */
import { useSyncExternalStore } from "react";
import type { Line } from "../../../widget/src/peers";
import { Shares, type Pair, type ShareAct } from "../../../widget/src/sharing";

const held = new Map<number, Shares>();
const listeners = new Set<() => void>();
let version = 0;
let told: ReturnType<typeof setTimeout> | undefined;

/** A hand that draws changes much: pages are told at most so often. */
const TELL_MS = 30;

function changed(): void {
  told ??= setTimeout(() => {
    told = undefined;
    version++;
    for (const listener of listeners) listener();
  }, TELL_MS);
}

export function openShares(contactId: number, line: (peer: string) => Line | undefined, send: (frame: ShareAct) => void): Shares {
  held.get(contactId)?.close();
  const shares = new Shares(line, send, changed);
  held.set(contactId, shares);
  return shares;
}
export function closeShares(contactId: number, shares: Shares): void {
  shares.close();
  if (held.get(contactId) === shares) held.delete(contactId);
  changed();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** With whom a contact's call can share something, or does; and the number of what changed last. */
export function usePair(contactId: number): { pair: Pair | undefined; version: number } {
  const now = useSyncExternalStore(subscribe, () => version);
  return { pair: held.get(contactId)?.pair, version: now };
}
