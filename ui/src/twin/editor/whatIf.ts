/** A planner's questions as changes of a scenario: each is told in words and put into the document. */
import { agentsOf, periodsOf, ratesOf, withAgents, withHandling, withRates, withTarget, type Content } from "../content";
import { alsoServing } from "./edits";

export const QUESTIONS = ["agents", "arrivals", "target", "serves", "handling"] as const;
export type Question = (typeof QUESTIONS)[number];
/** `of` names a group, a class, a queue, or all of a medium (`@email`); empty: everything. Periods are told by their first and last. */
export interface Change { question: Question; of: string; queue: string; more: boolean; amount: number; percent: number; target_ms: number; rank: number; from: number; until: number }

const inside = (one: Change, i: number): boolean => i >= one.from && i <= one.until;
const classesOf = (content: Content, of: string): string[] => Object.keys(content.classes).filter((name) => of === "" || of === name || (of.startsWith("@") && content.policy.queues?.[content.classes[name]?.queue ?? ""]?.medium === of.slice(1)));
export const queuesOf = (content: Content, of: string): string[] => Object.keys(content.policy.queues ?? {}).filter((name) => of === name || (of.startsWith("@") && content.policy.queues?.[name]?.medium === of.slice(1)));

export function withChange(content: Content, one: Change): Content {
  const sign = one.more ? 1 : -1, factor = 1 + (sign * one.percent) / 100;
  switch (one.question) {
    case "agents": return withAgents(content, one.of, agentsOf(content, one.of).map((count, i) => (inside(one, i) ? count + sign * one.amount : count)));
    case "arrivals": return classesOf(content, one.of).reduce((told, name) => { const rates = ratesOf(told, name); return rates ? withRates(told, name, rates.map((rate, i) => (inside(one, i) ? rate * factor : rate))) : told; }, content);
    case "handling": return classesOf(content, one.of).reduce((told, name) => withHandling(told, name, factor), content);
    case "target": return queuesOf(content, one.of).reduce((told, name) => withTarget(told, name, one.target_ms), content);
    case "serves": return alsoServing(content, one.of, one.queue, one.rank);
  }
}
/** A change to begin with. */
export function firstChange(content: Content, question: Question): Change {
  const last = periodsOf(content).length - 1, groups = Object.keys(content.groups ?? {}), queues = content.policy.queues ?? {};
  const mail = Object.entries(queues).find(([, one]) => one.medium === "email");
  const of = { agents: groups[0] ?? "", serves: groups[0] ?? "", arrivals: "", handling: "", target: mail ? "@email" : Object.keys(queues)[0] ?? "" }[question];
  return { question, of, queue: "", more: true, amount: 2, percent: 10, target_ms: mail && question === "target" ? 86_400_000 : 20_000, rank: 1, from: 0, until: Math.max(0, last) };
}
/** Whether it changes anything at all. */
export const moves = (content: Content, one: Change): boolean => JSON.stringify(withChange(content, one)) !== JSON.stringify(content);
