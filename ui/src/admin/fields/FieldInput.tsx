import { SwitchInput } from "../../parts/SwitchInput";
import { TextInput } from "../../parts/TextInput";
import { nameOf } from "../look";
import { listAt, readAt, textAt } from "../model";
import { useWords } from "../words";
import { ColourInput } from "./ColourInput";
import { DurationInput } from "./DurationInput";
import type { EditorProps, Field } from "./field";
import { Labelled } from "./Labelled";
import { NativeSelect } from "./NativeSelect";
import { NumberInput } from "./NumberInput";
import { PicksInput } from "./PicksInput";
import { TargetInput } from "./TargetInput";

const MEGABYTE = 1_000_000;
const ZONES = Intl.supportedValuesOf("timeZone");
const numeric = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** One field of a noun, by its kind. */
export function FieldInput({ field, saved, ...props }: Omit<EditorProps, "path"> & { field: Field; saved: boolean }) {
  const { say, maybe } = useWords();
  const { noun, draft, change, look, wrong } = props;
  const { path } = field;
  const texts = `${noun}.${path.replaceAll(".", "_")}`;
  if (field.kind === "section") return <h3 className="sect">{say(`${noun}.section_${path}`)}</h3>;
  if (field.kind === "own") return <field.Editor {...props} path={path} />;
  if (field.kind === "target") return <TargetInput {...props} path={path} />;
  const label = say(texts), hint = maybe(`${texts}_hint`), refused = wrong(path);
  const set = (value: unknown): void => change(path, value);
  const value = readAt(draft, path);
  switch (field.kind) {
    case "text":
      return (
        <TextInput label={label} hint={hint} wrong={refused} value={textAt(draft, path)} onChange={set} isRequired={field.required ?? false} isDisabled={Boolean(field.fixedOnceSaved && saved)}
          {...(field.type ? { type: field.type } : {})} {...(field.rows ? { rows: field.rows } : {})} autoComplete={field.type === "password" ? "new-password" : "off"} />
      );
    case "switch":
      return <div className="field"><SwitchInput label={label} value={value === true} onChange={set} />{hint && <span className="hint">{hint}</span>}</div>;
    case "colour":
      return <ColourInput label={label} hint={hint} wrong={refused} value={textAt(draft, path)} onChange={set} />;
    case "picks": {
      // What was ticked stays in sight, suited or not: else it could not be taken off.
      const ticked = listAt<number>(draft, path);
      const items = look.items(field.noun).filter((item) => !item.archived && (ticked.includes(item.id) || (field.suits?.(item, draft) ?? true)));
      return <PicksInput label={label} items={items} draft={draft} path={path} onChange={set} wrong={refused} empty={say(`${field.noun}.empty`)} />;
    }
    default:
      return <Labelled label={label} hint={hint} wrong={refused}>{(attributes) => control(field, attributes)}</Labelled>;
  }

  function control(one: Field, attributes: { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined }) {
    switch (one.kind) {
      case "number":
        return <NumberInput {...attributes} value={numeric(value)} least={one.least} most={one.most} onChange={set} />;
      case "percent":
        return <span className="pair"><NumberInput {...attributes} value={typeof value === "number" ? Math.round(value * 1e6) / 1e4 : null} least={one.least} most={one.most} onChange={(next) => set(next === null ? null : Math.round(next * 1e4) / 1e6)} /><span>%</span></span>;
      case "bytes":
        return <span className="pair"><NumberInput {...attributes} value={value ? Math.round((Number(value) / MEGABYTE) * 100) / 100 : null} least={0.1} onChange={(next) => set(next === null ? null : Math.round(next * MEGABYTE))} /><span>{say("unit.megabytes")}</span></span>;
      case "duration":
        return <DurationInput {...attributes} label={label} value={numeric(value)} onChange={set} />;
      case "choice":
        return <NativeSelect {...attributes} value={textAt(draft, path)} disabled={Boolean(one.fixedOnceSaved && saved)} onChange={(key) => set(key === "" ? null : typeof value === "number" ? Number(key) : key)} choices={one.choices.map((key) => ({ key, name: say(`${one.words}.${key || "none"}`) }))} />;
      case "pick": {
        const items = look.items(one.noun).filter((item) => (!item.archived || item.id === value) && (one.suits?.(item, draft) ?? true));
        const choices = items.map((item) => ({ key: String(item.id), name: nameOf(item) }));
        return <NativeSelect {...attributes} value={textAt(draft, path)} disabled={Boolean(one.fixedOnceSaved && saved)} placeholder={say("common.choose")} onChange={(key) => set(key === "" ? null : Number(key))} choices={one.empty ? [{ key: "", name: say(`${texts}_empty`) }, ...choices] : choices} />;
      }
      case "lines":
        return <textarea {...attributes} rows={3} spellCheck={false} value={listAt<string>(draft, path).join("\n")} onChange={(event) => set(event.target.value === "" ? [] : event.target.value.split("\n"))} />;
      case "zone":
        return <><input {...attributes} list="zones" value={textAt(draft, path)} spellCheck={false} onChange={(event) => set(event.target.value)} /><datalist id="zones">{ZONES.map((zone) => <option key={zone} value={zone} />)}</datalist></>;
      default:
        return null;
    }
  }
}
