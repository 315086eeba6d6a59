import type { Motive, Named } from "../api/types";
import i18next from "i18next";
import { currentLocale } from "../i18n";
import type fr from "../i18n/fr.json";

/** A motive's name in the reader's language. */
export function motiveName(motive: Motive | Named): string {
  const both = motive as Motive;
  return (currentLocale() === "fr" ? both.name_fr : both.name_en) ?? both.name ?? both.name_fr ?? both.name_en ?? String(motive.id);
}
/** What is wrong with a mail, in words; what its parser names otherwise is a wrong structure. */
export const defectName = (code: string): string =>
  i18next.exists(`defect.${code}`) ? i18next.t(`defect.${code as keyof typeof fr.defect}`) : i18next.t("defect.other");
/** Some answers give a name bare, some give what bears it. */
export const nameOf = (one: string | Named | null | undefined): string | null => (typeof one === "string" ? one : (one?.name ?? null));
