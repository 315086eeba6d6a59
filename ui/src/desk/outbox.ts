import { useSyncExternalStore } from "react";
import { api, ApiError } from "../api/client";
import { connectionStore } from "../api/connection";
import { receiveMessage } from "../api/receive";
import { client } from "../api/queries";
import type { Attachment, DraftKind, Message } from "../api/types";

/** What was sent and is not acknowledged yet: shown at once, kept on this browser, sent again with the same key. */
export interface Outgoing {
  key: string; contact_id: number; request_id: number; kind: DraftKind; text: string; files: Attachment[];
  at_ms: number; state: "sending" | "waiting" | "failed"; error: string | null;
}
const KEPT = "affluent.outbox";
let items: readonly Outgoing[] = load();
const listeners = new Set<() => void>();
const inFlight = new Set<string>();

function load(): Outgoing[] {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]") as Outgoing[];
    return kept.map((one) => ({ ...one, state: one.state === "sending" ? "waiting" : one.state }));
  } catch {
    return [];
  }
}
function publish(next: readonly Outgoing[]): void {
  items = next;
  localStorage.setItem(KEPT, JSON.stringify(items));
  for (const listener of listeners) listener();
}
const change = (key: string, what: Partial<Outgoing>): void => publish(items.map((one) => (one.key === key ? { ...one, ...what } : one)));
export const forget = (key: string): void => publish(items.filter((one) => one.key !== key));

/** A key no other message has; `randomUUID` is missing on pages served without TLS. */
function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
export async function deliver(key: string): Promise<void> {
  const one = items.find((item) => item.key === key);
  if (!one || inFlight.has(key)) return;
  inFlight.add(key);
  change(key, { state: "sending", error: null });
  try {
    const message = await api.post<Message>(`/contacts/${one.contact_id}/messages`, {
      key, kind: one.kind, text: one.text, file_ids: one.files.map((file) => file.id),
    });
    receiveMessage(one.request_id, message);
    forget(key);
    void client.invalidateQueries({ queryKey: ["desk"] });
  } catch (error) {
    const waits = error instanceof ApiError && (error.passing || error.status === 401);
    change(key, waits ? { state: "waiting" } : { state: "failed", error: error instanceof Error ? error.message : null });
  } finally {
    inFlight.delete(key);
  }
}
export function send(entry: Pick<Outgoing, "contact_id" | "request_id" | "kind" | "text" | "files" | "at_ms">): void {
  const key = freshKey();
  publish([...items, { ...entry, key, state: "sending", error: null }]);
  void deliver(key);
}
const flush = (): void => {
  for (const one of items) if (one.state === "waiting") void deliver(one.key);
};
connectionStore.subscribe(() => {
  if (connectionStore.get().state === "live") flush();
});
setInterval(() => connectionStore.get().state === "live" && flush(), 4000);

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};
export const useOutbox = (): readonly Outgoing[] => useSyncExternalStore(subscribe, () => items);
