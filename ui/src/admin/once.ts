/** What the server tells a single time, such as a new key: kept until the page is left, never stored. */
import { useSyncExternalStore } from "react";

const kept = new Map<string, string>();
const listeners = new Set<() => void>();
const at = (noun: string, id: number): string => `${noun}/${id}`;

export function tellOnce(noun: string, id: number, secret: unknown): void {
  if (typeof secret !== "string" || !secret) return;
  kept.set(at(noun, id), secret);
  for (const one of listeners) one();
}

export function useOnce(noun: string, id: number): string | undefined {
  return useSyncExternalStore((changed) => { listeners.add(changed); return () => listeners.delete(changed); }, () => kept.get(at(noun, id)));
}
