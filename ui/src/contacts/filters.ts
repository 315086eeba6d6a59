/** The filters of the list of contacts, as the address and the API spell them. */
import type { ContactState, Medium, Named, Outcome, Row } from "../api/types";

export type Sort = "relevance" | "newest" | "oldest" | "due";
export const SORTS: readonly Sort[] = ["relevance", "newest", "oldest", "due"];
export type StateFilter = ContactState | "open";
export const STATES: readonly StateFilter[] = ["open", "received", "waiting", "offered", "in_hand", "sleeping", "closed", "abandoned"];
export const OUTCOMES: readonly Outcome[] = ["resolved", "unresolved", "no_reply", "duplicate", "spam", "abandoned", "silent", "turned_away", "self_served", "unreached"];
export const DAYS: readonly number[] = [1, 7, 30, 90];

/** Lists hold alternatives; `agent` also knows `me` and `none`. */
export interface Filters {
  q?: string | undefined; state?: string[] | undefined; queue?: number[] | undefined; agent?: string[] | undefined;
  motive?: number[] | undefined; problem?: number[] | undefined; channel?: number[] | undefined; medium?: string[] | undefined; brand?: number[] | undefined;
  outcome?: string[] | undefined; customer?: number | undefined; request?: number | undefined;
  awaiting?: "us" | "customer" | undefined; late?: boolean | undefined;
  arrived_from_ms?: number | undefined; arrived_to_ms?: number | undefined; last_days?: number | undefined;
}
export interface ListSearch extends Filters { sort?: Sort | undefined; view?: number | undefined }

export interface Part { text: string; hit: boolean }
export interface Found extends Row {
  channel: Named; outcome: Outcome | null; closed_ms: number | null; answered_ms: number | null; last_customer_ms: number | null;
  snippet: { message_id: number; direction: "in" | "out" | "note"; at_ms: number; parts: Part[] } | null;
}
export interface Choice extends Named { brand_id?: number | null; medium?: Medium | null }
export interface Agents { items: Named[]; more: boolean }
export interface Choices { brands: Choice[]; queues: Choice[]; motives: Choice[]; problems: Choice[]; channels: Choice[] }

const TEXTS = ["state", "agent", "medium", "outcome"] as const;
const NUMBERS = ["queue", "motive", "problem", "channel", "brand"] as const;
const ONES = ["customer", "request", "arrived_from_ms", "arrived_to_ms", "last_days"] as const;
const WHOLE = /^\d{1,16}$/;
const many = (value: unknown): string[] => (Array.isArray(value) ? value : value === undefined || value === null || value === "" ? [] : [value]).map(String);

/** What an address asks for; anything that is no filter is left out. */
export function readSearch(search: Record<string, unknown>): ListSearch {
  const read: ListSearch = {};
  if (typeof search["q"] === "string" || typeof search["q"] === "number") read.q = String(search["q"]).slice(0, 200);
  for (const name of TEXTS) {
    const values = many(search[name]);
    if (values.length) read[name] = values;
  }
  for (const name of NUMBERS) {
    const values = many(search[name]).filter((one) => WHOLE.test(one)).map(Number);
    if (values.length) read[name] = values;
  }
  for (const name of ONES) if (WHOLE.test(String(search[name]))) read[name] = Number(search[name]);
  if (search["awaiting"] === "us" || search["awaiting"] === "customer") read.awaiting = search["awaiting"];
  if (search["late"] === true || search["late"] === "true") read.late = true;
  if (SORTS.includes(search["sort"] as Sort)) read.sort = search["sort"] as Sort;
  if (WHOLE.test(String(search["view"]))) read.view = Number(search["view"]);
  return read;
}

/** The filters alone, without empty ones: what a saved view keeps. */
export function filtersOf({ sort: _sort, view: _view, ...filters }: ListSearch): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0)));
}
export const isNarrowed = (search: ListSearch): boolean => Object.keys(filtersOf(search)).length > 0;

/** As query text of the API: a list repeats its name. */
export function asQuery(search: ListSearch, more: Record<string, string | string[] | undefined> = {}): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filtersOf(search), ...(search.sort ? { sort: search.sort } : {}), ...more })) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) pairs.append(name, String(one));
  }
  const text = pairs.toString();
  return text ? `?${text}` : "";
}

/** The same filters, whatever the order in which they were chosen. */
export const sameFilters = (a: Filters, b: Filters): boolean => {
  const canon = (one: Filters): string => JSON.stringify(Object.entries(filtersOf(one)).map(([k, v]): [string, unknown] => [k, Array.isArray(v) ? [...v].map(String).sort() : v]).sort(([x], [y]) => (x < y ? -1 : 1)));
  return canon(a) === canon(b);
};
