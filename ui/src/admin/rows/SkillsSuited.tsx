import { DurationInput } from "../fields/DurationInput";
import type { EditorProps } from "../fields/field";
import { NativeSelect } from "../fields/NativeSelect";
import { NumberInput } from "../fields/NumberInput";
import { nameOf } from "../look";
import { listAt } from "../model";
import { useWords } from "../words";
import { Cell } from "./Cell";
import { Rows } from "./Rows";

interface Suited { skill_id: number | null; level: number; weight: number; relax_after_ms: number }

/** Skills that suit a segment better: asked for during a while, and weighed for ever. */
export function SkillsSuited({ draft, change, look, wrong, path, noun }: EditorProps) {
  const { say } = useWords();
  const skills = look.items("skills").filter((item) => !item.archived);
  const rows = listAt<Suited>(draft, path);
  const label = (name: string): string => say(`queues.skill_${name}`);
  return (
    <Rows legend={say(`${noun}.skills`)} hint={say(`${noun}.skills_hint`)} wrong={wrong(path)} rows={rows} onChange={(next) => change(path, next)}
      blank={(): Suited => ({ skill_id: skills.find((one) => !rows.some((row) => row.skill_id === one.id))?.id ?? null, level: 1, weight: 10, relax_after_ms: 60_000 })}
      add={say(`${noun}.skill_add`)} empty={say(`${noun}.skills_none`)} nameOf={(row) => look.name("skills", row.skill_id) ?? label("skill")}>
      {(row, set) => (
        <>
          <Cell label={label("skill")} wide><NativeSelect value={String(row.skill_id ?? "")} placeholder={say("common.choose")} choices={skills.map((one) => ({ key: String(one.id), name: nameOf(one) }))} onChange={(key) => set({ skill_id: Number(key) })} /></Cell>
          <Cell label={label("level")}><NativeSelect value={String(row.level)} choices={[1, 2, 3, 4, 5].map((level) => ({ key: String(level), name: String(level) }))} onChange={(key) => set({ level: Number(key) })} /></Cell>
          <Cell label={label("weight")}><NumberInput value={row.weight} least={0} most={100} onChange={(weight) => set({ weight: weight ?? 0 })} /></Cell>
          <div className="cell span2"><span aria-hidden="true">{label("relax")}</span><DurationInput label={label("relax")} value={row.relax_after_ms} onChange={(relax_after_ms) => set({ relax_after_ms: relax_after_ms ?? 0 })} /></div>
        </>
      )}
    </Rows>
  );
}
