/** What one site's chat keeps in the visitor's browser, shared by all tabs of that site. */
import type { ChatFile } from "./protocol";

/** A message the centre has not acknowledged yet. `key` makes a repeat harmless. */
export interface Unsent {
  key: string;
  text: string;
  files: ChatFile[];
  at_ms: number;
  name?: string;
  email?: string;
}

export interface Stored {
  token: string | null;
  /** Last message shown to the visitor. */
  seen: number;
  unsent: Unsent[];
  colour: string;
}

// A browser may refuse storage altogether: then the chat lives as long as the page.
let memory = "";

export function load(slot: string): Stored {
  let text = memory;
  try {
    text = localStorage.getItem(slot) || text;
  } catch {}
  return { token: null, seen: 0, unsent: [], colour: "", ...JSON.parse(text || "{}") };
}

/** Reads, changes and writes in one go, so that tabs do not overwrite each other's unsent messages. */
export function change(slot: string, edit: (stored: Stored) => void): void {
  const stored = load(slot);
  edit(stored);
  memory = JSON.stringify(stored);
  try {
    localStorage.setItem(slot, memory);
  } catch {}
}
