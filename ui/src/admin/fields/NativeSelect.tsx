import { Icon } from "../../parts/Icon";

export interface Choice { key: string; name: string }
interface Props {
  choices: readonly Choice[];
  value: string;
  onChange: (key: string) => void;
  /** Said to screen readers when no visible label stands beside it. */
  label?: string;
  id?: string;
  disabled?: boolean;
  placeholder?: string | undefined;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: true | undefined;
}

/** The browser's own list: it opens well on a phone, and many fit in one row. */
export function NativeSelect({ choices, value, onChange, label, placeholder, ...rest }: Props) {
  const known = choices.some((choice) => choice.key === value);
  return (
    <span className="nsel">
      <select {...rest} aria-label={label} value={known ? value : ""} onChange={(event) => onChange(event.target.value)}>
        {!known && <option value="" disabled>{placeholder ?? "–"}</option>}
        {choices.map((choice) => <option key={choice.key} value={choice.key}>{choice.name}</option>)}
      </select>
      <Icon name="caret-down" />
    </span>
  );
}
