import { nameOf } from "../look";
import { listAt } from "../model";
import { useWords } from "../words";
import { DurationInput } from "../fields/DurationInput";
import type { EditorProps } from "../fields/field";
import { NativeSelect } from "../fields/NativeSelect";
import { NumberInput } from "../fields/NumberInput";
import { Cell } from "./Cell";
import { Rows } from "./Rows";

interface Asked { skill_id: number | null; required: boolean; level: number; weight: number; relax_after_ms: number | null; floor?: number | null }

/** What a queue asks of an agent: required skills never bend, preferred ones weigh, and give way after a while. */
export function SkillsAsked({ draft, change, look, wrong, path, noun }: EditorProps) {
  const { say } = useWords();
  const skills = look.items("skills").filter((item) => !item.archived);
  const rows = listAt<Asked>(draft, path);
  const label = (name: string): string => say(`${noun}.skill_${name}`);
  return (
    <Rows legend={say(`${noun}.skills`)} hint={say(`${noun}.skills_hint`)} wrong={wrong(path)} rows={rows} onChange={(next) => change(path, next)}
      blank={(): Asked => ({ skill_id: skills.find((one) => !rows.some((row) => row.skill_id === one.id))?.id ?? null, required: true, level: 1, weight: 50, relax_after_ms: null })}
      add={say(`${noun}.skill_add`)} empty={say(`${noun}.skills_none`)} nameOf={(row) => look.name("skills", row.skill_id) ?? label("skill")}>
      {(row, set) => (
        <>
          <Cell label={label("skill")} wide><NativeSelect value={String(row.skill_id ?? "")} placeholder={say("common.choose")} choices={skills.map((one) => ({ key: String(one.id), name: nameOf(one) }))} onChange={(key) => set({ skill_id: Number(key) })} /></Cell>
          <Cell label={label("kind")}><NativeSelect value={row.required ? "required" : "preferred"} choices={["required", "preferred"].map((key) => ({ key, name: label(key) }))} onChange={(key) => set(key === "required" ? { required: true, relax_after_ms: null } : { required: false, floor: null })} /></Cell>
          <Cell label={label("level")}><NativeSelect value={String(row.level)} choices={[1, 2, 3, 4, 5].map((level) => ({ key: String(level), name: String(level) }))} onChange={(key) => set({ level: Number(key), ...(typeof row.floor === "number" && row.floor >= Number(key) ? { floor: null, relax_after_ms: null } : {}) })} /></Cell>
          {row.required && row.level > 1 && <Cell label={label("floor")}><NativeSelect value={String(row.floor ?? "")} choices={[{ key: "", name: label("floor_none") }, ...[1, 2, 3, 4].filter((level) => level < row.level).map((level) => ({ key: String(level), name: String(level) }))]} onChange={(key) => set(key === "" ? { floor: null, relax_after_ms: null } : { floor: Number(key), relax_after_ms: row.relax_after_ms ?? 60_000 })} /></Cell>}
          {row.required && typeof row.floor === "number" && <div className="cell span2"><span aria-hidden="true">{label("bend")}</span><DurationInput label={label("bend")} value={row.relax_after_ms} onChange={(relax_after_ms) => set({ relax_after_ms })} /></div>}
          {!row.required && <Cell label={label("weight")}><NumberInput value={row.weight} least={0} most={100} onChange={(weight) => set({ weight: weight ?? 0 })} /></Cell>}
          {!row.required && <div className="cell span2"><span aria-hidden="true">{label("relax")}</span><DurationInput label={label("relax")} value={row.relax_after_ms} onChange={(relax_after_ms) => set({ relax_after_ms })} /></div>}
        </>
      )}
    </Rows>
  );
}
