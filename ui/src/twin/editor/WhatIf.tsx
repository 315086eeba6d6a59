import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { client } from "../../api/queries";
import { number, percent, span } from "../../i18n/format";
import { Button } from "../../parts/Button";
import { DialogBox } from "../../parts/DialogBox";
import { Icon } from "../../parts/Icon";
import { useTrouble } from "../../parts/Trouble";
import { periodsOf, type Content } from "../content";
import { check, keepRun, problemsOf, type Run, type Scenario } from "../queries";
import { hour } from "../shown";
import { serves } from "./edits";
import { CountInput, PickInput, TimeSpan } from "./inputs";
import { firstChange, moves, QUESTIONS, withChange, type Change, type Question } from "./whatIf";

const DAYS = 100;
interface Props { scenario: Scenario; content: Content; dirty: boolean; onChange: (content: Content) => void; onClose: () => void }

/** "What if…": asked in a few fields, answered by a copy with these changes, compared to the scenario on the same days. */
export function WhatIf({ scenario, content, dirty, onChange, onClose }: Props) {
  const { t } = useTranslation("scenario");
  const words = useTrouble();
  const navigate = useNavigate();
  const say = useSaying(content);
  const [changes, setChanges] = useState<readonly Change[]>([firstChange(content, "agents")]);
  const made = changes.reduce((told, one) => withChange(told, one), content);
  const idle = changes.length === 0 || changes.some((one) => !moves(content, one));
  const name = `${changes.map(say).join(", ")}`.slice(0, 120);
  const compare = useMutation({
    mutationFn: async () => {
      const found = await check(JSON.stringify(made));
      if (found.problems.length) throw new Wrong(found.problems.map((one) => one.message));
      const copy = await api.post<Scenario>(`/twin/scenarios/${scenario.id}/copy`, { name });
      await api.put<Scenario>(`/twin/scenarios/${copy.id}`, { name, note: scenario.note, document: found.document, version: copy.version });
      return api.post<Run>("/twin/runs", { kind: "compare", scenario_ids: [scenario.id, copy.id], replications: DAYS, seed: 1 });
    },
    onSuccess: (run) => { keepRun(run); void client.invalidateQueries({ queryKey: ["twin", "scenarios"] }); onClose(); void navigate({ to: "/twin/runs/$runId", params: { runId: String(run.id) } }); },
  });
  const wrong = compare.error instanceof Wrong ? compare.error.told : problemsOf(compare.error).map((one) => one.message);
  return (
    <DialogBox title={t("what.title")} isOpen onClose={onClose} width="680px">
      <p className="two">{t("what.lead", { name: scenario.name })}</p>
      <ul className="sc-what">{changes.map((one, i) => <li key={i}><Ask content={content} one={one} removable={changes.length > 1} onChange={(next) => setChanges(changes.map((old, at) => (at === i ? next : old)))} onRemove={() => setChanges(changes.filter((_, at) => at !== i))} /><p className="small two sc-asked" role="status">{moves(content, one) ? t("what.said", { what: say(one) }) : t("what.nothing")}</p></li>)}</ul>
      <div><Button small onPress={() => setChanges([...changes, firstChange(content, "arrivals")])}><Icon name="plus" />{t("what.also")}</Button></div>
      {dirty && <p className="small two">{t("what.unsaved")}</p>}
      {compare.error && <div className="refused" role="alert">{wrong.length ? <ul>{wrong.slice(0, 5).map((one) => <li key={one}>{one}</li>)}</ul> : <p>{words(compare.error)}</p>}</div>}
      <div className="ends">
        <Button onPress={onClose}>{t("act.stay", { ns: "twin" })}</Button>
        <Button isDisabled={idle || compare.isPending} onPress={() => { onChange(made); onClose(); }}>{t("what.here")}</Button>
        <Button look="main" isDisabled={idle || dirty || compare.isPending} onPress={() => compare.mutate()}>{t("what.compare")}</Button>
      </div>
    </DialogBox>
  );
}
/** What the document would have wrong with these changes. */
class Wrong extends Error {
  constructor(readonly told: readonly string[]) { super("wrong"); }
}

