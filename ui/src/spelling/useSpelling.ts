import { useEffect, useRef, useState } from "react";
import type { Answer, Ask, Fault } from "./worker";
import { wordsOf } from "./words";

/** "off": no dictionary for this language here; the browser's own checker still has the `lang` of the field. */
export type Spelling = { state: "off" | "loading" | "failed"; faults: [] } | { state: "checked"; faults: Fault[] };

const PAUSE_MS = 500;
let worker: Worker | null = null;
let last = 0;
const waiting = new Map<number, (answer: Answer) => void>();

function ask(language: "fr" | "en", words: string[]): Promise<Answer> {
  if (!worker) {
    worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    };
  }
  const id = (last += 1);
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    worker?.postMessage({ id, language, words } satisfies Ask);
  });
}

/** Spelling of `text`, checked beside the page after a short pause; `names` are never faults. */
export function useSpelling(text: string, language: string, names: readonly string[]): Spelling {
  const [spelling, setSpelling] = useState<Spelling>({ state: "loading", faults: [] });
  const known = language.startsWith("fr") ? "fr" : language.startsWith("en") ? "en" : null;
  const asked = useRef(0);
  const nameKey = names.join(" ");
  useEffect(() => {
    if (!known) return setSpelling({ state: "off", faults: [] });
    if (!text.trim()) return;
    const timer = setTimeout(() => {
      const mine = (asked.current += 1);
      const apart = new Set(nameKey.toLowerCase().split(/[\s,]+/));
      void ask(known, wordsOf(text, apart)).then((answer) => {
        if (mine === asked.current) setSpelling(answer.failed ? { state: "failed", faults: [] } : { state: "checked", faults: answer.faults });
      });
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, known, nameKey]);
  return spelling;
}
