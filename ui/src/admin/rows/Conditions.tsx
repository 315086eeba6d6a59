import { nameOf } from "../look";
import { listAt } from "../model";
import { useWords } from "../words";
import type { EditorProps } from "../fields/field";
import { NativeSelect } from "../fields/NativeSelect";
import { Cell } from "./Cell";
import { Rows } from "./Rows";

type About = "channel" | "address" | "language" | "words" | "form_field" | "segment";
type Op = "is" | "is_not" | "contains" | "any_of";
interface Condition { field: About; op: Op; value: unknown; key?: string }

/** Which comparisons make sense for what is looked at. */
const OPS: Record<About, readonly Op[]> = {
  channel: ["is", "is_not"], address: ["is", "contains", "any_of"], language: ["is", "is_not", "any_of"],
  words: ["contains", "any_of"], form_field: ["is", "is_not", "contains", "any_of"], segment: ["is", "is_not", "any_of"],
};
const ABOUT = Object.keys(OPS) as About[];
const LANGUAGES = ["fr", "en", "de", "es", "it", "nl", "pt"];
const asText = (value: unknown): string => (Array.isArray(value) ? value.join(", ") : value === null || value === undefined ? "" : String(value));
const asList = (text: string): string[] => text.split(",").map((one) => one.trim());

/** The conditions of a rule: all must hold. */
export function Conditions({ draft, change, look, wrong, path, noun }: EditorProps) {
  const { say } = useWords();
  const channels = look.items("channels").filter((item) => item["brand_id"] === draft["brand_id"]);
  const label = (name: string): string => say(`${noun}.condition_${name}`);
  const setAbout = (field: About): Condition => ({ field, op: OPS[field][0] ?? "is", value: field === "channel" ? (channels[0]?.id ?? null) : "", ...(field === "form_field" ? { key: "" } : {}) });
  const value = (row: Condition, set: (change: Partial<Condition>) => void) => {
    if (row.field === "channel") return <NativeSelect value={asText(row.value)} placeholder={say("common.choose")} choices={channels.map((one) => ({ key: String(one.id), name: nameOf(one) }))} onChange={(key) => set({ value: Number(key) })} />;
    if (row.field === "language" && row.op !== "any_of") return <NativeSelect value={asText(row.value)} placeholder={say("common.choose")} choices={LANGUAGES.map((key) => ({ key, name: say(`language.${key}`) }))} onChange={(key) => set({ value: key })} />;
    return <input value={asText(row.value)} onChange={(event) => set({ value: row.op === "any_of" ? asList(event.target.value) : event.target.value })} />;
  };
  return (
    <Rows legend={say(`${noun}.conditions`)} hint={say(`${noun}.conditions_hint`)} wrong={wrong(path)} rows={listAt<Condition>(draft, path)} onChange={(next) => change(path, next)}
      blank={() => setAbout("words")} add={say(`${noun}.condition_add`)} empty={say(`${noun}.conditions_none`)} nameOf={(row) => say(`about.${row.field}`)}>
      {(row, set) => (
        <>
          <Cell label={label("about")} wide><NativeSelect value={row.field} choices={ABOUT.map((key) => ({ key, name: say(`about.${key}`) }))} onChange={(key) => set(setAbout(key as About))} /></Cell>
          {row.field === "form_field" && <Cell label={label("key")}><input value={row.key ?? ""} spellCheck={false} onChange={(event) => set({ key: event.target.value })} /></Cell>}
          <Cell label={label("op")}><NativeSelect value={row.op} choices={OPS[row.field].map((key) => ({ key, name: say(`op.${key}`) }))} onChange={(key) => set({ op: key as Op, value: key === "any_of" ? asList(asText(row.value)) : Array.isArray(row.value) ? asText(row.value) : row.value })} /></Cell>
          <Cell label={label(row.op === "any_of" ? "values" : "value")} wide>{value(row, set)}</Cell>
        </>
      )}
    </Rows>
  );
}
