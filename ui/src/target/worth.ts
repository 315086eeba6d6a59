/** What contacts are worth and agents cost, as it is typed; written as the document of docs/reference/targets.md. */
import type { Content } from "./queries";

export interface ClassWorth { value: number | null; loss: number | null }
export interface Point { wait_s: number | null; share: number | null }
export interface Worth {
  hour: number | null; share: number | null; budget: number | null; targets_s: number[]; satisfaction: Point[];
  uncertain: { arrivals: number | null; patience: number | null; handling: number | null; worth: number | null };
  classes: Record<string, ClassWorth>;
}
export const UNCERTAIN = ["arrivals", "patience", "handling", "worth"] as const;

/** Media on which customers wait in person: only there the target changes what agents cost. */
const IN_PERSON = new Set(["voice", "chat", "video"]);
export const USUAL_S = [5, 10, 15, 20, 30, 40, 60, 90, 120, 180, 300, 600];
const START: ClassWorth = { value: 12, loss: 20 };

/** Classes whose queue is of a medium on which people wait in person, with their queue. */
export function classesOf(content: Content): { name: string; queue: string }[] {
  return Object.entries(content.classes ?? {}).flatMap(([name, one]) => {
    const queue = one.queue ?? "", medium = content.policy?.queues?.[queue]?.medium ?? "";
    return IN_PERSON.has(medium) ? [{ name, queue }] : [];
  });
}
/** Values to begin with: from the field and to be replaced, said as such beside the form. */
export function startingWorth(content: Content): Worth {
  return {
    hour: 30, share: 80, budget: null, targets_s: USUAL_S,
    satisfaction: [{ wait_s: 10, share: 100 }, { wait_s: 120, share: 60 }, { wait_s: 600, share: 10 }],
    uncertain: { arrivals: 5, patience: 15, handling: 3, worth: 20 },
    classes: Object.fromEntries(classesOf(content).map((one) => [one.name, START])),
  };
}
/** What was typed before for this scenario, where it still fits its classes. */
export function withKept(start: Worth, kept: Partial<Worth> | null): Worth {
  if (!kept) return start;
  const classes = Object.fromEntries(Object.entries(start.classes).map(([name, one]) => [name, kept.classes?.[name] ?? one]));
  return { ...start, ...kept, uncertain: { ...start.uncertain, ...kept.uncertain }, classes };
}

/** "90s" or "2m": a wait as the document writes it. */
export const written = (seconds: number): string => (seconds >= 60 && seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`);
const quoted = (name: string): string => (/^[A-Za-z][\w -]*$/.test(name) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(name) ? name : JSON.stringify(name));

export type Wrong = "hour" | "share" | "targets" | "satisfaction" | "uncertain" | "classes" | "budget";
/** What keeps it from being asked, by field. */
export function wrongs(worth: Worth): Wrong[] {
  const found: Wrong[] = [];
  if (worth.hour === null || worth.hour <= 0) found.push("hour");
  if (worth.share === null || worth.share <= 0 || worth.share >= 100) found.push("share");
  if (worth.budget !== null && worth.budget <= 0) found.push("budget");
  if (worth.targets_s.length < 2) found.push("targets");
  const points = worth.satisfaction;
  if (points.some((one) => one.wait_s === null || one.wait_s < 0 || one.share === null || one.share < 0 || one.share > 100)
    || points.some((one, i) => i > 0 && (one.wait_s ?? 0) <= (points[i - 1]?.wait_s ?? 0))) found.push("satisfaction");
  if (UNCERTAIN.some((key) => (worth.uncertain[key] ?? 0) < 0 || (worth.uncertain[key] ?? 0) > 200)) found.push("uncertain");
  if (Object.values(worth.classes).some((one) => one.value === null || one.value < 0 || one.loss === null || one.loss < 0)) found.push("classes");
  return found;
}

/** The document. `today_s`: the targets of today are compared as well. */
export function asYaml(worth: Worth, today_s: readonly number[]): string {
  const targets = [...new Set([...worth.targets_s, ...today_s])].filter((one) => one > 0).sort((a, b) => a - b);
  const satisfaction = worth.satisfaction.map((one) => `${written(one.wait_s ?? 0)}: ${(one.share ?? 0) / 100}`).join(", ");
  const uncertain = UNCERTAIN.map((key) => `${key}: ${(worth.uncertain[key] ?? 0) / 100}`).join(", ");
  return [
    "version: 1", `hour: ${worth.hour ?? 0}`, `targets: [${targets.map(written).join(", ")}]`, `share: ${(worth.share ?? 0) / 100}`,
    ...(worth.budget === null ? [] : [`budget: ${worth.budget}`]), `uncertain: {${uncertain}}`, "classes:",
    ...Object.entries(worth.classes).map(([name, one]) => `  ${quoted(name)}: {value: ${one.value ?? 0}, loss: ${one.loss ?? 0}${satisfaction ? `, satisfaction: {${satisfaction}}` : ""}}`),
  ].join("\n") + "\n";
}
