import { api } from "../api/client";
import type { Draft, DraftKind } from "../api/types";

/** Drafts live on this browser at every keystroke, and on the server a moment later. */
interface Kept extends Draft { told: boolean }
const PREFIX = "affluent.draft.";
const PAUSE_MS = 900;
const timers = new Map<number, ReturnType<typeof setTimeout>>();

function kept(contact_id: number): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + contact_id) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}
/** The newer of what this browser and the server hold. */
export function draftOf(contact_id: number, fromServer: Draft | null): { text: string; kind: DraftKind } {
  const here = kept(contact_id);
  if (here && (!here.told || !fromServer || here.updated_ms >= fromServer.updated_ms)) return here;
  return fromServer ?? { text: "", kind: "reply" };
}
async function tell(contact_id: number): Promise<void> {
  const draft = kept(contact_id);
  if (!draft || draft.told) return;
  try {
    await api.put(`/contacts/${contact_id}/draft`, { text: draft.text, kind: draft.kind });
    const now = kept(contact_id);
    if (now?.updated_ms !== draft.updated_ms) return;
    if (draft.text) localStorage.setItem(PREFIX + contact_id, JSON.stringify({ ...draft, told: true }));
    else localStorage.removeItem(PREFIX + contact_id);
  } catch {
    // Kept here; told again at the next keystroke or when the line is back.
  }
}
export function keepDraft(contact_id: number, text: string, kind: DraftKind): void {
  localStorage.setItem(PREFIX + contact_id, JSON.stringify({ text, kind, updated_ms: Date.now(), told: false } satisfies Kept));
  clearTimeout(timers.get(contact_id));
  timers.set(contact_id, setTimeout(() => void tell(contact_id), PAUSE_MS));
}
export function dropDraft(contact_id: number): void {
  clearTimeout(timers.get(contact_id));
  keepDraft(contact_id, "", "reply");
}
export const hasDraft = (contact_id: number): boolean => Boolean(kept(contact_id)?.text);
/** When the line is back: every draft the server does not have yet. */
export function tellAllDrafts(): void {
  for (let i = 0; i < localStorage.length; i += 1) {
    const key = localStorage.key(i);
    if (key?.startsWith(PREFIX)) void tell(Number(key.slice(PREFIX.length)));
  }
}
