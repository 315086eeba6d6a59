/** What is being changed of a scenario: undone and redone, checked as one types, and kept on this browser until it is saved. */
import { useEffect, useRef, useState } from "react";
import type { Content } from "./content";
import { check, type Problem, type Scenario } from "./queries";

const CHECK_MS = 400, STEPS_MAX = 100;
/** `content` is null while the text does not read; `from` says which of the two was changed last. */
interface Snapshot { content: Content | null; text: string; from: "forms" | "text" }
interface Kept { version: number; snapshot: Snapshot }
const keyOf = (id: number): string => `affluent.twin.${id}`;

function kept(scenario: Scenario): Snapshot | null {
  try {
    const found = JSON.parse(localStorage.getItem(keyOf(scenario.id)) ?? "null") as Kept | null;
    return found && found.version === scenario.version ? found.snapshot : null;
  } catch {
    return null;
  }
}
export interface Draft {
  content: Content | null; text: string; problems: readonly Problem[]; dirty: boolean; checking: boolean; taken_up: boolean;
  canUndo: boolean; canRedo: boolean;
  change: (content: Content) => void; write: (text: string) => void; undo: () => void; redo: () => void; discard: () => void; saved: () => void;
  /** The document as it is to be kept. */
  document: () => string;
}

export function useDraft(scenario: Scenario): Draft {
  const first: Snapshot = { content: scenario.content, text: scenario.document, from: "text" };
  const [taken_up, setTakenUp] = useState(() => kept(scenario) !== null);
  const [now, setNow] = useState<Snapshot>(() => kept(scenario) ?? first);
  const [past, setPast] = useState<readonly Snapshot[]>([]);
  const [future, setFuture] = useState<readonly Snapshot[]>([]);
  const [problems, setProblems] = useState<readonly Problem[]>(scenario.problems);
  const [checking, setChecking] = useState(false);
  const dirty = past.length > 0 || taken_up;
  const asked = useRef(0);

  const source = now.from === "forms" ? JSON.stringify(now.content) : now.text;
  useEffect(() => {
    if (!dirty) { localStorage.removeItem(keyOf(scenario.id)); return undefined; }
    localStorage.setItem(keyOf(scenario.id), JSON.stringify({ version: scenario.version, snapshot: now } satisfies Kept));
    const mine = (asked.current += 1);
    setChecking(true);
    const timer = setTimeout(() => {
      check(source).then((found) => {
        if (asked.current !== mine) return;
        setProblems(found.problems);
        // The other side follows what was changed: the text what forms did, the forms what was typed.
        if (found.content) setNow((old) => (old.from === "forms" ? { ...old, text: found.document } : { ...old, content: found.content }));
      }).catch(() => undefined).finally(() => { if (asked.current === mine) setChecking(false); });
    }, CHECK_MS);
    return () => clearTimeout(timer);
  }, [source, dirty, scenario.id, scenario.version]);

  const step = (next: Snapshot): void => { setPast((old) => [...old.slice(-STEPS_MAX), now]); setFuture([]); setNow(next); };
  return {
    content: now.content, text: now.text, problems, dirty, checking, taken_up, canUndo: past.length > 0, canRedo: future.length > 0,
    change: (content) => step({ ...now, content, from: "forms" }),
    // A run of letters is one step: the text area undoes them by itself.
    write: (text) => { if (now.from === "text" && past.length > 0) { setFuture([]); setNow({ ...now, text, from: "text" }); } else step({ ...now, text, from: "text" }); },
    undo: () => { const last = past.at(-1); if (!last) return; setPast(past.slice(0, -1)); setFuture([now, ...future]); setNow(last); },
    redo: () => { const next = future[0]; if (!next) return; setFuture(future.slice(1)); setPast([...past, now]); setNow(next); },
    discard: () => { setPast([]); setFuture([]); setTakenUp(false); setNow(first); setProblems(scenario.problems); localStorage.removeItem(keyOf(scenario.id)); },
    saved: () => { setPast([]); setFuture([]); setTakenUp(false); localStorage.removeItem(keyOf(scenario.id)); },
    document: () => (now.from === "forms" ? JSON.stringify(now.content) : now.text),
  };
}
