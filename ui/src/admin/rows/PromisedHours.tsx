import type { ReactNode } from "react";
import { DurationInput } from "../fields/DurationInput";
import type { EditorProps } from "../fields/field";
import { NumberInput } from "../fields/NumberInput";
import { isRecord } from "../model";
import { useWords } from "../words";

const MINUTE = 60_000;
const BLANK = { most: 1, every_ms: 30 * MINUTE, notice_ms: 60 * MINUTE, days: 7, remind_ms: 120 * MINUTE };

/** The hours that customers can ask for at the doors: none at all, or how many each holds and when. */
export function PromisedHours({ path, noun, draft, change, wrong }: EditorProps) {
  const { say } = useWords();
  const kept = draft[path];
  const promises = isRecord(kept) ? kept : null;
  const refused = wrong(path);
  const value = (name: string): number | null => (typeof promises?.[name] === "number" ? promises[name] : null);
  const count = (name: string, least: number, most: number): ReactNode => (
    <Row name={name} say={say} noun={noun} refused={wrong(`${path}.${name}`)}>
      <NumberInput label={say(`${noun}.${path}_${name}`)} least={least} most={most} value={value(name)} onChange={(next) => change(`${path}.${name}`, next)} />
    </Row>
  );
  const lapse = (name: string): ReactNode => (
    <Row name={name} say={say} noun={noun} refused={wrong(`${path}.${name}`)}>
      <DurationInput label={say(`${noun}.${path}_${name}`)} value={value(name)} onChange={(next) => change(`${path}.${name}`, next)} />
    </Row>
  );
  return (
    <fieldset className="field">
      <legend>{say(`${noun}.${path}`)}</legend>
      <label className="tick">
        <input type="checkbox" checked={promises !== null} onChange={(event) => change(path, event.target.checked ? BLANK : null)} />
        {say(`${noun}.${path}_on`)}
      </label>
      {promises && <>{count("most", 1, 1000)}{lapse("every_ms")}{lapse("notice_ms")}{count("days", 1, 90)}{lapse("remind_ms")}</>}
      <span className="hint">{say(`${noun}.${path}_hint`)}</span>
      {refused && <span className="wrong">{refused}</span>}
    </fieldset>
  );
}

function Row({ name, noun, say, refused, children }: { name: string; noun: string; say: (key: string) => string; refused: string | null; children: ReactNode }) {
  return (
    <div className="ticks">
      <span className="grow">{say(`${noun}.promises_${name}`)}</span>
      {children}
      {refused && <span className="wrong">{refused}</span>}
    </div>
  );
}
