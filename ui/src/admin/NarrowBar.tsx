import { NativeSelect, type Choice } from "./fields/NativeSelect";
import { narrowedBy, switchable, type Asked, type Narrowed } from "./listing";
import { nameOf, type Look } from "./look";
import { choicesOf, type Noun } from "./nouns";
import { useWords } from "./words";

const OF: Partial<Record<Narrowed, "brands" | "teams">> = { brand: "brands", team: "teams" };

/** What narrows a list: the noun's own kinds, and whether it is in use. */
export function NarrowBar({ noun, look, asked, onAsk }: { noun: Noun; look: Look; asked: Asked; onAsk: (asked: Asked) => void }) {
  const { say } = useWords();
  const choices = (one: Narrowed): Choice[] => {
    const from = OF[one];
    if (from) return look.items(from).filter((item) => !item.archived).map((item) => ({ key: String(item.id), name: nameOf(item) }));
    return choicesOf(noun, one).map((key) => ({ key, name: say(`${one}.${key}`) }));
  };
  return (
    <div className="narrow" role="group" aria-label={say("common.narrow")}>
      {narrowedBy(noun).map((one) => {
        const found = choices(one);
        // One team still parts those who are in it from the others.
        return found.length > (one === "team" ? 0 : 1) && (
          <NativeSelect key={one} label={say(`common.by_${one}`)} value={asked[one] ?? ""} onChange={(key) => onAsk({ ...asked, [one]: key })}
            choices={[{ key: "", name: say(`common.any_${one}`) }, ...found]} />
        );
      })}
      {switchable(noun) && asked.state !== "away" && (
        <NativeSelect label={say("common.by_state")} value={asked.state} onChange={(key) => onAsk({ ...asked, state: key as Asked["state"] })}
          choices={[{ key: "live", name: say("common.any_state") }, { key: "off", name: say("common.only_off") }]} />
      )}
    </div>
  );
}
