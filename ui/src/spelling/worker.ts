import { Dictionary } from "./dictionary";

/** The page fetches a dictionary and hands it over: a worker's own policy may forbid it to fetch. */
export interface Book { language: "fr" | "en"; rules: string; entries: string }
export interface Ask { id: number; language: "fr" | "en"; words: string[] }
export interface Fault { word: string; suggestions: string[] }
export interface Answer { id: number; faults: Fault[] }

const books = new Map<string, Dictionary>();
const verdicts = new Map<string, Fault | null>();

function answer({ id, language, words }: Ask): Answer {
  const faults: Fault[] = [];
  for (const word of words) {
    const key = `${language}:${word}`;
    let verdict = verdicts.get(key);
    if (verdict === undefined) {
      const book = books.get(language);
      verdict = !book || book.correct(word) ? null : { word, suggestions: book.suggest(word) };
      verdicts.set(key, verdict);
    }
    if (verdict) faults.push(verdict);
  }
  return { id, faults };
}
self.onmessage = ({ data }: MessageEvent<Ask | Book>) => {
  if ("rules" in data) books.set(data.language, new Dictionary(data.rules, data.entries));
  else self.postMessage(answer(data));
};
