/** Changes of a scenario's document beyond figures: classes, groups, periods and whom a group serves. Nothing is changed in place. */
import { periodsOf, readDuration, writeDuration, type Content, type ContactClass, type Group, type Queue } from "../content";

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
/** The same entries in the same order, one of them under another name. */
const renamedKey = <T>(of: Record<string, T>, from: string, to: string): Record<string, T> => Object.fromEntries(Object.entries(of).map(([key, value]) => [key === from ? to : key, value]));
const without = <T>(of: Record<string, T>, name: string): Record<string, T> => Object.fromEntries(Object.entries(of).filter(([key]) => key !== name));
const REFERS = ["retry", "again"] as const;

/** What keeps a name from being taken: nothing, or why. A number alone would lose its place in the order. */
export function nameTrouble(name: string, others: readonly string[]): "empty" | "taken" | "number" | null {
  const told = name.trim();
  return !told ? "empty" : others.includes(told) ? "taken" : /^\d+$/.test(told) ? "number" : null;
}
export function freeName(base: string, others: readonly string[]): string {
  if (!others.includes(base)) return base;
  for (let i = 2; ; i += 1) if (!others.includes(`${base} ${i}`)) return `${base} ${i}`;
}

export const withClass = (content: Content, name: string, change: Json): Content => {
  const one = content.classes[name];
  return one ? { ...content, classes: { ...content.classes, [name]: dropped({ ...one, ...change }) as ContactClass } } : content;
};
export const withGroup = (content: Content, name: string, change: Json): Content => {
  const one = content.groups?.[name];
  return one ? { ...content, groups: { ...content.groups, [name]: dropped({ ...one, ...change }) as Group } } : content;
};
export const withQueue = (content: Content, name: string, change: Json): Content => {
  const queues = content.policy.queues ?? {}, one = queues[name];
  return one ? { ...content, policy: { ...content.policy, queues: { ...queues, [name]: dropped({ ...one, ...change }) as Queue } } } : content;
};
export const withDay = (content: Content, change: Json): Content => dropped({ ...content, ...change }) as Content;
/** What was made undefined is left out: it has its default. */
const dropped = (of: Json): Json => Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined));

/** A class like another one, or a plain one for a queue. */
export function addClass(content: Content, name: string, queue: string, like?: string): Content {
  const plain: ContactClass = { queue, arrivals: "10/h", handling: { lognormal: "4m", cv: 0.8 }, ...(content.policy.queues?.[queue]?.medium === "voice" ? { patience: { exponential: "3m" } } : {}) };
  return { ...content, classes: { ...content.classes, [name]: like === undefined ? plain : content.classes[like] ?? plain } };
}
export const renameClass = (content: Content, from: string, to: string): Content => ({ ...content, classes: renamedKey(Object.fromEntries(Object.entries(content.classes).map(([key, one]) => [key, referring(one, from, to)])), from, to) });
function referring(one: ContactClass, from: string, to: string): ContactClass {
  const next: Json = { ...one };
  for (const key of REFERS) { const told = next[key]; if (isObject(told) && told["as"] === from) next[key] = { ...told, as: to }; }
  if (Array.isArray(next["onward"])) next["onward"] = (next["onward"] as Json[]).map((step) => (step["as"] === from ? { ...step, as: to } : step));
  return next as ContactClass;
}
/** Without a class, and without those who would have come back or been handed on as it. */
export function removeClass(content: Content, name: string): Content {
  const classes = Object.fromEntries(Object.entries(without(content.classes, name)).map(([key, one]) => {
    const next: Json = { ...one };
    for (const refers of REFERS) { const told = next[refers]; if (isObject(told) && told["as"] === name) delete next[refers]; }
    if (Array.isArray(next["onward"])) { const left = (next["onward"] as Json[]).filter((step) => step["as"] !== name); if (left.length) next["onward"] = left; else delete next["onward"]; }
    return [key, next as ContactClass];
  }));
  return { ...content, classes };
}

