import { Button } from "../../parts/Button";
import { currentLocale } from "../../i18n";
import { readAt, type Draft } from "../model";
import { useWords } from "../words";
import type { EditorProps } from "../fields/field";
import { Spans, type Span } from "./Spans";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
// 5 January 2026 is a Monday: the reader's own names of days come from there.
const dayName = (at: number): string => new Intl.DateTimeFormat(currentLocale(), { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2026, 0, 5 + at));

/** The hours of a usual week, several spans a day. */
export function WeekEditor({ draft, change, wrong, path, noun }: EditorProps) {
  const { say } = useWords();
  const week = (readAt(draft, path) ?? {}) as Record<string, Span[]>;
  const set = (day: string, spans: Span[]): void => change(path, { ...week, [day]: spans } satisfies Draft);
  const refused = wrong(path);
  const monday = week["mon"] ?? [];
  const copy = (): void => change(path, { ...week, ...Object.fromEntries(DAYS.slice(1, 5).map((day) => [day, monday])) });
  return (
    <fieldset className="field week" data-invalid={refused ? true : undefined}>
      <legend>{say(`${noun}.weekly`)}</legend>
      {DAYS.map((day, at) => (
        <div key={day} className="day">
          <span className="b">{dayName(at)}</span>
          <Spans day={dayName(at)} spans={week[day] ?? []} onChange={(spans) => set(day, spans)}
            extra={day === "mon" && monday.length > 0 && <Button look="quiet" small onPress={copy}>{say(`${noun}.copy_monday`)}</Button>} />
        </div>
      ))}
      {refused && <span className="wrong">{refused}</span>}
    </fieldset>
  );
}
