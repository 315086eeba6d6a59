import type { EditorProps } from "../fields/field";
import { listAt } from "../model";
import { useWords } from "../words";

const SHARES = ["camera", "screen", "board"];

/** What callers from a page and agents may share, once both agree. */
export function SharesOffered({ path, noun, draft, change, wrong }: EditorProps) {
  const { say } = useWords();
  const chosen = listAt<string>(draft, path);
  const refused = wrong(path);
  return (
    <fieldset className="field">
      <legend>{say(`${noun}.settings_shares`)}</legend>
      <div className="ticks">
        {SHARES.map((one) => (
          <label key={one} className="tick">
            <input type="checkbox" checked={chosen.includes(one)} onChange={(event) => change(path, SHARES.filter((other) => (other === one ? event.target.checked : chosen.includes(other))))} />
            {say(`shares.${one}`)}
          </label>
        ))}
      </div>
      <span className="hint">{say(`${noun}.settings_shares_hint`)}</span>
      {refused && <span className="wrong">{refused}</span>}
    </fieldset>
  );
}