export function addGroup(content: Content, name: string, like?: string): Content {
  const media = [...new Set(Object.values(content.policy.queues ?? {}).map((one) => one.medium))];
  const other = like === undefined ? undefined : content.groups?.[like];
  const plain: Group = { agents: 2, limits: Object.fromEntries(media.map((one) => [one, 1])) };
  // Named members work in one group only: a copy has agents of its own.
  const copy = other && Object.fromEntries(Object.entries(other).filter(([key]) => key !== "members"));
  return { ...content, groups: { ...content.groups, [name]: (copy as Group | undefined) ?? plain } };
}
const byGroup = (one: ContactClass, change: (told: Json) => Json): ContactClass => {
  const told = one["handling_by_group"];
  if (!isObject(told)) return one;
  const next = change(told);
  return dropped({ ...one, handling_by_group: Object.keys(next).length ? next : undefined }) as ContactClass;
};
const ofClasses = (content: Content, change: (told: Json) => Json): Record<string, ContactClass> => Object.fromEntries(Object.entries(content.classes).map(([key, one]) => [key, byGroup(one, change)]));
export const renameGroup = (content: Content, from: string, to: string): Content => ({ ...content, groups: renamedKey(content.groups ?? {}, from, to), classes: ofClasses(content, (told) => renamedKey(told, from, to)) });
export const removeGroup = (content: Content, name: string): Content => ({ ...content, groups: without(content.groups ?? {}, name), classes: ofClasses(content, (told) => without(told, name)) });
/** Where all else is equal, agents of the group that is listed first go first. */
export function moveGroup(content: Content, name: string, by: -1 | 1): Content {
  const entries = Object.entries(content.groups ?? {}), at = entries.findIndex(([key]) => key === name), to = at + by;
  const [moved] = to < 0 || to >= entries.length ? [] : entries.splice(at, 1);
  if (!moved) return content;
  entries.splice(to, 0, moved);
  return { ...content, groups: Object.fromEntries(entries) };
}

export function addQueue(content: Content, name: string, medium: string): Content {
  const asynchronous = !["voice", "chat", "video"].includes(medium);
  return { ...content, policy: { ...content.policy, queues: { ...content.policy.queues, [name]: { medium, target: asynchronous ? "4h" : "40s" } } } };
}
export const removeQueue = (content: Content, name: string): Content => ({ ...content, policy: { ...content.policy, queues: without(content.policy.queues ?? {}, name) } });
/** What of the document stands on a queue: it cannot go before. */
export function standingOn(content: Content, queue: string): string[] {
  const classes = Object.entries(content.classes).filter(([, one]) => one.queue === queue || (isObject(one["callback"]) && one["callback"]["queue"] === queue)).map(([key]) => key);
  const groups = Object.entries(content.groups ?? {}).filter(([, one]) => isObject(one["ranks"]) && queue in one["ranks"]).map(([key]) => key);
  const queues = Object.entries(content.policy.queues ?? {}).filter(([, one]) => isObject(one["overflow"]) && one["overflow"]["queue"] === queue).map(([key]) => key);
  return [...classes, ...groups, ...queues];
}

/** Other periods: what is by period takes, at each new one, the value that held when it begins. */
export function withPeriods(content: Content, lengths_ms: readonly number[]): Content {
  const old = periodsOf(content), begin = old[0]?.from_ms ?? 0;
  let at = begin;
  const places = lengths_ms.map((length) => { const place = old.findIndex((one) => at < one.to_ms); at += length; return place < 0 ? old.length - 1 : place; });
  const again = (value: unknown): unknown => (Array.isArray(value) && value.length === old.length && value.length > 1 ? places.map((place) => value[place] as unknown) : value);
  const laws = (of: Json, keys: readonly string[]): Json => Object.fromEntries(Object.entries(of).map(([key, value]) => [key, keys.includes(key) ? again(value) : key === "handling_by_group" && isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, again(one)])) : value]));
  const same = new Set(lengths_ms).size === 1 && lengths_ms.length > 1;
  return {
    ...content, periods: same ? { each: writeDuration(lengths_ms[0] ?? 0), count: lengths_ms.length } : lengths_ms.map(writeDuration),
    classes: Object.fromEntries(Object.entries(content.classes).map(([key, one]) => [key, laws(one, ["arrivals", "handling", "patience", "wrap_up"]) as ContactClass])),
    ...(content.groups ? { groups: Object.fromEntries(Object.entries(content.groups).map(([key, one]) => [key, laws(one, ["agents"]) as Group])) } : {}),
  };
}

