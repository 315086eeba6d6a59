import { useEffect, useState } from "react";

interface Props {
  value: number | null;
  onChange: (value: number | null) => void;
  least?: number | undefined;
  most?: number | undefined;
  label?: string;
  id?: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: true | undefined;
}

/** A number typed as text: half-typed figures stay as typed, only a whole one is passed on. */
export function NumberInput({ value, onChange, least, most, label, ...rest }: Props) {
  const [typed, type] = useState(value === null ? "" : String(value));
  useEffect(() => {
    type((old) => (old !== "" && Number(old.replace(",", ".")) === value ? old : value === null ? "" : String(value)));
  }, [value]);
  return (
    <input {...rest} className="num-in" inputMode="decimal" aria-label={label} value={typed}
      onChange={(event) => {
        const text = event.target.value;
        type(text);
        const parsed = Number(text.replace(",", "."));
        if (text.trim() === "") onChange(null);
        else if (Number.isFinite(parsed)) onChange(parsed);
      }}
      onBlur={() => {
        if (value === null) return type("");
        const kept = Math.min(most ?? Infinity, Math.max(least ?? -Infinity, value));
        type(String(kept));
        if (kept !== value) onChange(kept);
      }} />
  );
}
