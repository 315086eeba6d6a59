import type { ReactNode } from "react";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { useWords } from "../words";
import { TimeInput } from "./TimeInput";

export type Span = [string, string];

/** The next span to offer after those of the day: the afternoon after a morning, else a plain day. */
function nextSpan(spans: Span[]): Span {
  const last = spans.at(-1);
  if (!last) return ["09:00", "18:00"];
  const hour = Math.min(22, Number(last[1].slice(0, 2)) + 1);
  return [`${String(hour).padStart(2, "0")}:00`, `${String(Math.min(23, Math.max(18, hour + 1))).padStart(2, "0")}:00`];
}

/** The open spans of one day; a gap between two is a break. None means closed. */
export function Spans({ day, spans, onChange, extra }: { day: string; spans: Span[]; onChange: (spans: Span[]) => void; extra?: ReactNode }) {
  const { say } = useWords();
  const set = (at: number, side: 0 | 1, value: string): void => onChange(spans.map((span, i) => (i === at ? (side === 0 ? [value, span[1]] : [span[0], value]) : span)));
  const add = say(spans.length ? "hours.span_after_break" : "hours.span_add");
  return (
    <div className="spans">
      {spans.length === 0 && <span className="three">{say("hours.shut")}</span>}
      {spans.map((span, at) => (
        <span key={at} className="span">
          <TimeInput value={span[0]} label={say("hours.from", { day, at: at + 1 })} onChange={(time) => set(at, 0, time)} />
          <span aria-hidden="true">–</span>
          <TimeInput value={span[1]} label={say("hours.to", { day, at: at + 1 })} onChange={(time) => set(at, 1, time)} />
          <Button look="quiet" small iconOnly aria-label={say("hours.span_remove", { day, at: at + 1 })} onPress={() => onChange(spans.filter((_, i) => i !== at))}><Icon name="x" /></Button>
        </span>
      ))}
      <Button look="quiet" small aria-label={`${add}, ${day}`} onPress={() => onChange([...spans, nextSpan(spans)])}><Icon name="plus" />{add}</Button>
      {extra}
    </div>
  );
}