/** Levels by skill that agents of a group hold, those of bundles among them. */
export function heldBy(content: Content, group: string): Record<string, number> {
  const one = content.groups?.[group];
  const held: Record<string, number> = {};
  const bundles = content.policy["bundles"];
  const take = (told: unknown): void => { if (isObject(told)) for (const [skill, level] of Object.entries(told)) held[skill] = Math.max(held[skill] ?? 0, Number(level)); };
  take(one?.skills);
  if (Array.isArray(one?.["bundles"]) && isObject(bundles)) for (const name of one["bundles"] as string[]) take((bundles[name] as Json | undefined)?.["skills"]);
  return held;
}
/** Skills that a queue requires whatever the wait: the level they may sink to. */
export function requiredBy(queue: Queue): [skill: string, level: number][] {
  const asked = queue["skills"];
  if (!isObject(asked)) return [];
  return Object.entries(asked).flatMap(([skill, told]): [string, number][] => {
    if (typeof told === "number") return [[skill, told]];
    return isObject(told) && told["required"] !== undefined ? [[skill, Number(told["floor"] ?? told["required"])]] : [];
  });
}
/** What a group lacks to serve a queue; nothing when it does. */
export function lacking(content: Content, group: string, queue: string): { skills: [string, number][]; medium: string | null } {
  const one = content.policy.queues?.[queue], held = heldBy(content, group);
  if (!one) return { skills: [], medium: null };
  const limits = content.groups?.[group]?.["limits"];
  const room = isObject(limits) && Number(limits[one.medium] ?? 0) > 0;
  return { skills: requiredBy(one).filter(([skill, level]) => (held[skill] ?? 0) < level), medium: room ? null : one.medium };
}
export const serves = (content: Content, group: string, queue: string): boolean => { const { skills, medium } = lacking(content, group, queue); return skills.length === 0 && medium === null; };
/** The group learns what the queue requires and gets room for its medium; `rank` 2 and more: after those of a smaller rank. */
export function alsoServing(content: Content, group: string, queue: string, rank: number): Content {
  const one = content.groups?.[group], missing = lacking(content, group, queue);
  if (!one) return content;
  const told = content.policy.queues?.[queue]?.["skills"];
  const asked = (skill: string, least: number): number => { const need = isObject(told) ? told[skill] : undefined; return typeof need === "number" ? need : isObject(need) ? Number(need["required"] ?? least) : least; };
  const skills = { ...(isObject(one.skills) ? one.skills : {}), ...Object.fromEntries(missing.skills.map(([skill, level]) => [skill, asked(skill, level)])) };
  const limits = isObject(one["limits"]) ? one["limits"] : {};
  const ranks = isObject(one["ranks"]) ? one["ranks"] : {};
  return withGroup(content, group, {
    ...(missing.skills.length ? { skills } : {}),
    ...(missing.medium ? { limits: { ...limits, [missing.medium]: 1 } } : {}),
    ...(rank > 1 ? { ranks: { ...ranks, [queue]: rank } } : {}),
  });
}
export const durationOf = (value: unknown, otherwise: number): number => readDuration(String(value ?? "")) ?? otherwise;

/** What a document says that no form shows: kept as it is. */
export function besideForms(content: Content): string[] {
  const policy = content.policy as Json;
  const some = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : isObject(value) ? Object.keys(value).length > 0 : value !== undefined && value !== null);
  const queues = Object.values(content.policy.queues ?? {}), groups = Object.values(content.groups ?? {});
  const found: [string, boolean][] = [
    ["media", some(policy["media"])], ["bundles", some(policy["bundles"])], ["segments", some(policy["segments"])], ["reserves", some(policy["agent_reserves"])], ["members", groups.some((one) => some(one.members))],
    ["overflow", queues.some((one) => some(one["overflow"]))], ["steps", queues.some((one) => some(one["tier_steps"]) || some(one["max_wait"]))], ["teams", queues.some((one) => some(one["team_needs"]) || some(one["teams"]))],
    ["preferred", queues.some((one) => isObject(one["skills"]) && Object.values(one["skills"]).some((need) => isObject(need)))], ["offers", queues.some((one) => some(one["offer"]) || some(one["set_aside"]) || some(one["keep"]))],
    ["units", groups.some((one) => some(one["units"]) || some(one["kept_free"]))],
  ];
  return found.filter(([, there]) => there).map(([key]) => key);
}
