import { nameOf } from "../look";
import { listAt } from "../model";
import { useWords } from "../words";
import type { EditorProps } from "../fields/field";
import { NativeSelect } from "../fields/NativeSelect";
import { Cell } from "./Cell";
import { Rows } from "./Rows";

interface Held { skill_id: number | null; level: number }

/** What an agent can do, each with a level from 0 (in training) to 5. */
export function SkillsHeld({ draft, change, look, wrong, path, noun }: EditorProps) {
  const { say } = useWords();
  const skills = look.items("skills").filter((item) => !item.archived);
  const rows = listAt<Held>(draft, path);
  return (
    <Rows legend={say(`${noun}.skills`)} hint={say(`${noun}.skills_hint`)} wrong={wrong(path)} rows={rows} onChange={(next) => change(path, next)}
      blank={(): Held => ({ skill_id: skills.find((one) => !rows.some((row) => row.skill_id === one.id))?.id ?? null, level: 3 })}
      add={say(`${noun}.skill_add`)} empty={say(`${noun}.skills_none`)} nameOf={(row) => look.name("skills", row.skill_id) ?? say(`${noun}.skill_skill`)}>
      {(row, set) => (
        <>
          <Cell label={say(`${noun}.skill_skill`)} wide><NativeSelect value={String(row.skill_id ?? "")} placeholder={say("common.choose")} choices={skills.map((one) => ({ key: String(one.id), name: nameOf(one) }))} onChange={(key) => set({ skill_id: Number(key) })} /></Cell>
          <Cell label={say(`${noun}.skill_level`)}><NativeSelect value={String(row.level)} choices={[0, 1, 2, 3, 4, 5].map((level) => ({ key: String(level), name: String(level) }))} onChange={(key) => set({ level: Number(key) })} /></Cell>
        </>
      )}
    </Rows>
  );
}
