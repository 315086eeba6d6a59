import type { Brand, ContactState, Medium, Named, PresenceState, Row } from "../api/types";

/** Shapes of `/api/v1/board`. Instants are milliseconds since the epoch, UTC, and end in `_ms`. */
export interface Queue {
  id: number; brand_id: number; name: string; medium: Medium; tier: number; raised: { tier: number; until_ms: number } | null;
  target_share: number; target_ms: number; able: number[];
}
export interface Person {
  id: number; name: string; team_id: number | null; brand_ids: number[]; limits: Partial<Record<Medium, number>>;
  state: PresenceState; reason: string | null; since_ms: number;
  /** Contacts allowed over the limits, by medium, until `lifted_until_ms`. */
  lifted?: Partial<Record<Medium, number>>; lifted_until_ms?: number | null;
}
export interface Dot {
  id: number; brand_id: number; queue_id: number | null; medium: Medium; state: ContactState; agent_id: number | null;
  arrived_ms: number; due_ms: number | null; owed_ms: number | null; target_ms: number | null; awaiting: "us" | "customer";
  /** Who takes part in it beside its agent. */
  beside?: number[];
  /** The hour that its customer was promised; nobody is asked before. */
  promised_ms?: number | null;
}
export interface Channel { id: number; brand_id: number; medium: Medium; name: string; queue_id: number | null; closed_until_ms: number | null }
export interface QueueToday {
  queue_id: number; arrived: number; in_target: number; owed: number; abandoned: number; offered: number; usual: number | null;
  /** Arrivals by half-hour from midnight on, and those of the whole day a week ago. */
  from_ms: number; flow: number[]; usual_flow: number[];
}
/** `opens_ms`: when each closed queue opens, by its number. */
export interface Today { queues: QueueToday[]; closed: number[]; opens_ms?: Record<string, number>; counting: boolean }
export interface Whole {
  now_ms: number; brands: Brand[]; teams: Named[]; queues: Queue[]; people: Person[]; contacts: Dot[]; channels: Channel[]; today: Today;
}
/** Agents kept for some contacts: shut while no more than `keeps` are free, or more than `most` wait. */
export interface Reserve { id: number; name: string; medium: Medium; shut: boolean; keeps: number; free: number; most: number | null; waiting: number; level: { goal_percent: number; since_ms: number | null; cause: "level" | "wait" | null; in_time: number; owed: number; used_percent: number } | null }
export interface Delta { now_ms: number; contacts: Dot[]; gone: number[]; people: Pick<Person, "id" | "state" | "reason" | "since_ms" | "lifted" | "lifted_until_ms">[] }

export const ALERT_KINDS = ["predicted", "oldest", "nobody", "abandonment", "service_level", "waits"] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];
export interface Alert {
  id: number; kind: AlertKind; level: "soon" | "late"; params: Record<string, number>; queue: Named; brand: Named;
  began_ms: number; ended_ms: number | null; seen_ms: number | null; seen_by: string | null;
}
export interface Notice {
  id: number; text: string; at_ms: number; until_ms: number; by_name: string | null; team_name: string | null; told: number; read: number;
}
export interface Limits { oldest_share: number; abandonment: number; contacts_least: number; predicted_least: number; on: boolean }
export type Figure = "waiting" | "late" | "in_hand" | "sleeping" | "live" | "promised";
/** `total` contacts in all; `counted` is what the figure says: today's count a contact in each of its queues. */
export interface Contacts { items: Row[]; next: string | null; total: number; counted: number }

/** Which contacts a list shows: a figure of now, perhaps of some queues or of one person. */
export interface Drilled {
  figure: Figure; title: string; queues?: readonly number[]; agent?: number;
  /** Of today instead of now. */
  today?: { figure: "service_level" | "abandonment" | "received"; missed?: boolean };
}

/** What the page is narrowed to; kept in its address. */
export interface Narrowing { brand?: number; medium?: Medium; queue?: number; team?: number; wall?: 1 }
