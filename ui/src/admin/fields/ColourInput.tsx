import { number } from "../../i18n/format";
import { Labelled } from "./Labelled";
import { useWords } from "../words";
import { contrast } from "./contrast";

interface Props { label: string; value: string; onChange: (colour: string) => void; wrong: string | null; hint?: string | undefined }

const LEAST = 4.5;

/** A colour by eye or by code, with its contrast under white text. */
export function ColourInput({ label, value, onChange, wrong, hint }: Props) {
  const { say } = useWords();
  const whole = /^#[0-9a-f]{6}$/i.test(value);
  const ratio = whole ? contrast(value) : null;
  return (
    <Labelled label={label} hint={hint} wrong={wrong}>
      {(attributes) => (
        <span className="pair colour">
          <input type="color" aria-label={say("common.colour_pick")} value={whole ? value : "#0a5b66"} onChange={(event) => onChange(event.target.value)} />
          <input {...attributes} value={value} spellCheck={false} maxLength={7} onChange={(event) => onChange(event.target.value)} />
          {ratio !== null && <span className={ratio < LEAST ? "soon-word" : "three"}>{say(ratio < LEAST ? "common.colour_pale" : "common.colour_good", { ratio: number(ratio, 1) })}</span>}
        </span>
      )}
    </Labelled>
  );
}
