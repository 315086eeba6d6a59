import type { Medium, PresenceState } from "../api/types";
import { shareUsed, urgencyOf } from "../parts/urgency";
import type { Channel, Dot, Narrowing, Person, Queue, QueueToday } from "./model";
import type { Live } from "./store";

/** What a row of the board shows, from the live state at one instant. */
export interface QueueRow {
  queue: Queue | null;
  brand: string;
  waiting: Dot[];
  late: number;
  soon: number;
  oldest_ms: number | null;
  next_due_ms: number | null;
  in_hand: number;
  free: number;
  there: number;
  today: QueueToday | null;
  shut: boolean;
  /** When it opens, while it is closed; null where nobody knows. */
  opens_ms: number | null;
  promised: Promised;
  doors: Channel[];
}
/** Hours that customers were promised: those to come, the next of them, and who should have been taken up by now. */
export interface Promised { ahead: number; next_ms: number | null; late: number }
export interface PersonRow { person: Person; state: PresenceState | "contact"; held: number }
export interface Pooled { in_target: number; owed: number; abandoned: number; offered: number; arrived: number }
export interface Shown {
  rows: QueueRow[];
  people: PersonRow[];
  waiting: number;
  late: number;
  in_hand: number;
  pooled: Pooled;
  queues: number[];
}

export const WAITS: ReadonlySet<string> = new Set(["received", "waiting", "offered"]);

/** How many contacts each person holds, by medium. Offers count: a hand that is asked is not free. */
function holding(contacts: Iterable<Dot>): { held: Map<number, number>; byMedium: Map<string, number> } {
  const held = new Map<number, number>();
  const byMedium = new Map<string, number>();
  for (const one of contacts) {
    if (one.agent_id === null || (one.state !== "in_hand" && one.state !== "offered")) continue;
    if (one.state === "in_hand") held.set(one.agent_id, (held.get(one.agent_id) ?? 0) + 1);
    for (const id of one.beside ?? []) held.set(id, (held.get(id) ?? 0) + 1);
    const key = `${one.agent_id}:${one.medium}`;
    byMedium.set(key, (byMedium.get(key) ?? 0) + 1);
  }
  return { held, byMedium };
}

export function derive(live: Live, narrowing: Narrowing, now_ms: number): Shown {
  const whole = live.whole;
  if (!whole) return { rows: [], people: [], waiting: 0, late: 0, in_hand: 0, pooled: pool([]), queues: [] };
  const brands = new Map(whole.brands.map((one) => [one.id, one.name]));
  const today = new Map(live.today.queues.map((one) => [one.queue_id, one]));
  const closed = new Set(live.today.closed);
  const inTeam = (person: Person): boolean => narrowing.team === undefined || person.team_id === narrowing.team;
  const { held, byMedium } = holding(live.contacts.values());
  const room = (person: Person, medium: Medium): boolean =>
    person.state === "ready" && (byMedium.get(`${person.id}:${medium}`) ?? 0) < (person.limits[medium] ?? 0);

  const byQueue = new Map<number | null, Dot[]>();
  for (const one of live.contacts.values()) {
    const list = byQueue.get(one.queue_id);
    if (list) list.push(one);
    else byQueue.set(one.queue_id, [one]);
  }
  const asked = whole.queues.filter((one) =>
    (narrowing.brand === undefined || one.brand_id === narrowing.brand)
    && (narrowing.medium === undefined || one.medium === narrowing.medium)
    && (narrowing.queue === undefined || one.id === narrowing.queue)
    && (narrowing.team === undefined || one.able.some((id) => { const person = live.people.get(id); return person && inTeam(person); })));
  const rows = asked.map((queue): QueueRow => {
    const able = queue.able.map((id) => live.people.get(id)).filter((one): one is Person => one !== undefined && inTeam(one));
    return {
      ...counted(byQueue.get(queue.id) ?? [], now_ms), queue, brand: brands.get(queue.brand_id) ?? "",
      free: able.filter((one) => room(one, queue.medium)).length,
      there: able.filter((one) => one.state !== "offline").length,
      today: today.get(queue.id) ?? null, shut: closed.has(queue.id), opens_ms: live.today.opens_ms?.[queue.id] ?? null,
      doors: whole.channels.filter((one) => one.queue_id === queue.id && one.closed_until_ms !== null && one.closed_until_ms > now_ms),
    };
  });
  const order = (row: QueueRow): string => row.brand + " " + (row.queue?.name ?? "");
  rows.sort((one, other) => order(one).localeCompare(order(other)));
  const strays = (byQueue.get(null) ?? []).filter((one) =>
    (narrowing.brand === undefined || one.brand_id === narrowing.brand) && (narrowing.medium === undefined || one.medium === narrowing.medium));
  const straying = strays.length > 0 && narrowing.queue === undefined && narrowing.team === undefined;
  if (straying) {
    rows.push({ ...counted(strays, now_ms), queue: null, brand: "", free: 0, there: 0, today: null, shut: false, opens_ms: null, doors: [] });
  }
  const people = [...live.people.values()]
    .filter((one) => inTeam(one) && (narrowing.brand === undefined || one.brand_ids.includes(narrowing.brand))
      && (narrowing.queue === undefined || asked[0]?.able.includes(one.id)))
    .map((person): PersonRow => {
      const count = held.get(person.id) ?? 0;
      return { person, held: count, state: person.state === "ready" && count > 0 ? "contact" : person.state };
    })
    .sort((one, other) => one.person.name.localeCompare(other.person.name));
  return {
    rows, people,
    waiting: sum(rows, (row) => row.waiting.length), late: sum(rows, (row) => row.late), in_hand: sum(rows, (row) => row.in_hand),
    pooled: pool(rows.flatMap((row) => row.today ?? [])), queues: [...asked.map((one) => one.id), ...(straying ? [0] : [])],
  };
}

