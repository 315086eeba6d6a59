import { DurationInput } from "../fields/DurationInput";
import type { EditorProps } from "../fields/field";
import { NativeSelect } from "../fields/NativeSelect";
import { NumberInput } from "../fields/NumberInput";
import { listAt } from "../model";
import { useWords } from "../words";
import { Cell } from "./Cell";
import { Rows } from "./Rows";

interface Step { tier: number; after_ms: number | null; share: number | null }
const TIERS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** How the tier rises with the wait: each step after a time, or at a share of the target. */
export function TierSteps({ draft, change, wrong, path, noun }: EditorProps) {
  const { say } = useWords();
  const rows = listAt<Step>(draft, path);
  const label = (name: string): string => say(`${noun}.step_${name}`);
  const next = Math.min(9, Math.max(Number(draft["tier"] ?? 0), ...rows.map((row) => row.tier)) + 1);
  return (
    <Rows legend={say(`${noun}.tier_steps`)} hint={say(`${noun}.tier_steps_hint`)} wrong={wrong(path)} rows={rows} onChange={(steps) => change(path, steps)}
      blank={(): Step => ({ tier: next, after_ms: null, share: 100 })} add={label("add")} empty={label("none")} nameOf={(row) => say(`${noun}.step_named`, { tier: row.tier })}>
      {(row, set) => {
        const byShare = row.share !== null;
        return (
          <>
            <Cell label={label("when")}><NativeSelect value={byShare ? "share" : "time"} choices={["share", "time"].map((key) => ({ key, name: label(key) }))} onChange={(key) => set(key === "share" ? { share: 100, after_ms: null } : { share: null, after_ms: 60_000 })} /></Cell>
            {byShare && <Cell label={label("share_of")}><NumberInput value={row.share} least={0} most={1_000_000} onChange={(share) => set({ share: share === null ? 0 : Math.round(share) })} /></Cell>}
            {!byShare && <div className="cell span2"><span aria-hidden="true">{label("after")}</span><DurationInput label={label("after")} value={row.after_ms} onChange={(after_ms) => set({ after_ms })} /></div>}
            <Cell label={label("tier")}><NativeSelect value={String(row.tier)} choices={TIERS.map((tier) => ({ key: String(tier), name: String(tier) }))} onChange={(key) => set({ tier: Number(key) })} /></Cell>
          </>
        );
      }}
    </Rows>
  );
}
