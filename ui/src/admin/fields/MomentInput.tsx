import { readAt } from "../model";
import { useWords } from "../words";
import type { EditorProps } from "./field";
import { Labelled } from "./Labelled";

const two = (value: number): string => String(value).padStart(2, "0");

/** An instant, asked by the wall clock of whoever asks; empty for none. */
export function MomentInput({ path, noun, draft, change, wrong }: EditorProps) {
  const { say, maybe } = useWords();
  const value = readAt(draft, path);
  const at = typeof value === "number" ? new Date(value) : null;
  const shown = at ? `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}` : "";
  return (
    <Labelled label={say(`${noun}.${path}`)} hint={maybe(`${noun}.${path}_hint`)} wrong={wrong(path)}>
      {(attributes) => <input {...attributes} type="datetime-local" className="day-in" value={shown} onChange={(event) => change(path, event.target.value ? new Date(event.target.value).getTime() : null)} />}
    </Labelled>
  );
}
