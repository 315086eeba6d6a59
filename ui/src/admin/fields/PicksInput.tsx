import { nameOf } from "../look";
import { listAt, type Item } from "../model";

interface Props { label: string; items: Item[]; draft: Record<string, unknown>; path: string; onChange: (ids: number[]) => void; wrong: string | null; empty: string }

/** Several of a short list: boxes to tick, all in sight. */
export function PicksInput({ label, items, draft, path, onChange, wrong, empty }: Props) {
  const chosen = listAt<number>(draft, path);
  return (
    <fieldset className="field">
      <legend>{label}</legend>
      {items.length === 0 && <span className="hint">{empty}</span>}
      <div className="ticks">
        {items.map((item) => (
          <label key={item.id} className="tick">
            <input type="checkbox" checked={chosen.includes(item.id)} onChange={(event) => onChange(event.target.checked ? [...chosen, item.id].sort((a, b) => a - b) : chosen.filter((id) => id !== item.id))} />
            {nameOf(item)}
          </label>
        ))}
      </div>
      {wrong && <span className="wrong">{wrong}</span>}
    </fieldset>
  );
}
