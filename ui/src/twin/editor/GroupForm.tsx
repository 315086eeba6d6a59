import { useTranslation } from "react-i18next";
import { Labelled } from "../../admin/fields/Labelled";
import { NativeSelect } from "../../admin/fields/NativeSelect";
import { NumberInput } from "../../admin/fields/NumberInput";
import { TimeInput } from "../../admin/rows/TimeInput";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { agentsOf, periodsOf, withAgents, writeDuration, type Content } from "../content";
import { PeriodsInput } from "../PeriodsInput";
import { clockOf, msOfClock } from "./clock";
import { alsoServing, durationOf, lacking, renameGroup, serves, withGroup } from "./edits";
import { CountInput, NameInput, Optional, PickInput, TimeSpan } from "./inputs";
import { LawsInput } from "./LawsInput";
import { useWrong } from "./problems";

type Json = Record<string, unknown>;
const record = (value: unknown): Json => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {});
interface Props { content: Content; name: string; onChange: (content: Content) => void }

/** One group of agents, whole: how many, whom they serve and in which order, breaks. */
export function GroupForm({ content, name, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const one = content.groups?.[name];
  if (!one) return null;
  const periods = periodsOf(content);
  const set = (change: Json): void => onChange(withGroup(content, name, change));
  const named = one.members !== undefined;
  return (
    <div className="sc-form">
      <div className="pairs">
        <NameInput label={t("group.name")} name={name} others={Object.keys(content.groups ?? {})} onRename={(to) => onChange(renameGroup(content, name, to))} />
        {!named && <Team content={content} name={name} onChange={onChange} />}
      </div>
      <section>
        <h5>{t("group.present")}</h5>
        <PeriodsInput label={t("form.agents_of", { ns: "twin", name })} periods={periods} values={agentsOf(content, name)} whole onChange={(next) => onChange(withAgents(content, name, next))} />
        {wrong("groups", name, "agents") && <span className="wrong">{wrong("groups", name, "agents")}</span>}
      </section>
      {named ? <p className="note">{t("group.named")}</p> : <><Serving content={content} name={name} onChange={onChange} /><Skills content={content} name={name} onChange={onChange} /><Limits content={content} name={name} onChange={onChange} /></>}
      <section><h5>{t("group.breaks")}</h5><Breaks content={content} name={name} onChange={onChange} /></section>
      <section>
        <Optional label={t("group.pick_up")} lead={t("group.pick_up_lead")} on={one["pick_up"] !== undefined} onTurn={(on) => set({ pick_up: on ? "3s" : undefined })}>
          <LawsInput label={t("group.pick_up_law")} value={one["pick_up"]} periods={periods} wrong={wrong("groups", name, "pick_up")} onChange={(pick_up) => set({ pick_up })} />
        </Optional>
      </section>
    </div>
  );
}

function Team({ content, name, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const told = content.policy["teams"];
  const teams = Array.isArray(told) ? (told as string[]) : Object.keys(record(told));
  const team = content.groups?.[name]?.["team"];
  if (teams.length === 0) return null;
  return <PickInput label={t("group.team")} value={typeof team === "string" ? team : ""} choices={[{ key: "", name: t("group.no_team") }, ...teams.map((key) => ({ key, name: key }))]} onChange={(key) => onChange(withGroup(content, name, { team: key || undefined }))} />;
}

/** Whom they serve, first those of the lowest rank; and whom not, with what is missing. */
function Serving({ content, name, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const queues = Object.keys(content.policy.queues ?? {});
  const ranks = record(content.groups?.[name]?.["ranks"]);
  const rankOf = (queue: string): number => Number(ranks[queue] ?? 1);
  const mine = queues.filter((queue) => serves(content, name, queue)).sort((a, b) => rankOf(a) - rankOf(b));
  const others = queues.filter((queue) => !serves(content, name, queue));
  const rank = (queue: string, value: number): void => { const { [queue]: _old, ...rest } = ranks; const next = value > 1 ? { ...rest, [queue]: value } : rest; onChange(withGroup(content, name, { ranks: Object.keys(next).length ? next : undefined })); };
  return (
    <section>
      <h5>{t("group.serves")}</h5>
      <p className="small three">{t("group.serves_lead")}</p>
      <ul className="sc-serves">
        {mine.map((queue) => <li key={queue}><span>{queue}</span><span className="sc-pick"><NativeSelect label={t("group.rank_of", { queue })} value={String(rankOf(queue))} choices={[1, 2, 3, 4, 5, 6, 7, 8, 9].map((key) => ({ key: String(key), name: t(key === 1 ? "group.first" : key === 2 ? "group.second" : "group.nth", { rank: key }) }))} onChange={(key) => rank(queue, Number(key))} /></span></li>)}
        {mine.length === 0 && <li className="late">{t("group.nobody")}</li>}
      </ul>
      {others.length > 0 && (
        <>
          <div className="sc-row"><PickInput label={t("group.also")} value="" choices={[{ key: "", name: t("choose") }, ...others.map((key) => ({ key, name: key }))]} onChange={(queue) => { if (queue) onChange(alsoServing(content, name, queue, 1)); }} /></div>
          <details className="sc-not"><summary>{t("group.not", { count: others.length })}</summary><ul>{others.map((queue) => { const { skills, medium } = lacking(content, name, queue); return <li key={queue} className="small">{t("group.lacks", { queue, what: [...skills.map(([skill, level]) => `${skill} ${level}`), ...(medium ? [t("group.room", { medium: t(`medium.${medium}` as "medium.voice", { ns: "figures" as never, defaultValue: medium }) })] : [])].join(", ") })}</li>; })}</ul></details>
        </>
      )}
    </section>
  );
}

function Skills({ content, name, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const held = record(content.groups?.[name]?.skills);
  const declared = content.policy["skills"];
  const all = Array.isArray(declared) ? (declared as string[]) : Object.keys(record(declared));
  const left = all.filter((skill) => !(skill in held));
  const set = (skills: Json): void => onChange(withGroup(content, name, { skills: Object.keys(skills).length ? skills : undefined }));
  return (
    <section>
      <h5>{t("group.skills")}</h5>
      <ul className="sc-levels">
        {Object.entries(held).map(([skill, level]) => (
          <li key={skill}>
            <span>{skill}</span>
            <span className="sc-pick"><NativeSelect label={t("group.level_of", { skill })} value={String(level)} choices={[0, 1, 2, 3, 4, 5].map((key) => ({ key: String(key), name: String(key) }))} onChange={(key) => set({ ...held, [skill]: Number(key) })} /></span>
            <Button look="quiet" small iconOnly aria-label={t("act.drop_skill", { skill })} onPress={() => set(Object.fromEntries(Object.entries(held).filter(([key]) => key !== skill)))}><Icon name="x" /></Button>
          </li>
        ))}
      </ul>
      {wrong("groups", name, "skills") && <span className="wrong">{wrong("groups", name, "skills")}</span>}
      {left.length > 0 && <div className="sc-row"><PickInput label={t("group.add_skill")} value="" choices={[{ key: "", name: t("choose") }, ...left.map((key) => ({ key, name: key }))]} onChange={(skill) => { if (skill) set({ ...held, [skill]: 3 }); }} /></div>}
    </section>
  );
}

/** How many contacts at once, by medium. */
function Limits({ content, name, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const limits = record(content.groups?.[name]?.["limits"]);
  const media = [...new Set([...Object.keys(record(content.policy["media"])), ...Object.values(content.policy.queues ?? {}).map((one) => one.medium)])];
  return (
    <section>
      <h5>{t("group.limits")}</h5>
      <div className="sc-numbers">
        {media.map((medium) => {
          const label = t(`medium.${medium}` as "medium.voice", { ns: "figures" as never, defaultValue: medium });
          return <Labelled key={medium} label={label} wrong={wrong("groups", name, "limits", medium)}>{(attributes) => <NumberInput {...attributes} value={Number(limits[medium] ?? 0)} least={0} most={60} onChange={(value) => { if (value !== null) { const { [medium]: _old, ...rest } = limits; onChange(withGroup(content, name, { limits: value > 0 ? { ...limits, [medium]: Math.round(value) } : rest })); } }} />}</Labelled>;
        })}
      </div>
    </section>
  );
}

/** So many of them are away from a time on. Instants are told on the clock of the day. */
function Breaks({ content, name, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const told = content.groups?.[name]?.["breaks"];
  const breaks = Array.isArray(told) ? (told as Json[]) : [];
  const set = (next: Json[]): void => onChange(withGroup(content, name, { breaks: next.length ? next : undefined }));
  const change = (at: number, by: Json): void => set(breaks.map((old, i) => (i === at ? Object.fromEntries(Object.entries({ ...old, ...by }).filter(([, value]) => value !== undefined)) : old)));
  const starts = periodsOf(content)[0]?.from_ms ?? 0;
  return (
    <div className="sc-list">
      {breaks.length === 0 && <p className="small three">{t("group.no_break")}</p>}
      {breaks.map((one, i) => (
        <div key={i} className="sc-line sc-row">
          <Clock label={t("group.break_at")} ms={starts + durationOf(one["at"], 0)} onChange={(ms) => change(i, { at: writeDuration(Math.max(0, ms - starts)) })} />
          <TimeSpan label={t("group.break_lasts")} value={durationOf(one["lasts"], 0)} wrong={wrong("groups", name, "breaks", String(i))} onChange={(ms) => change(i, { lasts: writeDuration(ms) })} />
          <CountInput label={t("group.break_agents")} hint={t("group.break_all")} value={one["agents"] === undefined ? null : Number(one["agents"])} least={1} onChange={(agents) => change(i, { agents: agents ?? undefined })} />
          <Button look="quiet" small iconOnly aria-label={t("act.drop_break", { place: i + 1 })} onPress={() => set(breaks.filter((_, at) => at !== i))}><Icon name="x" /></Button>
        </div>
      ))}
      <div><Button small onPress={() => set([...breaks, { at: writeDuration(Math.floor((periodsOf(content).at(-1)?.to_ms ?? starts) / 2 - starts / 2)), lasts: "15m", agents: 1 }])}><Icon name="plus" />{t("act.add_break")}</Button></div>
    </div>
  );
}

function Clock({ label, ms, onChange }: { label: string; ms: number; onChange: (ms: number) => void }) {
  return <label className="field"><span className="lab">{label}</span><TimeInput label={label} value={clockOf(ms)} onChange={(told) => { const found = msOfClock(told); if (found !== null) onChange(found); }} /></label>;
}
