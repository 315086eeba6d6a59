import { useState } from "react";
import { useTranslation } from "react-i18next";
import { number, span } from "../i18n/format";
import { Button } from "../parts/Button";
import { ChoiceInput } from "../parts/ChoiceInput";
import { Icon } from "../parts/Icon";
import { agentsOf, meanOf, periodsOf, ratesOf, readDuration, type Content } from "./content";
import { ClassForm } from "./editor/ClassForm";
import { DayForm } from "./editor/DayForm";
import { addClass, addGroup, addQueue, besideForms, freeName, moveGroup, removeClass, removeGroup, removeQueue, serves, standingOn } from "./editor/edits";
import { GroupForm } from "./editor/GroupForm";
import { PickInput } from "./editor/inputs";
import { Items, RemoveButton } from "./editor/Items";
import { ProblemsHere, useWrong } from "./editor/problems";
import { QueueForm } from "./editor/QueueForm";
import "./editor/editor.css";
import type { Problem } from "./queries";

const PARTS = ["classes", "groups", "queues", "day", "rest"] as const;
type PartKey = (typeof PARTS)[number];
interface Props { content: Content; onChange: (content: Content) => void }

/** A whole scenario as forms: who comes, who works, the queues, the day; and what stays in the document. */
export function Forms({ content, onChange, problems, onDocument }: Props & { problems: readonly Problem[]; onDocument: () => void }) {
  const { t } = useTranslation("scenario");
  const [part, go] = useState<PartKey>("classes");
  return (
    <ProblemsHere.Provider value={problems}>
      <div className="forms">
        <ChoiceInput label={t("part.label")} value={part} onChange={go} choices={PARTS.map((key) => ({ key, name: t(`part.${key}`) }))} />
        {part === "classes" && <Classes content={content} onChange={onChange} />}
        {part === "groups" && <Groups content={content} onChange={onChange} />}
        {part === "queues" && <Queues content={content} onChange={onChange} />}
        {part === "day" && <DayForm key={periodsOf(content).length} content={content} onChange={onChange} />}
        {part === "rest" && <Rest content={content} onDocument={onDocument} />}
      </div>
    </ProblemsHere.Provider>
  );
}

const hoursOf = (content: Content): number[] => periodsOf(content).map((one) => (one.to_ms - one.from_ms) / 3_600_000);
const ofDay = (values: readonly number[], hours: readonly number[]): number => values.reduce((sum, value, i) => sum + value * (hours[i] ?? 0), 0);

