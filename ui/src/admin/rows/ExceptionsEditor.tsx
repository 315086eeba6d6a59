import { listAt } from "../model";
import { useWords } from "../words";
import type { EditorProps } from "../fields/field";
import { Cell } from "./Cell";
import { Rows } from "./Rows";
import { Spans, type Span } from "./Spans";

interface Exception { date: string; spans: Span[]; label: string }

/** Days that do not follow the week: closed, or open at other hours. */
export function ExceptionsEditor({ draft, change, wrong, path, noun }: EditorProps) {
  const { say } = useWords();
  return (
    <Rows legend={say(`${noun}.exceptions`)} hint={say(`${noun}.exceptions_hint`)} wrong={wrong(path)} rows={listAt<Exception>(draft, path)} onChange={(next) => change(path, next)}
      blank={(): Exception => ({ date: new Date().toISOString().slice(0, 10), spans: [], label: "" })} add={say(`${noun}.exception_add`)} nameOf={(row) => row.label || row.date}>
      {(row, set) => (
        <>
          <Cell label={say(`${noun}.exception_date`)}><input type="date" value={row.date} onChange={(event) => set({ date: event.target.value })} /></Cell>
          <Cell label={say(`${noun}.exception_label`)} wide><input value={row.label} maxLength={120} onChange={(event) => set({ label: event.target.value })} /></Cell>
          <Spans day={row.label || row.date} spans={row.spans} onChange={(spans) => set({ spans })} />
        </>
      )}
    </Rows>
  );
}
