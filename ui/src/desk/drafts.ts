import { api } from "../api/client";
import { client, contactQuery } from "../api/queries";
import type { Draft, DraftKind } from "../api/types";

/** Drafts live on this browser at every keystroke, and on the server a moment later: so they are on other devices too. */
interface Kept extends Draft { told: boolean }
const PREFIX = "affluent.draft.";
const PAUSE_MS = 900;
const timers = new Map<number, ReturnType<typeof setTimeout>>();
const NONE = { text: "", kind: "reply" as DraftKind };

function kept(contact_id: number): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + contact_id) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}
/** What this browser has not told yet is the newest there is; all else the server knows, whichever device wrote it. */
export function draftOf(contact_id: number, fromServer: Draft | null): { text: string; kind: DraftKind } {
  const here = kept(contact_id);
  if (here && !here.told) return here;
  if (!fromServer) localStorage.removeItem(PREFIX + contact_id);
  return fromServer ?? NONE;
}
/** Whether keystrokes of this browser are still on their way to the server. */
export const isUntold = (contact_id: number): boolean => kept(contact_id)?.told === false;

/** What the server now has is what the page knows of it: opening the contact again must not find an older draft. */
function remember(contact_id: number, draft: Draft | null): void {
  client.setQueryData(contactQuery(contact_id).queryKey, (one) => one && { ...one, draft });
}
async function tell(contact_id: number): Promise<void> {
  const draft = kept(contact_id);
  if (!draft || draft.told) return;
  try {
    await api.put(`/contacts/${contact_id}/draft`, { text: draft.text, kind: draft.kind });
    const now = kept(contact_id);
    if (now?.updated_ms !== draft.updated_ms || now.text !== draft.text) return;
    remember(contact_id, draft.text ? draft : null);
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