function counted(dots: readonly Dot[], now_ms: number): Pick<QueueRow, "waiting" | "late" | "soon" | "oldest_ms" | "next_due_ms" | "in_hand" | "promised"> {
  const inLine = dots.filter((one) => WAITS.has(one.state));
  // Who was promised an hour waits from then on.
  const waiting = inLine.filter((one) => (one.promised_ms ?? 0) <= now_ms);
  const promised: Promised = { ahead: inLine.length - waiting.length, next_ms: null, late: waiting.filter((one) => one.promised_ms).length };
  for (const one of inLine) if (one.promised_ms && one.promised_ms > now_ms) promised.next_ms = Math.min(promised.next_ms ?? one.promised_ms, one.promised_ms);
  let late = 0, soon = 0;
  let oldest_ms: number | null = null, next_due_ms: number | null = null;
  for (const one of waiting) {
    const share = shareUsed(one, now_ms) ?? 0;
    if (share > 1) late += 1;
    else if (share >= 0.75) soon += 1;
    // Who was answered and came back waits since then, not since the day of their arrival.
    const since_ms = one.owed_ms ?? one.arrived_ms;
    oldest_ms = Math.min(oldest_ms ?? since_ms, since_ms);
    if (one.due_ms !== null) next_due_ms = Math.min(next_due_ms ?? one.due_ms, one.due_ms);
  }
  return { waiting, late, soon, oldest_ms, next_due_ms, promised, in_hand: dots.filter((one) => one.state === "in_hand").length };
}
/** Shares pool as counts, never as averaged percentages. */
function pool(days: readonly QueueToday[]): Pooled {
  return {
    in_target: sum(days, (one) => one.in_target), owed: sum(days, (one) => one.owed), abandoned: sum(days, (one) => one.abandoned),
    offered: sum(days, (one) => one.offered), arrived: sum(days, (one) => one.arrived),
  };
}
const sum = <T,>(all: readonly T[], value: (one: T) => number): number => all.reduce((total, one) => total + value(one), 0);

/** Marks on the axis of one row. Up to three dots that would hide each other are stacked; more are one mark with their number. */
export interface Mark { left: number; lift: number; urgency: "calm" | "soon" | "late"; offered: boolean; count: number }
const STEPS = 30;
const HIGH = 3;
const SCALE = 1.5;
/** Where the dots of one place stand: on the line, above it, below it. */
const LIFTS = [0, 1, -1];

export function marks(waiting: readonly Dot[], now_ms: number): { marks: Mark[]; beyond: number } {
  const buckets = new Map<number, { dot: Dot; share: number }[]>();
  let beyond = 0;
  const shares = waiting.map((dot) => ({ dot, share: shareUsed(dot, now_ms) ?? 0 })).sort((a, b) => a.share - b.share || a.dot.id - b.dot.id);
  for (const one of shares) {
    if (one.share > SCALE) { beyond += 1; continue; }
    const step = Math.min(STEPS - 1, Math.floor((one.share / SCALE) * STEPS));
    const list = buckets.get(step);
    if (list) list.push(one);
    else buckets.set(step, [one]);
  }
  const found: Mark[] = [];
  for (const [step, list] of buckets) {
    const middle = ((step + 0.5) / STEPS) * 100;
    if (list.length > HIGH) {
      const share = list[list.length - 1]?.share ?? 0;
      found.push({ left: middle, lift: 0, urgency: urgencyOf(share), offered: list.some(({ dot }) => dot.state === "offered"), count: list.length });
    } else {
      list.forEach(({ dot, share }, i) => found.push({
        left: list.length === 1 ? (share / SCALE) * 100 : middle, lift: LIFTS[i] ?? 0, urgency: urgencyOf(share), offered: dot.state === "offered", count: 1,
      }));
    }
  }
  return { marks: found, beyond };
}
