/** What is being changed of a menu: undone and redone, checked as one types, kept on this browser until it is saved. */
import { useEffect, useRef, useState } from "react";
import type { Content } from "./content";
import { check, type Edge, type Menu, type Problem } from "./queries";

const CHECK_MS = 350, STEPS_MAX = 100;
interface Snapshot { content: Content | null; text: string; from: "forms" | "text" }
interface Kept { version: number; snapshot: Snapshot }
const keyOf = (id: number): string => `affluent.menu.${id}`;

function kept(menu: Menu): Snapshot | null {
  try {
    const found = JSON.parse(localStorage.getItem(keyOf(menu.id)) ?? "null") as Kept | null;
    return found && found.version === menu.version ? found.snapshot : null;
  } catch {
    return null;
  }
}
export interface Draft {
  content: Content | null; text: string; problems: readonly Problem[]; edges: readonly Edge[]; dirty: boolean; checking: boolean; taken_up: boolean;
  canUndo: boolean; canRedo: boolean;
  change: (content: Content) => void; write: (text: string) => void; undo: () => void; redo: () => void; discard: () => void; saved: () => void;
  document: () => string;
}

export function useDraft(menu: Menu): Draft {
  const first: Snapshot = { content: menu.content, text: menu.document, from: "text" };
  const [taken_up, setTakenUp] = useState(() => kept(menu) !== null);
  const [now, setNow] = useState<Snapshot>(() => kept(menu) ?? first);
  const [past, setPast] = useState<readonly Snapshot[]>([]);
  const [future, setFuture] = useState<readonly Snapshot[]>([]);
  const [problems, setProblems] = useState<readonly Problem[]>(menu.problems);
  const [edges, setEdges] = useState<readonly Edge[]>(menu.edges);
  const [checking, setChecking] = useState(false);
  const dirty = past.length > 0 || taken_up;
  const asked = useRef(0);

  const source = now.from === "forms" ? JSON.stringify(now.content) : now.text;
  useEffect(() => {
    const mine = (asked.current += 1);
    if (!dirty) { localStorage.removeItem(keyOf(menu.id)); setChecking(false); return undefined; }
    localStorage.setItem(keyOf(menu.id), JSON.stringify({ version: menu.version, snapshot: now } satisfies Kept));
    setChecking(true);
    const timer = setTimeout(() => {
      check(menu.brand_id, source).then((found) => {
        if (asked.current !== mine) return;
        setProblems(found.problems);
        if (!found.content) return;
        setEdges(found.edges);
        // The other side follows what was changed: the text what forms did, the forms what was typed.
        setNow((old) => (old.from === "forms" ? { ...old, text: found.document } : { ...old, content: found.content }));
      }).catch(() => undefined).finally(() => { if (asked.current === mine) setChecking(false); });
    }, CHECK_MS);
    return () => clearTimeout(timer);
  }, [source, dirty, menu.id, menu.brand_id, menu.version]);

  const step = (next: Snapshot): void => { setPast((old) => [...old.slice(-STEPS_MAX), now]); setFuture([]); setNow(next); };
  return {
    content: now.content, text: now.text, problems, edges, dirty, checking, taken_up, canUndo: past.length > 0, canRedo: future.length > 0,
    change: (content) => step({ ...now, content, from: "forms" }),
    write: (text) => { if (now.from === "text" && past.length > 0) { setFuture([]); setNow({ ...now, text, from: "text" }); } else step({ ...now, text, from: "text" }); },
    undo: () => { const last = past.at(-1); if (!last) return; setPast(past.slice(0, -1)); setFuture([now, ...future]); setNow(last); },
    redo: () => { const next = future[0]; if (!next) return; setFuture(future.slice(1)); setPast([...past, now]); setNow(next); },
    discard: () => { setPast([]); setFuture([]); setTakenUp(false); setNow(first); setProblems(menu.problems); setEdges(menu.edges); localStorage.removeItem(keyOf(menu.id)); },
    saved: () => { setPast([]); setFuture([]); setTakenUp(false); localStorage.removeItem(keyOf(menu.id)); },
    document: () => (now.from === "forms" ? JSON.stringify(now.content) : now.text),
  };
}
