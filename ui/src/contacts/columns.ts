/** The columns of the list that can be shown beside the contact itself; the choice stays on this browser. */
export type ColumnKey = "state" | "queue" | "agent" | "motive" | "channel" | "brand" | "outcome" | "arrived" | "closed" | "due";
export const COLUMNS: readonly ColumnKey[] = ["state", "queue", "agent", "motive", "channel", "brand", "outcome", "arrived", "closed", "due"];
export const USUAL: readonly ColumnKey[] = ["state", "queue", "agent", "arrived", "due"];
const KEPT = "affluent.contacts.columns";

export function keptColumns(): ColumnKey[] {
  const kept = (localStorage.getItem(KEPT) ?? "").split(",");
  const known = COLUMNS.filter((key) => kept.includes(key));
  return known.length ? known : [...USUAL];
}
export const keepColumns = (columns: readonly string[]): void => localStorage.setItem(KEPT, columns.join(","));
