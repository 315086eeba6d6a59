import enRules from "../../node_modules/dictionary-en/index.aff?url";
import enEntries from "../../node_modules/dictionary-en/index.dic?url";
import frRules from "../../node_modules/dictionary-fr/index.aff?url";
import frEntries from "../../node_modules/dictionary-fr/index.dic?url";
import { Dictionary } from "./dictionary";

export interface Ask { id: number; language: "fr" | "en"; words: string[] }
export interface Fault { word: string; suggestions: string[] }
export interface Answer { id: number; faults: Fault[]; failed?: boolean }

const SOURCES = { fr: [frRules, frEntries], en: [enRules, enEntries] } as const;
const loaded = new Map<string, Promise<Dictionary>>();
const verdicts = new Map<string, Fault | null>();

async function load(language: "fr" | "en"): Promise<Dictionary> {
  const [rules, entries] = await Promise.all(SOURCES[language].map(async (url) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`dictionary ${language}: ${response.status}`);
    return response.text();
  }));
  return new Dictionary(rules ?? "", entries ?? "");
}
self.onmessage = async ({ data }: MessageEvent<Ask>) => {
  try {
    let dictionary = loaded.get(data.language);
    if (!dictionary) loaded.set(data.language, (dictionary = load(data.language)));
    const book = await dictionary;
    const faults: Fault[] = [];
    for (const word of data.words) {
      const key = `${data.language}:${word}`;
      let verdict = verdicts.get(key);
      if (verdict === undefined) verdicts.set(key, (verdict = book.correct(word) ? null : { word, suggestions: book.suggest(word) }));
      if (verdict) faults.push(verdict);
    }
    self.postMessage({ id: data.id, faults } satisfies Answer);
  } catch {
    loaded.delete(data.language);
    self.postMessage({ id: data.id, faults: [], failed: true } satisfies Answer);
  }
};
