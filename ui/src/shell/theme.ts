import type { Theme } from "../api/types";

const KEPT = "affluent.theme";

/** Follows the system ("auto") or a choice kept on this browser. */
export function setTheme(theme: Theme): void {
  localStorage.setItem(KEPT, theme);
  applyTheme();
}
export function keptTheme(): Theme {
  const kept = localStorage.getItem(KEPT);
  return kept === "light" || kept === "dark" ? kept : "auto";
}
export function applyTheme(): void {
  const theme = keptTheme();
  if (theme === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}
