import type { EditorProps } from "../fields/field";
import { NativeSelect } from "../fields/NativeSelect";
import { nameOf } from "../look";
import { listAt } from "../model";
import { useWords } from "../words";
import { Cell } from "./Cell";
import { Rows } from "./Rows";

interface Ranked { queue_id: number | null; rank: number }
const RANKS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Which queues come second or later for an agent or a team; what is not named comes first. */
export function QueuesRanked({ draft, change, look, wrong, path }: EditorProps) {
  const { say } = useWords();
  const brands = listAt<number>(draft, "brand_ids");
  const mine = (brand: unknown): boolean => ("brand_ids" in draft ? brands.length === 0 || brands.includes(Number(brand)) : draft["brand_id"] === null || draft["brand_id"] === brand);
  const queues = look.items("queues").filter((queue) => !queue.archived && mine(queue["brand_id"]));
  const rows = listAt<Ranked>(draft, path);
  const rank = (number: number): string => (number <= 3 ? say(`ranks.rank_${number}`) : String(number));
  return (
    <Rows legend={say("ranks.title")} hint={say("ranks.hint")} wrong={wrong(path)} rows={rows} onChange={(next) => change(path, next)}
      blank={(): Ranked => ({ queue_id: queues.find((one) => !rows.some((row) => row.queue_id === one.id))?.id ?? null, rank: 2 })}
      add={say("ranks.add")} empty={say("ranks.none")} nameOf={(row) => look.name("queues", row.queue_id) ?? say("ranks.queue")}>
      {(row, set) => (
        <>
          <Cell label={say("ranks.queue")} wide><NativeSelect value={String(row.queue_id ?? "")} placeholder={say("common.choose")} choices={queues.map((one) => ({ key: String(one.id), name: nameOf(one) }))} onChange={(key) => set({ queue_id: Number(key) })} /></Cell>
          <Cell label={say("ranks.rank")}><NativeSelect value={String(row.rank)} choices={RANKS.map((number) => ({ key: String(number), name: rank(number) }))} onChange={(key) => set({ rank: Number(key) })} /></Cell>
        </>
      )}
    </Rows>
  );
}
