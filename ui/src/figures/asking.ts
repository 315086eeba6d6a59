/** What the page asks: kept in its address, so that a look at figures can be sent to a colleague. */
import { queryOptions, keepPreviousData, infiniteQueryOptions } from "@tanstack/react-query";
import { api, query } from "../api/client";
import { isoDay } from "../i18n/format";
import type { Medium, Outcome, ContactState } from "../api/types";

export const PERIODS = ["today", "yesterday", "week", "month", "quarter", "days"] as const;
export type PeriodKey = (typeof PERIODS)[number];
export const BYS = ["day", "hour", "week", "month", "hour_of_day", "weekday", "queue", "channel", "medium", "agent", "brand", "motive", "problem"] as const;
export type By = (typeof BYS)[number];
export const SETS = ["access", "work", "solved", "stock"] as const;
export type SetKey = (typeof SETS)[number];
export const AGAINST = ["previous", "week", "year"] as const;
export type AgainstKey = (typeof AGAINST)[number];
/** Which indicators stand side by side in the table. */
export const INDICATORS_OF: Record<SetKey, readonly string[]> = {
  access: ["received", "presented", "service_level", "answer_rate", "abandonment", "silent_abandonment", "asa", "longest_wait"],
  work: ["handled", "closed", "aht", "aht_ours", "aht_theirs", "aht_wrap", "transfer_rate", "declined", "occupancy"],
  solved: ["closed", "fcr", "repeat_rate", "closed_unanswered", "transfer_rate"],
  stock: ["backlog", "open", "short_abandons", "spam", "asleep", "presence"],
};
export const HEADLINES: readonly string[] = ["received", "service_level", "abandonment", "asa", "aht", "fcr", "occupancy", "backlog"];
export const IN_TIME: readonly By[] = ["hour", "day", "week", "month"];

export interface FigureSearch { period?: PeriodKey; from?: string; to?: string; by?: By; set?: SetKey; show?: string; brand?: number; medium?: string; against?: AgainstKey }
export interface Figure { value: number | null; count: number; part: number; low: number | null; high: number | null }
export interface Group { key: string; name: string | null; from_ms: number | null; to_ms: number | null; figures: Record<string, Figure | undefined> }
export interface Figures { now_ms: number; from_ms: number; to_ms: number; as_of_ms: number | null; timezone: string; total: Record<string, Figure | undefined>; groups: Group[] }
export interface Definition {
  key: string; measure: "share" | "mean" | "count" | "max"; unit: "share" | "ms" | "contacts"; over: "stays" | "agents";
  placed: string; better: "high" | "low" | null; variant_of: string | null;
  name: string; question: string; counts: string; excludes: string; source: string;
}
export interface Behind {
  contact_id: number; number: number; medium: Medium; state: ContactState; outcome: Outcome | null; subject: string; customer: string; brand: string;
  queue: string | null; agent: string | null; arrived_ms: number; entered_ms: number; answered_ms: number | null; left_ms: number | null;
  waited_ms: number | null; target_ms: number | null; value: number;
}
export interface BehindPage { items: Behind[]; total: number; next: string | null }

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const among = <T extends string>(all: readonly T[], value: unknown): T | undefined => all.find((one) => one === value);

/** What an address asks for; anything unknown is left out. */
export function readSearch(search: Record<string, unknown>): FigureSearch {
  const read: FigureSearch = {};
  const period = among(PERIODS, search["period"]), by = among(BYS, search["by"]), set = among(SETS, search["set"]), against = among(AGAINST, search["against"]);
  if (period) read.period = period;
  if (by) read.by = by;
  if (set) read.set = set;
  if (against) read.against = against;
  if (typeof search["from"] === "string" && DATE.test(search["from"])) read.from = search["from"];
  if (typeof search["to"] === "string" && DATE.test(search["to"])) read.to = search["to"];
  if (typeof search["show"] === "string" && /^[a-z_]{1,40}$/.test(search["show"])) read.show = search["show"];
  if (typeof search["medium"] === "string" && /^[a-z]{1,10}$/.test(search["medium"])) read.medium = search["medium"];
  if (/^\d{1,15}$/.test(String(search["brand"]))) read.brand = Number(search["brand"]);
  return read;
}

