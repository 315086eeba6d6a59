import type { EditorProps } from "../fields/field";
import { NativeSelect } from "../fields/NativeSelect";
import { nameOf } from "../look";
import { listAt } from "../model";
import { useWords } from "../words";
import { Cell } from "./Cell";
import { Rows } from "./Rows";

interface Place { id: number | null }

/** Teams asked one after the other: the first ones first, then everybody else. */
export function TeamsInOrder({ draft, change, look, wrong, path, noun }: EditorProps) {
  const { say } = useWords();
  const suits = look.items("teams").filter((team) => !team.archived && (team["brand_id"] === null || team["brand_id"] === draft["brand_id"]));
  const rows = listAt<number>(draft, path).map((id): Place => ({ id }));
  return (
    <Rows ordered legend={say(`${noun}.team_ids`)} hint={say(`${noun}.team_ids_hint`)} wrong={wrong(path)} rows={rows}
      onChange={(next) => change(path, next.map((one) => one.id).filter((id) => id !== null))}
      blank={(): Place => ({ id: suits.find((team) => !rows.some((row) => row.id === team.id))?.id ?? suits[0]?.id ?? null })}
      add={say(`${noun}.team_add`)} empty={say(`${noun}.teams_none`)} nameOf={(row) => look.name("teams", row.id) ?? say(`${noun}.team`)}>
      {(row, set) => (
        <Cell label={say(`${noun}.team`)} wide><NativeSelect value={String(row.id ?? "")} placeholder={say("common.choose")} choices={suits.map((one) => ({ key: String(one.id), name: nameOf(one) }))} onChange={(key) => set({ id: Number(key) })} /></Cell>
      )}
    </Rows>
  );
}
