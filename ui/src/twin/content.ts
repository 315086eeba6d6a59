/** A scenario's document as plain values (docs/reference/scenario.md), and the changes that its forms make. Nothing is changed in place. */
export type ByPeriod<T> = T | T[];
export interface Queue { medium: string; target?: string; tier?: number; [key: string]: unknown }
export interface Group { agents: ByPeriod<number>; members?: string[]; skills?: Record<string, unknown>; [key: string]: unknown }
export interface ContactClass { queue: string; arrivals?: ByPeriod<string | number> | { instants: string[] }; handling: unknown; patience?: unknown; [key: string]: unknown }
export interface Content {
  version: number; name?: string; starts?: string; periods: string[] | { each: string; count: number };
  policy: { queues?: Record<string, Queue>; [key: string]: unknown }; groups?: Record<string, Group>; classes: Record<string, ContactClass>; [key: string]: unknown;
}

const UNITS: readonly [string, number][] = [["d", 86_400_000], ["h", 3_600_000], ["m", 60_000], ["s", 1_000], ["ms", 1]];
/** Milliseconds of `1h30m`; null for what is no duration. */
export function readDuration(text: string): number | null {
  if (text === "0") return 0;
  const found = /^(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text);
  return found ? UNITS.reduce((sum, [, ms], i) => sum + Number(found[i + 1] ?? 0) * ms, 0) : null;
}
export function writeDuration(ms: number): string {
  let rest = Math.max(0, Math.round(ms));
  if (rest === 0) return "0s";
  return UNITS.map(([unit, size]) => { const count = Math.floor(rest / size); rest -= count * size; return count ? `${count}${unit}` : ""; }).join("");
}

/** When each period begins and how long it lasts, on the clock of the day. */
export function periodsOf(content: Content): { from_ms: number; to_ms: number }[] {
  const lengths = Array.isArray(content.periods) ? content.periods.map((one) => readDuration(one) ?? 0) : Array.from({ length: content.periods.count }, () => readDuration((content.periods as { each: string }).each) ?? 0);
  let at = readDuration(content.starts ?? "0") ?? 0;
  return lengths.map((length) => { const from_ms = at; at += length; return { from_ms, to_ms: at }; });
}
const spread = <T>(value: ByPeriod<T>, periods: number): T[] => (Array.isArray(value) ? Array.from({ length: periods }, (_, i) => value[Math.min(i, value.length - 1)] as T) : Array.from({ length: periods }, () => value));

function rate(text: string | number): number {
  const [count = "0", time = "h"] = String(text).split("/").map((part) => part.trim());
  const each = readDuration(/^\d/.test(time) ? time : `1${time}`) ?? 3_600_000;
  return Number(count) * (3_600_000 / each);
}
/** Arrivals an hour by period; null where they are instants that were recorded. */
export function ratesOf(content: Content, name: string): number[] | null {
  const arrivals = content.classes[name]?.arrivals ?? 0;
  const periods = periodsOf(content).length;
  return typeof arrivals === "object" && !Array.isArray(arrivals) ? null : spread(arrivals, periods).map(rate);
}
const tidy = (value: number): number => Math.round(Math.max(0, value) * 100) / 100;
export function withRates(content: Content, name: string, rates: readonly number[]): Content {
  const one = content.classes[name];
  return one ? { ...content, classes: { ...content.classes, [name]: { ...one, arrivals: rates.map((value) => `${tidy(value)}/h`) } } } : content;
}
export const agentsOf = (content: Content, name: string): number[] => spread(content.groups?.[name]?.agents ?? 0, periodsOf(content).length);
export function withAgents(content: Content, name: string, agents: readonly number[]): Content {
  const one = content.groups?.[name];
  return one ? { ...content, groups: { ...content.groups, [name]: { ...one, agents: agents.map((value) => Math.max(0, Math.round(value))) } } } : content;
}
export function withTarget(content: Content, queue: string, target_ms: number): Content {
  const queues = content.policy.queues ?? {};
  const one = queues[queue];
  return one ? { ...content, policy: { ...content.policy, queues: { ...queues, [queue]: { ...one, target: writeDuration(target_ms) } } } } : content;
}
export function withTier(content: Content, queue: string, tier: number): Content {
  const queues = content.policy.queues ?? {};
  const one = queues[queue];
  return one ? { ...content, policy: { ...content.policy, queues: { ...queues, [queue]: { ...one, tier } } } } : content;
}
/** The day moved: when it begins, as a duration after midnight. */
export const withStart = (content: Content, starts_ms: number): Content => ({ ...content, starts: writeDuration(starts_ms) });

/** The mean of a law where it can be said at once; null for mixtures and tables. */
export function meanOf(law: unknown): number | null {
  const one = Array.isArray(law) && law.length === 1 ? (law[0] as unknown) : law;
  if (typeof one === "string") return readDuration(one);
  if (typeof one !== "object" || one === null) return null;
  for (const kind of ["exponential", "gamma", "lognormal", "weibull"]) {
    const mean = (one as Record<string, unknown>)[kind];
    if (typeof mean === "string") return readDuration(mean);
  }
  const values = (one as Record<string, unknown>)["empirical"] ?? (one as Record<string, unknown>)["quantiles"];
  if (!Array.isArray(values) || values.length === 0) return null;
  const told = values.map((value) => readDuration(String(value)) ?? 0);
  return told.reduce((sum, value) => sum + value, 0) / told.length;
}
const DURATIONS = new Set(["exponential", "gamma", "lognormal", "weibull", "mean", "uniform", "empirical", "quantiles", "always"]);
function scaled(law: unknown, factor: number): unknown {
  if (typeof law === "string") { const ms = readDuration(law); return ms === null ? law : writeDuration(Math.max(1, ms * factor)); }
  if (Array.isArray(law)) return law.map((one) => scaled(one, factor));
  if (typeof law !== "object" || law === null) return law;
  return Object.fromEntries(Object.entries(law).map(([key, value]) => [key, DURATIONS.has(key) || key === "mixture" || key === "hyperexponential" ? scaled(value, factor) : value]));
}
/** The same law, longer or shorter. */
export function withHandling(content: Content, name: string, factor: number): Content {
  const one = content.classes[name];
  return one ? { ...content, classes: { ...content.classes, [name]: { ...one, handling: scaled(one.handling, factor) } } } : content;
}
