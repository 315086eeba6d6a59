import type { ReactNode } from "react";
import { I18nProvider } from "react-aria-components";
import { useTranslation } from "react-i18next";

/** Tells the parts (menus, dialogs) the language of the pages. */
export function Locale({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation();
  return <I18nProvider locale={i18n.language === "fr" ? "fr-FR" : "en-GB"}>{children}</I18nProvider>;
}
