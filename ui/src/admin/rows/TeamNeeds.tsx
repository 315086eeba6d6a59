import { DurationInput } from "../fields/DurationInput";
import type { EditorProps } from "../fields/field";
import { NativeSelect } from "../fields/NativeSelect";
import { nameOf } from "../look";
import { listAt } from "../model";
import { useWords } from "../words";
import { Cell } from "./Cell";
import { Rows } from "./Rows";

interface Need { team_ids: number[]; relax_after_ms: number | null }

/** Which teams alone are asked, and for how long: each stage admits the teams of the one before, and more. */
export function TeamNeeds({ draft, change, look, wrong, path, noun }: EditorProps) {
  const { say } = useWords();
  const suits = look.items("teams").filter((team) => !team.archived && (team["brand_id"] === null || team["brand_id"] === draft["brand_id"]));
  const rows = listAt<Need>(draft, path);
  const label = (name: string): string => say(`${noun}.need_${name}`);
  const before = rows[rows.length - 1];
  const last = before?.relax_after_ms ?? 0;
  const named = (row: Need): string => row.team_ids.map((id) => look.name("teams", id) ?? "").filter(Boolean).join(", ") || label("stage");
  const refused = wrong(path);
  // "At least one" says little on its own: of what is known here.
  const why = refused && rows.some((row) => row.team_ids.length === 0) ? label("teams_missing") : refused;
  return (
    <Rows legend={say(`${noun}.team_needs`)} hint={say(`${noun}.team_needs_hint`)} wrong={why} rows={rows} onChange={(needs) => change(path, needs)}
      blank={(): Need => ({ team_ids: before?.team_ids ?? [], relax_after_ms: last + 60_000 })} add={label("add")} empty={label("none")} nameOf={named}>
      {(row, set, at) => (
        <>
          <fieldset className="cell wide teams" data-invalid={refused && row.team_ids.length === 0 ? true : undefined}>
            <legend>{say(`${noun}.need_teams`, { number: at + 1 })}</legend>
            {suits.length === 0 && <span className="hint">{say("teams.empty")}</span>}
            <div className="ticks">
              {suits.map((team) => (
                <label key={team.id} className="tick">
                  <input type="checkbox" checked={row.team_ids.includes(team.id)} onChange={(event) => set({ team_ids: event.target.checked ? [...row.team_ids, team.id].sort((a, b) => a - b) : row.team_ids.filter((id) => id !== team.id) })} />
                  {nameOf(team)}
                </label>
              ))}
            </div>
          </fieldset>
          <Cell label={label("until")} className="until"><NativeSelect value={row.relax_after_ms === null ? "ever" : "time"} choices={["time", "ever"].map((key) => ({ key, name: label(key) }))} onChange={(key) => set({ relax_after_ms: key === "ever" ? null : last + 60_000 })} /></Cell>
          {row.relax_after_ms !== null && <div className="cell span2"><span aria-hidden="true">{label("after")}</span><DurationInput label={label("after")} value={row.relax_after_ms} onChange={(relax_after_ms) => set({ relax_after_ms: relax_after_ms ?? 0 })} /></div>}
        </>
      )}
    </Rows>
  );
}