function Classes({ content, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const names = Object.keys(content.classes), hours = hoursOf(content);
  const [open, setOpen] = useState<string | null>(names[0] ?? null);
  const all = names.reduce((sum, name) => sum + ofDay(ratesOf(content, name) ?? [], hours), 0);
  const items = names.map((name) => {
    const one = content.classes[name], rates = ratesOf(content, name), mean = meanOf(one?.handling), patience = meanOf(one?.patience);
    const said = [one?.queue === name ? null : one?.queue, rates ? t("said.a_day", { day: number(ofDay(rates, hours)) }) : t("said.recorded"), mean === null ? null : t("said.lasts", { mean: span(mean) }), patience === null ? null : t("said.patience", { mean: span(patience) })];
    return { name, said: said.filter(Boolean).join(" · "), ...(rates ? { values: rates } : {}), wrong: wrong("classes", name) };
  });
  const add = (like?: string): void => {
    const name = freeName(like === undefined ? t("class.new") : like, names), queue = like === undefined ? Object.keys(content.policy.queues ?? {})[0] : content.classes[like]?.queue;
    if (queue === undefined) return;
    onChange(addClass(content, name, queue, like));
    setOpen(name);
  };
  return (
    <Items title={t("form.arrivals", { ns: "twin" })} lead={t("form.arrivals_lead", { ns: "twin", day: number(all) })} items={items} empty={t("empty.classes")} open={open} onOpen={setOpen}
      form={(name) => <ClassForm content={content} name={name} onChange={(next) => { followed(content.classes, next.classes, name, setOpen); onChange(next); }} />}
      acts={(name) => <><Button small onPress={() => add(name)}>{t("act.copy")}<span className="vh"> {name}</span></Button><RemoveButton name={name} blocked={names.length < 2 ? t("class.last") : null} onRemove={() => { setOpen(null); onChange(removeClass(content, name)); }} /></>}
      add={<div><Button isDisabled={!Object.keys(content.policy.queues ?? {}).length} onPress={() => add()}><Icon name="plus" />{t("act.add_class")}</Button></div>} />
  );
}
/** What was renamed stays open under its new name. */
function followed(before: object, after: object, name: string, open: (name: string) => void): void {
  const at = Object.keys(before).indexOf(name), next = Object.keys(after)[at];
  if (next !== undefined && next !== name && !(name in after)) open(next);
}

function Groups({ content, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const names = Object.keys(content.groups ?? {}), hours = hoursOf(content), queues = Object.keys(content.policy.queues ?? {});
  const [open, setOpen] = useState<string | null>(names[0] ?? null);
  const items = names.map((name) => {
    const agents = agentsOf(content, name), members = content.groups?.[name]?.members;
    const served = queues.filter((queue) => serves(content, name, queue));
    return { name, values: agents, wrong: wrong("groups", name), said: [t("said.agents", { count: Math.max(...agents), said: number(Math.max(...agents)) }), t("said.hours", { hours: number(ofDay(agents, hours), 1) }), members ? t("form.members", { ns: "twin", count: members.length }) : served.length > 4 ? t("said.serves_many", { count: served.length }) : t("said.serves", { queues: served.join(", ") || "–" })].join(" · ") };
  });
  const add = (like?: string): void => { const name = freeName(like ?? t("group.new"), names); onChange(addGroup(content, name, like)); setOpen(name); };
  return (
    <Items title={t("form.staff", { ns: "twin" })} lead={t("group.order_lead")} items={items} empty={t("form.no_groups", { ns: "twin" })} open={open} onOpen={setOpen}
      form={(name) => <GroupForm content={content} name={name} onChange={(next) => { followed(content.groups ?? {}, next.groups ?? {}, name, setOpen); onChange(next); }} />}
      acts={(name) => (
        <>
          <Button small isDisabled={names[0] === name} onPress={() => onChange(moveGroup(content, name, -1))}>{t("act.sooner")}<span className="vh"> {name}</span></Button>
          <Button small isDisabled={names.at(-1) === name} onPress={() => onChange(moveGroup(content, name, 1))}>{t("act.later")}<span className="vh"> {name}</span></Button>
          <Button small onPress={() => add(name)}>{t("act.copy")}<span className="vh"> {name}</span></Button>
          <RemoveButton name={name} blocked={names.length < 2 ? t("group.last") : null} onRemove={() => { setOpen(null); onChange(removeGroup(content, name)); }} />
        </>
      )}
      add={<div><Button onPress={() => add()}><Icon name="plus" />{t("act.add_group")}</Button></div>} />
  );
}

function Queues({ content, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const names = Object.keys(content.policy.queues ?? {});
  const [open, setOpen] = useState<string | null>(names[0] ?? null);
  const media = Object.keys((content.policy["media"] as Record<string, unknown> | undefined) ?? {});
  const wordOf = (medium: string): string => t(`medium.${medium}` as "medium.voice", { ns: "figures" as never, defaultValue: medium });
  const items = names.map((name) => { const one = content.policy.queues?.[name]; return { name, wrong: wrong("policy", "queues", name), said: [wordOf(one?.medium ?? ""), t("said.target", { target: span(readDuration(one?.target ?? "1m") ?? 0) }), t("said.tier", { tier: Number(one?.tier ?? 0) })].join(" · ") }; });
  const add = (medium: string): void => { const name = freeName(t("queue.new", { medium: wordOf(medium) }), names); onChange(addQueue(content, name, medium)); setOpen(name); };
  return (
    <Items title={t("form.targets", { ns: "twin" })} lead={t("queue.lead")} items={items} empty={t("empty.queues")} open={open} onOpen={setOpen}
      form={(name) => <QueueForm content={content} name={name} onChange={onChange} />}
      acts={(name) => { const on = standingOn(content, name); return <RemoveButton name={name} blocked={on.length ? t("queue.standing", { names: on.join(", ") }) : null} onRemove={() => { setOpen(null); onChange(removeQueue(content, name)); }} />; }}
      add={<div className="sc-row"><PickInput label={t("queue.add")} value="" choices={[{ key: "", name: t("choose") }, ...media.map((key) => ({ key, name: wordOf(key) }))]} onChange={(medium) => { if (medium) add(medium); }} /></div>} />
  );
}

/** What this scenario says beyond the forms. */
function Rest({ content, onDocument }: { content: Content; onDocument: () => void }) {
  const { t } = useTranslation("scenario");
  const kept = besideForms(content);
  return (
    <section className="sc-form" aria-label={t("rest.title")}>
      <h4>{t("rest.title")}</h4>
      <p className="two">{t(kept.length ? "rest.lead" : "rest.none")}</p>
      <ul className="sc-rest">{kept.map((key) => <li key={key}>{t(`rest.${key}` as "rest.media")}</li>)}</ul>
      <div><Button onPress={onDocument}>{t("rest.open")}</Button></div>
    </section>
  );
}
