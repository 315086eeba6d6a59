import { listAt } from "../model";
import type { EditorProps } from "../fields/field";
import { useWords } from "../words";

const MEDIA = ["chat", "email"];

/** The channels that suit a motive, in the order in which they were ticked: the first is the best. */
export function MediaSuited({ path, noun, draft, change, wrong }: EditorProps) {
  const { say } = useWords();
  const chosen = listAt<string>(draft, path);
  const refused = wrong(path);
  return (
    <fieldset className="field">
      <legend>{say(`${noun}.${path}`)}</legend>
      <div className="ticks">
        {MEDIA.map((medium) => (
          <label key={medium} className="tick">
            <input type="checkbox" checked={chosen.includes(medium)} onChange={(event) => change(path, event.target.checked ? [...chosen, medium] : chosen.filter((one) => one !== medium))} />
            {say(`medium.${medium}`)}{chosen.length > 1 && chosen[0] === medium ? ` (${say(`${noun}.media_first`)})` : ""}
          </label>
        ))}
      </div>
      <span className="hint">{say(`${noun}.${path}_hint`)}</span>
      {refused && <span className="wrong">{refused}</span>}
    </fieldset>
  );
}
