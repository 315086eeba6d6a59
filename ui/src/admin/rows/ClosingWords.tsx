import { useEffect, useState } from "react";
import { api } from "../../api/client";
import type { EditorProps } from "../fields/field";
import { useWords } from "../words";

const LANGUAGES = ["fr", "en"] as const;
type Said = Record<(typeof LANGUAGES)[number], string>;
const PAUSE_MS = 400;

/** What customers read while the queue is closed, in both languages, and as the doors say it: with the next opening. */
export function ClosingWords({ noun, draft, change, wrong }: EditorProps) {
  const { say } = useWords();
  const [shown, show] = useState<Said | null>(null);
  const [brand, hours] = [draft["brand_id"], draft["hours_id"]];
  const texts = { closing_fr: String(draft["closing_fr"] ?? ""), closing_en: String(draft["closing_en"] ?? "") };
  const { closing_fr, closing_en } = texts;
  useEffect(() => {
    if (typeof brand !== "number") return;
    const later = setTimeout(() => {
      api.post<Said>("/admin/queues/closing", { brand_id: brand, hours_id: typeof hours === "number" ? hours : null, closing_fr, closing_en }).then(show, () => show(null));
    }, PAUSE_MS);
    return () => clearTimeout(later);
  }, [brand, hours, closing_fr, closing_en]);
  return (
    <div className="closings">
      {LANGUAGES.map((language) => {
        const path = `closing_${language}` as const;
        const refused = wrong(path);
        return (
          <div key={language} className="field">
            <label htmlFor={`${noun}-${path}`}>{say(`${noun}.${path}`)}</label>
            <textarea id={`${noun}-${path}`} rows={2} lang={language} value={texts[path]} onChange={(event) => change(path, event.target.value)} />
            {refused && <span className="wrong">{refused}</span>}
            {shown && <p className="hint" lang={language}><b>{say(`${noun}.closing_shown`)}</b> {shown[language]}</p>}
          </div>
        );
      })}
      <span className="hint">{say(`${noun}.closing_hint`)}</span>
    </div>
  );
}
