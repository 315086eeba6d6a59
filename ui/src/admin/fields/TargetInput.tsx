import { readAt } from "../model";
import { useWords } from "../words";
import { DurationInput } from "./DurationInput";
import type { EditorProps } from "./field";
import { NumberInput } from "./NumberInput";

/** "80 % answered within 40 s": a share and a time read as one sentence. */
export function TargetInput({ noun, draft, change, wrong }: EditorProps) {
  const { say } = useWords();
  const share = readAt(draft, "target_share");
  const ms = readAt(draft, "target_ms");
  const refused = wrong("target_share") ?? wrong("target_ms");
  return (
    <fieldset className="field target" data-invalid={refused ? true : undefined}>
      <legend>{say(`${noun}.target`)}</legend>
      <div className="said">
        <NumberInput label={say(`${noun}.target_share`)} value={typeof share === "number" ? Math.round(share * 1000) / 10 : null} least={1} most={100} onChange={(next) => change("target_share", next === null ? null : next / 100)} />
        <span>{say(`${noun}.target_said`)}</span>
        <DurationInput label={say(`${noun}.target_ms`)} value={typeof ms === "number" ? ms : null} onChange={(next) => change("target_ms", next)} />
      </div>
      <span className="hint">{say(`${noun}.target_hint`)}</span>
      {refused && <span className="wrong">{refused}</span>}
    </fieldset>
  );
}