/** A change in a few words, as a scenario is then called. */
function useSaying(content: Content): (one: Change) => string {
  const { t } = useTranslation("scenario");
  const periods = periodsOf(content);
  const of = useNaming();
  return (one) => {
    const all = one.from === 0 && one.until === periods.length - 1;
    const when = all ? "" : t("what.when", { from: hour(periods[one.from]?.from_ms ?? 0), to: hour(periods[one.until]?.to_ms ?? 0) });
    const by = `${one.more ? "+" : "−"}\u00a0${one.question === "agents" ? number(one.amount) : percent(one.percent / 100)}`;
    if (one.question === "agents") return t("what.says_agents", { by, group: one.of, when });
    if (one.question === "target") return t("what.says_target", { of: of(one.of), target: span(one.target_ms) });
    if (one.question === "serves") return t("what.says_serves", { group: one.of, queue: one.queue || "…" });
    return t(one.question === "arrivals" ? "what.says_arrivals" : "what.says_handling", { by, of: one.of ? of(one.of) : t("what.everything"), when: one.question === "arrivals" ? when : "" });
  };
}
function useNaming(): (of: string) => string {
  const { t } = useTranslation("scenario");
  return (of) => (of.startsWith("@") ? t("what.all_of", { medium: t(`medium.${of.slice(1)}` as "medium.voice", { ns: "figures" as never, defaultValue: of.slice(1) }) }) : of);
}

function Ask({ content, one, removable, onChange, onRemove }: { content: Content; one: Change; removable: boolean; onChange: (change: Change) => void; onRemove: () => void }) {
  const { t } = useTranslation("scenario");
  const set = (change: Partial<Change>): void => onChange({ ...one, ...change });
  const naming = useNaming();
  const queues = Object.entries(content.policy.queues ?? {});
  const media = [...new Set(queues.map(([, queue]) => queue.medium))].map((medium) => ({ key: `@${medium}`, name: naming(`@${medium}`) }));
  const groups = Object.keys(content.groups ?? {}).map((key) => ({ key, name: key }));
  const { question } = one;
  const named = question === "agents" || question === "serves" ? groups : question === "target" ? [...media, ...queues.map(([key]) => ({ key, name: key }))] : [{ key: "", name: t("what.everything") }, ...media, ...Object.keys(content.classes).map((key) => ({ key, name: key }))];
  const others = queues.filter(([key]) => !serves(content, one.of, key)).map(([key]) => ({ key, name: key }));
  return (
    <div className="sc-row">
      <PickInput label={t("what.question")} value={question} choices={QUESTIONS.map((key) => ({ key, name: t(`what.of.${key}`) }))} onChange={(key) => onChange(firstChange(content, key as Question))} />
      <PickInput label={t(question === "agents" || question === "serves" ? "what.group" : question === "target" ? "what.queue" : "what.contacts")} value={one.of} choices={named} onChange={(of) => set({ of })} />
      {question === "serves" && <PickInput label={t("what.queue")} value={one.queue} choices={[{ key: "", name: t("choose") }, ...others]} onChange={(queue) => set({ queue })} />}
      {question === "serves" && <PickInput label={t("what.order")} value={String(one.rank)} choices={[{ key: "1", name: t("what.alike") }, { key: "2", name: t("what.after") }]} onChange={(rank) => set({ rank: Number(rank) })} />}
      {question === "target" && <TimeSpan key={one.of} label={t("what.target")} value={one.target_ms} onChange={(target_ms) => { if (target_ms > 0) set({ target_ms }); }} />}
      {(question === "agents" || question === "arrivals" || question === "handling") && <PickInput label={t("what.way")} value={one.more ? "more" : "less"} choices={[{ key: "more", name: t(question === "handling" ? "what.longer" : "what.more") }, { key: "less", name: t(question === "handling" ? "what.shorter" : "what.less") }]} onChange={(way) => set({ more: way === "more" })} />}
      {question === "agents" && <CountInput label={t("what.amount")} value={one.amount} least={1} most={10_000} onChange={(amount) => { if (amount !== null) set({ amount }); }} />}
      {(question === "arrivals" || question === "handling") && <CountInput label={t("what.percent")} value={one.percent} least={1} most={question === "handling" && !one.more ? 90 : 1000} whole={false} onChange={(next) => { if (next !== null) set({ percent: next }); }} />}
      {(question === "agents" || question === "arrivals") && <When content={content} one={one} onChange={set} />}
      {removable && <Button look="quiet" small iconOnly aria-label={t("what.drop")} onPress={onRemove}><Icon name="x" /></Button>}
    </div>
  );
}

function When({ content, one, onChange }: { content: Content; one: Change; onChange: (change: Partial<Change>) => void }) {
  const { t } = useTranslation("scenario");
  const periods = periodsOf(content);
  return (
    <>
      <PickInput label={t("what.from")} value={String(one.from)} choices={periods.map((period, i) => ({ key: String(i), name: hour(period.from_ms) }))} onChange={(key) => onChange({ from: Number(key), until: Math.max(Number(key), one.until) })} />
      <PickInput label={t("what.to")} value={String(one.until)} choices={periods.flatMap((period, i) => (i < one.from ? [] : [{ key: String(i), name: hour(period.to_ms) }]))} onChange={(key) => onChange({ until: Number(key) })} />
    </>
  );
}
