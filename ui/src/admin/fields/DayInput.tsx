import { readAt } from "../model";
import { useWords } from "../words";
import type { EditorProps } from "./field";
import { Labelled } from "./Labelled";

const two = (value: number): string => String(value).padStart(2, "0");

/** An instant asked as a day, its end included; empty for none. */
export function DayInput({ path, noun, draft, change, wrong }: EditorProps) {
  const { say, maybe } = useWords();
  const value = readAt(draft, path);
  const day = typeof value === "number" ? new Date(value - 1) : null;
  const shown = day ? `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}` : "";
  const set = (text: string): void => {
    const [year, month, date] = text.split("-").map(Number);
    change(path, year && month && date ? new Date(year, month - 1, date + 1).getTime() : null);
  };
  return (
    <Labelled label={say(`${noun}.${path}`)} hint={maybe(`${noun}.${path}_hint`)} wrong={wrong(path)}>
      {(attributes) => <input {...attributes} type="date" className="day-in" value={shown} onChange={(event) => set(event.target.value)} />}
    </Labelled>
  );
}
