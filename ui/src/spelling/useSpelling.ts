import { useEffect, useRef, useState } from "react";
import enRules from "../../node_modules/dictionary-en/index.aff?url";
import enEntries from "../../node_modules/dictionary-en/index.dic?url";
import frRules from "../../node_modules/dictionary-fr/index.aff?url";
import frEntries from "../../node_modules/dictionary-fr/index.dic?url";
import type { Answer, Ask, Book, Fault } from "./worker";
import { wordsOf } from "./words";

/** "off": no dictionary for this language here; the browser's own checker still has the `lang` of the field. */
export type Spelling = { state: "off" | "loading" | "failed"; faults: [] } | { state: "checked"; faults: Fault[] };

const PAUSE_MS = 500;
let worker: Worker | null = null;
let last = 0;
const SOURCES = { fr: [frRules, frEntries], en: [enRules, enEntries] } as const;
const handed = new Map<string, Promise<void>>();
const waiting = new Map<number, (answer: Answer) => void>();

async function fetched(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
}
/** Fetches a dictionary once, the first time its language is written, and hands it to the worker. */
function handOver(language: "fr" | "en"): Promise<void> {
  let way = handed.get(language);
  if (!way) {
    const [rules, entries] = SOURCES[language];
    way = Promise.all([fetched(rules), fetched(entries)]).then(([a, b]) => worker?.postMessage({ language, rules: a, entries: b } satisfies Book));
    way.catch(() => handed.delete(language));
    handed.set(language, way);
  }
  return way;
}
async function ask(language: "fr" | "en", words: string[]): Promise<Answer> {
  if (!worker) {
    worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    };
  }
  await handOver(language);
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
      void ask(known, wordsOf(text, apart)).then(
        (answer) => mine === asked.current && setSpelling({ state: "checked", faults: answer.faults }),
        () => mine === asked.current && setSpelling({ state: "failed", faults: [] }),
      );
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, known, nameKey]);
  return spelling;
}
