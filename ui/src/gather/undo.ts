import i18next from "i18next";
import { api } from "../api/client";
import { client, contactQuery } from "../api/queries";
import type { Conversation } from "../api/types";
import { toast } from "../parts/toasts";
import { ApiError } from "../api/client";

/** As long as an act can be taken back at a touch; afterwards the contact itself offers it. */
export const UNDO_MS = 10_000;

const failed = (error: unknown): void => toast(error instanceof ApiError && error.message ? error.message : i18next.t("trouble.no_connection"), { tone: "wrong" });

/** Everything that lists or shows contacts is asked again. */
export function refreshContacts(): void {
  for (const key of ["desk", "contact", "contacts", "views", "merges"]) void client.invalidateQueries({ queryKey: [key] });
}

/** Takes a closing (`reopen`) or a transfer (`untransfer`) back, and opens the contact. */
export async function takeBack(id: number, act: "reopen" | "untransfer", open?: (id: number) => void): Promise<void> {
  try {
    const one = await api.post<Conversation>(`/contacts/${id}/${act}`);
    client.setQueryData(contactQuery(id).queryKey, one);
    refreshContacts();
    open?.(id);
  } catch (error) {
    failed(error);
  }
}

/** Says what was done, and offers for ten seconds to take it back. */
export function toastWithUndo(text: string, undo: () => void): void {
  toast(text, { for_ms: UNDO_MS, action: { name: i18next.t("undo", { ns: "gather" }), run: undo } });
}
