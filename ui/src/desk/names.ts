import type { Motive, Named } from "../api/types";
import { currentLocale } from "../i18n";

/** A motive's name in the reader's language. */
export function motiveName(motive: Motive | Named): string {
  const both = motive as Motive;
  return (currentLocale() === "fr" ? both.name_fr : both.name_en) ?? both.name ?? both.name_fr ?? both.name_en ?? String(motive.id);
}
/** Some answers give a name bare, some give what bears it. */
export const nameOf = (one: string | Named | null | undefined): string | null => (typeof one === "string" ? one : (one?.name ?? null));