const ago = (days: number): string => {
  const day = new Date();
  day.setDate(day.getDate() - days);
  return isoDay(day);
};
/** First and last day of a period, both in it. */
export function daysOf(search: FigureSearch): { from: string; to: string } {
  switch (search.period ?? "week") {
    case "today": return { from: ago(0), to: ago(0) };
    case "yesterday": return { from: ago(1), to: ago(1) };
    case "week": return { from: ago(6), to: ago(0) };
    case "month": return { from: ago(29), to: ago(0) };
    case "quarter": return { from: ago(90), to: ago(0) };
    case "days": {
      const from = search.from ?? ago(6), to = search.to ?? ago(0);
      return from <= to ? { from, to } : { from: to, to: from };
    }
  }
}
/** The grouping when none was chosen: the hours of a day, else days. */
export const byOf = (search: FigureSearch): By => search.by ?? (daysOf(search).from === daysOf(search).to ? "hour" : "day");

const asked = (search: FigureSearch): Record<string, string | number | null> => {
  const { from, to } = daysOf(search);
  return { from_day: from, to_day: to, by: byOf(search), brand: search.brand ?? null, medium: search.medium ?? null };
};
export const figuresQuery = (search: FigureSearch) => queryOptions({
  queryKey: ["figures", asked(search)], placeholderData: keepPreviousData, staleTime: 15_000, refetchInterval: 60_000,
  queryFn: ({ signal }) => api.get<Figures>(`/figures${query(asked(search))}`, { signal }),
});

const DAY_MS = 86_400_000;
const moved = (day: string, days: number): string => new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10);
/** How many days before this period the other one lies: so many as it has, a week, or a year of whole weeks. */
function daysBefore(search: FigureSearch): number {
  if (search.against === "week") return 7;
  if (search.against === "year") return 364;
  const { from, to } = daysOf(search);
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
}
/** The days of the period compared with, both in it. */
export function comparedDays(search: FigureSearch): { from: string; to: string } {
  const { from, to } = daysOf(search), days = daysBefore(search);
  return { from: moved(from, days), to: moved(to, days) };
}
/** The other period. A day that is not over is compared with the same hours of its counterpart. */
export function comparedQuery(search: FigureSearch) {
  const { from, to } = comparedDays(search);
  const begun = daysOf(search).to === ago(0);
  // To the minute: the question stays the same for as long.
  const until_ms = Math.floor((Date.now() - daysBefore(search) * DAY_MS) / 60_000) * 60_000;
  const then = { ...asked(search), from_day: from, to_day: begun ? null : to, to_ms: begun ? until_ms : null };
  return queryOptions({
    queryKey: ["figures", "compared", then], staleTime: 60_000, enabled: search.against !== undefined, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.get<Figures>(`/figures${query(then)}`, { signal }),
  });
}
export const definitionsQuery = (locale: string) => queryOptions({
  queryKey: ["figures", "definitions", locale], staleTime: Infinity,
  queryFn: async () => (await api.get<{ items: Definition[] }>("/figures/definitions")).items,
});
export const behindQuery = (search: FigureSearch, key: string, group: string | null) => infiniteQueryOptions({
  queryKey: ["figures", "behind", asked(search), key, group], initialPageParam: "", staleTime: 15_000,
  queryFn: ({ pageParam, signal }) => api.get<BehindPage>(`/figures/${key}/contacts${query({ ...asked(search), group, cursor: pageParam })}`, { signal }),
  getNextPageParam: (page: BehindPage) => page.next ?? undefined,
});
