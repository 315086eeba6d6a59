import { useEffect, useRef } from "react";

/** The desk's keys: letters act outside fields and can be turned off; function keys and Ctrl combinations always work. */
export type DeskKey = "accept" | "urgent" | "next" | "previous" | "reply" | "note" | "transfer" | "close" | "macros" | "presence" | "search" | "sleep" | "help";
export const LETTERS: Record<string, DeskKey> = {
  a: "accept", u: "urgent", j: "next", k: "previous", r: "reply", n: "note", t: "transfer", c: "close", m: "macros", s: "presence", z: "sleep", "?": "help",
};
const ALWAYS: Record<string, DeskKey> = { F2: "accept", F8: "urgent" };

const inField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export function useDeskKeys(letters: boolean, act: (key: DeskKey) => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const floating = document.querySelector("[role=dialog],[role=alertdialog],[role=menu],[role=listbox]") !== null;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        if (!floating) latest.current("search");
        return;
      }
      const always = ALWAYS[event.key];
      if (always) {
        event.preventDefault();
        latest.current(always);
        return;
      }
      if (event.key === "Escape" && inField(event.target) && !floating) (event.target as HTMLElement).blur();
      if (!letters || floating || inField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      const letter = LETTERS[event.key.toLowerCase()];
      if (!letter) return;
      event.preventDefault();
      latest.current(letter);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [letters]);
}
