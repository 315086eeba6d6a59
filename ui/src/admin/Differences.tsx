import { target } from "../i18n/format";
import { useWords } from "./words";

const LONGEST = 90;

/** A value as one short line. */
export function shown(value: unknown, key = ""): string {
  if (key.endsWith("_ms") && typeof value === "number") return target(value);
  if (value === null || value === undefined || value === "") return "–";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The fields of one thing before a change and after it. */
export function Differences({ noun, before, after }: { noun: string; before: Record<string, unknown> | null; after: Record<string, unknown> | null }) {
  const { say, maybe } = useWords();
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return (
    <dl>
      {fields.map((key) => (
        <div key={key}>
          <dt>{maybe(`${noun}.${key}`) ?? maybe(`audit.${key}`) ?? key}</dt>
          <dd>{before && <><span className="two">{shown(before[key], key)}</span> <span aria-hidden="true">→</span><span className="vh">{say("audit.became")}</span> </>}<span>{shown(after?.[key], key)}</span></dd>
        </div>
      ))}
    </dl>
  );
}
