import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Labelled } from "../../admin/fields/Labelled";
import { DurationInput } from "../../admin/fields/DurationInput";
import { NativeSelect, type Choice } from "../../admin/fields/NativeSelect";
import { NumberInput } from "../../admin/fields/NumberInput";
import { SwitchInput } from "../../parts/SwitchInput";
import { TextInput } from "../../parts/TextInput";
import { nameTrouble } from "./edits";

/** A name that other things refer to: it is taken when one leaves the field, so that half a name renames nothing. */
export function NameInput({ label, name, others, onRename }: { label: string; name: string; others: readonly string[]; onRename: (name: string) => void }) {
  const { t } = useTranslation("scenario");
  const [typed, type] = useState(name);
  useEffect(() => type(name), [name]);
  const trouble = typed.trim() === name ? null : nameTrouble(typed, others);
  const take = (): void => { if (typed.trim() === name || trouble) type(name); else onRename(typed.trim()); };
  return <TextInput label={label} value={typed} onChange={type} onBlur={take} onKeyDown={(event) => { if (event.key === "Enter") take(); }} maxLength={120} wrong={trouble && t(`name.${trouble}`)} />;
}

interface Told { label: string; hint?: string | undefined; wrong?: string | null | undefined }
/** A share of 1, as percent. */
export function ShareInput({ label, hint, wrong, value, onChange }: Told & { value: number; onChange: (share: number) => void }) {
  return <Labelled label={label} hint={hint} wrong={wrong}>{(attributes) => <span className="sc-unit"><NumberInput {...attributes} value={Math.round(value * 1e4) / 100} least={0} most={100} onChange={(next) => { if (next !== null) onChange(Math.round(Math.min(100, Math.max(0, next)) * 100) / 1e4); }} /><span aria-hidden="true">%</span></span>}</Labelled>;
}
export function CountInput({ label, hint, wrong, value, least = 0, most, whole = true, onChange }: Told & { value: number | null; least?: number; most?: number; whole?: boolean; onChange: (value: number | null) => void }) {
  return <Labelled label={label} hint={hint} wrong={wrong}>{(attributes) => <NumberInput {...attributes} value={value} least={least} most={most} onChange={(next) => onChange(next === null ? null : whole ? Math.round(next) : next)} />}</Labelled>;
}
export function TimeSpan({ label, hint, wrong, value, onChange }: Told & { value: number | null; onChange: (ms: number) => void }) {
  return <Labelled label={label} hint={hint} wrong={wrong}>{(attributes) => <DurationInput {...attributes} label={label} value={value} onChange={(ms) => { if (ms !== null) onChange(ms); }} />}</Labelled>;
}
export function PickInput({ label, hint, wrong, value, choices, onChange }: Told & { value: string; choices: readonly Choice[]; onChange: (key: string) => void }) {
  return <Labelled label={label} hint={hint} wrong={wrong}>{(attributes) => <NativeSelect {...attributes} value={value} choices={choices} onChange={onChange} />}</Labelled>;
}

/** A part that a scenario may have or not: turned on with something to begin with. */
export function Optional({ label, lead, on, onTurn, children }: { label: string; lead?: string; on: boolean; onTurn: (on: boolean) => void; children: ReactNode }) {
  return (
    <div className="sc-optional">
      <SwitchInput label={label} value={on} onChange={onTurn} />
      {lead && <p className="small three">{lead}</p>}
      {on && <div className="sc-within">{children}</div>}
    </div>
  );
}
