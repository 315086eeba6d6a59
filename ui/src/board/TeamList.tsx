import { useState } from "react";
import { Button as Pressable, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import type { Medium } from "../api/types";
import { clock, span } from "../i18n/format";
import { Empty } from "../parts/Empty";
import { Mark } from "../parts/Mark";
import { SwitchInput } from "../parts/SwitchInput";
import "../parts/menu.css";
import type { Ask } from "./asked";
import type { PersonRow } from "./derive";
import type { Narrowing, Whole } from "./model";

interface Props { people: readonly PersonRow[]; whole: Whole; narrowing: Narrowing; may: boolean; wall: boolean; ask: Ask }
const STATES = ["ready", "contact", "away", "offline"] as const;
const ORDER: Record<string, number> = { ready: 0, contact: 1, away: 2, offline: 3 };

/** People by state, a mark and since when; each name opens what can be done. */
export function TeamList({ people, whole, narrowing, may, wall, ask }: Props) {
  const { t } = useTranslation("board");
  const [all, showAll] = useState(false);
  const team = whole.teams.find((one) => one.id === narrowing.team);
  const shown = people.filter((one) => all || one.state !== "offline").sort((one, other) => (ORDER[one.state] ?? 9) - (ORDER[other.state] ?? 9));
  const short = shortNames(people.map((one) => one.person.name));
  const off = people.some((one) => one.state === "offline");
  return (
    <section className="blk team">
      <div className="bhead"><h2>{t("team.title")}{team ? ` ${team.name}` : ""}</h2><span className="small three">{t("team.count", { count: people.length })}</span></div>
      {people.length === 0 && <Empty title={t("empty.people")}>{t("empty.people_how")}</Empty>}
      {people.length > 0 && (
        <p className="key">
          {STATES.map((state) => <span key={state}><Mark state={state} />{t(`team.${state}`)} {people.filter((one) => one.state === state).length}</span>)}
        </p>
      )}
      <ul className="ag">{shown.map((one) => <li key={one.person.id}><Person row={one} short={short.get(one.person.name) ?? one.person.name} may={may && !wall} ask={ask} /></li>)}</ul>
      {off && !wall && <SwitchInput label={t("team.show_offline")} value={all} onChange={showAll} />}
    </section>
  );
}

/** "3:10" under the hour, as a clock counts; then as people say it. */
function lasted(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  return s < 3600 ? `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}` : span(ms);
}

/** "Camille R.", as colleagues say it; the whole name when two would be told apart no more. */
export function shortNames(names: readonly string[]): ReadonlyMap<string, string> {
  const short = (name: string): string => {
    const [first = "", ...rest] = name.trim().split(/\s+/);
    return rest.length === 0 ? first : `${first} ${rest[rest.length - 1]?.[0] ?? ""}.`;
  };
  const many = new Set(names.map(short).filter((one, at, all) => all.indexOf(one) !== at));
  return new Map(names.map((name) => [name, many.has(short(name)) ? name : short(name)]));
}

function Person({ row, short, may, ask }: { row: PersonRow; short: string; may: boolean; ask: Ask }) {
  const { t } = useTranslation("board");
  const { t: main } = useTranslation();
  const now = useNow();
  const { person, state, held } = row;
  const since = state === "offline" || !person.since_ms ? "–" : lasted(now - person.since_ms);
  const known = ["break", "lunch", "meeting", "training", "missed", "no_phone", "other"] as const;
  const reason = known.find((one) => one === person.reason);
  const word = state === "away" && reason ? main(`reason.${reason}`) : t(`team.${state}`);
  const lasts = (person.lifted_until_ms ?? 0) > now;
  const lifted = lasts ? t("lift.stands", { what: Object.entries(person.lifted ?? {}).map(([medium, more]) => `+${more} ${main(`media.${medium as Medium}`)}`).join(", "), clock: clock(person.lifted_until_ms ?? now) }) : null;
  const body = (
    <>
      <Mark state={state} /><span className="cut grow" title={person.name}><span aria-hidden="true">{short}</span><span className="vh">{person.name}</span>{state === "away" && reason && <span className="three small reason"> · {word}</span>}</span>
      {lifted && <span className="small lifted" title={lifted}>+<span className="vh">{lifted}</span></span>}
      {held > 0 && <span className="small two">{held}</span>}<span className="t">{since}</span>
    </>
  );
  const said = `${word}${held > 0 ? `, ${t("team.holds", { count: held })}` : ""}`;
  if (!may) return <span className="person">{body}<span className="vh">{said}</span></span>;
  return (
    <MenuTrigger>
      <Pressable className="person">{body}<span className="vh">{said}</span></Pressable>
      <Popover className="pop" placement="bottom start">
        <Menu className="menu" onAction={(key) => {
          if (key === "presence") ask({ kind: "presence", person });
          if (key === "skills") ask({ kind: "skills", person });
          if (key === "lift") ask({ kind: "lift", person });
          if (key === "tell") ask({ kind: "tell", person });
          if (key === "contacts") ask({ kind: "drill", drilled: { figure: "live", title: person.name, agent: person.id } });
        }}>
          <MenuSection>
            <Header className="head">{person.name}</Header>
            <MenuItem id="contacts" className="item">{t("person.contacts")}</MenuItem>
            <MenuItem id="tell" className="item">{t("person.tell")}</MenuItem>
            <MenuItem id="skills" className="item">{t("person.skills")}</MenuItem>
            {Object.values(person.limits).some((most) => (most ?? 0) > 0) && <MenuItem id="lift" className="item">{t("lift.act")}</MenuItem>}
            {state !== "offline" && <MenuItem id="presence" className="item">{t("person.away")}</MenuItem>}
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
