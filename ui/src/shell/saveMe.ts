import { api } from "../api/client";
import { client, meQuery } from "../api/queries";
import type { Me } from "../api/types";
import { setLocale } from "../i18n";
import { setTheme } from "./theme";

/** Keeps a choice of the signed-in person: shown at once, then told to the server; a refusal puts the old one back. */
export async function saveMe(change: Partial<Pick<Me, "locale" | "theme" | "keys_enabled">>): Promise<void> {
  const before = client.getQueryData(meQuery.queryKey);
  client.setQueryData(meQuery.queryKey, (me) => me && { ...me, ...change });
  try {
    const me = await api.patch<Me>("/session", change);
    client.setQueryData(meQuery.queryKey, me);
  } catch (error) {
    client.setQueryData(meQuery.queryKey, before);
    throw error;
  } finally {
    followMe();
  }
}
/** Language and theme of the page follow the account. */
export function followMe(): void {
  const me = client.getQueryData(meQuery.queryKey);
  if (!me) return;
  setLocale(me.locale);
  setTheme(me.theme);
}
