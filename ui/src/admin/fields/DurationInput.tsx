import { useState } from "react";
import { useWords } from "../words";
import { NativeSelect } from "./NativeSelect";
import { NumberInput } from "./NumberInput";

const UNITS = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNITS;

/** The largest unit that says `ms` without a fraction. */
function unitOf(ms: number | null): Unit {
  if (!ms) return "s";
  return (["d", "h", "min"] as const).find((unit) => ms % UNITS[unit] === 0) ?? "s";
}

interface Props {
  /** Milliseconds; null when left open. */
  value: number | null;
  onChange: (ms: number | null) => void;
  label: string;
  id?: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: true | undefined;
}

export function DurationInput({ value, onChange, label, ...rest }: Props) {
  const { say } = useWords();
  const [unit, setUnit] = useState<Unit>(unitOf(value));
  const count = value === null ? null : value / UNITS[unit];
  return (
    <span className="pair">
      <NumberInput {...rest} {...(rest.id ? {} : { label })} value={count === null ? null : Math.round(count * 100) / 100} least={0} onChange={(next) => onChange(next === null ? null : Math.round(next * UNITS[unit]))} />
      <NativeSelect label={`${label}, ${say("unit.unit")}`} value={unit} choices={(Object.keys(UNITS) as Unit[]).map((key) => ({ key, name: say(`unit.${key}`) }))}
        onChange={(next) => {
          setUnit(next as Unit);
          if (count !== null) onChange(Math.round(count * UNITS[next as Unit]));
        }} />
    </span>
  );
}
