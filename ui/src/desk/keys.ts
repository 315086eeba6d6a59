import { useEffect, useRef } from "react";
import { actOf, type DeskKey } from "./keymap";

/** The desk's keys: single keys act outside fields and can be changed or turned off; function keys and Ctrl combinations always work. */
const ALWAYS: Record<string, DeskKey> = { F2: "accept", F8: "urgent" };

const inField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export function useDeskKeys(singles: boolean, act: (key: DeskKey) => void): void {
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
      if (!singles || floating || inField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      const single = actOf(event.key);
      if (!single) return;
      event.preventDefault();
      latest.current(single);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [singles]);
}
