import { listAt } from "../model";
import { useWords } from "../words";
import type { EditorProps } from "../fields/field";
import { NativeSelect } from "../fields/NativeSelect";
import { Cell } from "./Cell";
import { Rows } from "./Rows";

const KINDS = ["text", "long", "email", "phone", "choice", "file", "checkbox"] as const;
interface FormField { key: string; label_fr: string; label_en: string; kind: (typeof KINDS)[number]; required: boolean; choices_fr: string[]; choices_en: string[] }

/** A key for rules, out of the label: "Numéro de contrat" becomes "numero_de_contrat". */
export const keyFrom = (label: string): string => label.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_|_$/g, "").slice(0, 40);

/** The questions of a web form, in their order. */
export function FormFields({ draft, change, wrong, path, noun }: EditorProps) {
  const { say } = useWords();
  const rows = listAt<FormField>(draft, path);
  const label = (name: string): string => say(`${noun}.field_${name}`);
  const lines = (list: string[] | undefined, name: string, set: (list: string[]) => void) => (
    <Cell label={label(name)} wide><textarea rows={3} value={(list ?? []).join("\n")} onChange={(event) => set(event.target.value.split("\n"))} /></Cell>
  );
  return (
    <Rows legend={say(`${noun}.fields`)} hint={say(`${noun}.fields_hint`)} wrong={wrong(path)} rows={rows} onChange={(next) => change(path, next)} ordered
      blank={(): FormField => ({ key: "", label_fr: "", label_en: "", kind: "text", required: false, choices_fr: [], choices_en: [] })} add={say(`${noun}.field_add`)} nameOf={(row) => row.label_fr || row.key || label("field")}>
      {(row, set) => (
        <>
          <Cell label={label("label_fr")} wide><input lang="fr" value={row.label_fr} onChange={(event) => set({ label_fr: event.target.value, ...(row.key === keyFrom(row.label_fr) ? { key: keyFrom(event.target.value) } : {}) })} /></Cell>
          <Cell label={label("label_en")} wide><input lang="en" value={row.label_en} onChange={(event) => set({ label_en: event.target.value })} /></Cell>
          <Cell label={label("kind")}><NativeSelect value={row.kind} choices={KINDS.map((key) => ({ key, name: say(`field_kind.${key}`) }))} onChange={(key) => set({ kind: key as FormField["kind"] })} /></Cell>
          <Cell label={label("key")}><input value={row.key} spellCheck={false} onChange={(event) => set({ key: event.target.value })} /></Cell>
          {row.kind === "choice" && lines(row.choices_fr, "choices_fr", (choices_fr) => set({ choices_fr }))}
          {row.kind === "choice" && lines(row.choices_en, "choices_en", (choices_en) => set({ choices_en }))}
          <label className="tick"><input type="checkbox" checked={row.required} onChange={(event) => set({ required: event.target.checked })} />{label("required")}</label>
        </>
      )}
    </Rows>
  );
}
