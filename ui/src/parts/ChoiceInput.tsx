import { Label, Radio, RadioGroup } from "react-aria-components";
import "./field.css";

interface Props<K extends string> {
  label: string;
  choices: readonly { key: K; name: string }[];
  value: K;
  onChange: (key: K) => void;
}

/** A few choices that exclude each other, all in sight. */
export function ChoiceInput<K extends string>({ label, choices, value, onChange }: Props<K>) {
  return (
    <RadioGroup className="field" value={value} onChange={(key) => onChange(key as K)} orientation="horizontal">
      <Label className="lab">{label}</Label>
      <div className="choices">
        {choices.map((choice) => <Radio key={choice.key} value={choice.key} className="choice">{choice.name}</Radio>)}
      </div>
    </RadioGroup>
  );
}
