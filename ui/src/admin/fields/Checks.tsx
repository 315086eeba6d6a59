import { listAt } from "../model";
import { useWords } from "../words";
import type { EditorProps } from "./field";

/** Several of a list that the program knows: boxes to tick, each with a word on what it means. */
export function checks(choices: readonly string[], words: string) {
  return function Checks({ path, noun, draft, change, wrong }: EditorProps) {
    const { say, maybe } = useWords();
    const chosen = listAt<string>(draft, path);
    const refused = wrong(path);
    return (
      <fieldset className="field" data-invalid={refused ? true : undefined}>
        <legend>{say(`${noun}.${path}`)}</legend>
        <ul className="checks">
          {choices.map((key) => (
            <li key={key}>
              <label className="tick">
                <input type="checkbox" checked={chosen.includes(key)} onChange={(event) => change(path, event.target.checked ? choices.filter((one) => one === key || chosen.includes(one)) : chosen.filter((one) => one !== key))} />
                <span>{say(`${words}.${key.replaceAll(".", "_")}`)}{maybe(`${words}.${key.replaceAll(".", "_")}_hint`) && <span className="hint">{maybe(`${words}.${key.replaceAll(".", "_")}_hint`)}</span>}</span>
              </label>
            </li>
          ))}
        </ul>
        {refused && <span className="wrong">{refused}</span>}
      </fieldset>
    );
  };
}
