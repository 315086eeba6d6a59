import { useTranslation } from "react-i18next";
import { useCallback } from "react";

/** The texts of these pages by a key put together at run time. `maybe` is for hints: none when there is none, placeholders as written. */
export function useWords(): { say: (key: string, values?: Record<string, unknown>) => string; maybe: (key: string) => string | undefined } {
  const { t, i18n } = useTranslation("admin");
  // The typed keys of the catalogue cannot follow "noun.field": the lint and the page check see to those.
  const say = useCallback((key: string, values?: Record<string, unknown>) => String((t as (key: string, values?: object) => unknown)(key, values ?? {})), [t]);
  const maybe = useCallback((key: string) => (i18n.exists(key, { ns: "admin" }) ? say(key, { skipInterpolation: true }) : undefined), [i18n, say]);
  return { say, maybe };
}
