import { useSyncExternalStore } from "react";

/** What a single key does at the desk. Each can be given another key; all can be turned off (WCAG 2.1.4). */
export const ACTS = ["accept", "urgent", "next", "previous", "reply", "note", "macros", "transfer", "invite", "sleep", "close", "presence", "search", "card", "help"] as const;
export type DeskKey = (typeof ACTS)[number];
export type Keymap = Readonly<Record<DeskKey, string>>;

const USUAL: Keymap = {
  accept: "a", urgent: "u", next: "j", previous: "k", reply: "r", note: "n", macros: "m",
  transfer: "t", invite: "i", sleep: "z", close: "c", presence: "s", search: "/", card: "f", help: "?",
};
const KEPT = "affluent.keys";
/** One letter, digit or sign; what a person's keyboard writes with AltGr is theirs to choose. */
export const usable = (key: string): boolean => /^[^\s\p{C}]$/u.test(key);

function read(): Keymap {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Record<DeskKey, unknown>>;
    const own = Object.fromEntries(ACTS.flatMap((act) => (typeof kept[act] === "string" && usable(kept[act]) ? [[act, kept[act]]] : [])));
    return { ...USUAL, ...own };
  } catch {
    return USUAL;
  }
}
let keymap: Keymap = read();
const listeners = new Set<() => void>();
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};
function publish(next: Keymap): void {
  keymap = next;
  for (const listener of listeners) listener();
}

export const useKeymap = (): Keymap => useSyncExternalStore(subscribe, () => keymap);
export const isUsual = (map: Keymap): boolean => ACTS.every((act) => map[act] === USUAL[act]);
/** What a pressed key does; capitals act like small letters. */
export const actOf = (key: string): DeskKey | undefined => ACTS.find((act) => keymap[act] === key.toLowerCase());

/** Gives an act another key. Returns the act that has it already, and then changes nothing. */
export function bind(act: DeskKey, pressed: string): DeskKey | null {
  const key = pressed.toLowerCase();
  const taken = ACTS.find((one) => one !== act && keymap[one] === key);
  if (taken) return taken;
  const next = { ...keymap, [act]: key };
  localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(ACTS.filter((one) => next[one] !== USUAL[one]).map((one) => [one, next[one]]))));
  publish(next);
  return null;
}
export function unbindAll(): void {
  localStorage.removeItem(KEPT);
  publish(USUAL);
}
export const written = (key: string): string => key.toLocaleUpperCase();
