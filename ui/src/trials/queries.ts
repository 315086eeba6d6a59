import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, query } from "../api/client";
import { client } from "../api/queries";
import type { List } from "../api/types";

export type Noun = "queues" | "segments" | "reserves";
export type Mode = "share" | "switchback";
export const METRICS = ["asa", "service_level", "abandonment", "fcr", "repeat_rate"] as const;
export type Metric = (typeof METRICS)[number];
export type Finding = "early" | "better" | "worse" | "open";
export type Verdict = "keep" | "drop" | "undecided";
export interface Kept {
  key: Metric; present: number | null; tried: number | null; value: number | null; low: number | null; high: number | null;
  contacts: [number, number]; units: number; finding: Finding; crossed: boolean;
}
export interface Effect extends Kept { unit: "share" | "ms" | "contacts"; better: "high" | "low" | null; margin: number | null }
export interface Size { units: number; units_a_day: number; contacts_a_day: number; days: number | null; present: number | null }
export interface Trial {
  id: number; brand_id: number | null; name: string; why: string; noun: Noun; noun_id: number; subject: string; mode: Mode;
  changes: Record<string, unknown>; before: Record<string, unknown>; metric: Metric; smallest: number; expected: number | null;
  guardrails: { key: Metric; margin: number }[]; unit: "customer" | "contact"; share_permille: number; slot_ms: number; washout_ms: number;
  apart_days: number; timezone: string; days: number; planned_units: number; state: "draft" | "running" | "ended" | "concluded"; arm: number;
  created_ms: number; started_ms: number | null; ends_ms: number | null; ended_ms: number | null;
  end_reason: "by_hand" | "end_date" | "guardrail" | "concluded" | null; crossed: Metric | null;
  forecast: { value: number; low: number; high: number; by: string; at_ms: number; run_id: number | null } | null; forecast_run: number | null;
  verdict: Verdict | null; verdict_ms: number | null; verdict_why: string;
  written: string | null; started: string | null; ended: string | null; decided: string | null;
  effects: Effect[]; kept: Kept[] | null; disturbed: { at_ms: number; name: string; fields: string[] }[]; size: Size | null;
}
export interface Way { noun: Noun; field: string; modes: Mode[]; raised_only: boolean; why_not: string | null; message: string | null }

/** Effects grow by themselves while a trial runs: they are read again now and then. */
const AGAIN_MS = 15_000;
export const trialsQuery = infiniteQueryOptions({
  queryKey: ["trials"], initialPageParam: "",
  queryFn: ({ pageParam }) => api.get<List<Trial>>(`/trials${query({ cursor: pageParam })}`),
  getNextPageParam: (page) => page.next ?? undefined,
  refetchInterval: AGAIN_MS, staleTime: 0,
});
export const trialQuery = (id: string) => queryOptions({
  queryKey: ["trials", id], queryFn: () => api.get<Trial>(`/trials/${id}`), refetchInterval: AGAIN_MS, staleTime: 0,
});
export const waysQuery = queryOptions({
  queryKey: ["trial-rules"], queryFn: async () => (await api.get<{ items: Way[] }>("/trials/rules")).items, staleTime: Infinity,
});

/** Puts what an act answered where it is shown. */
export function keepTrial(trial: Trial): void {
  client.setQueryData(trialQuery(String(trial.id)).queryKey, trial);
  void client.invalidateQueries({ queryKey: ["trials"] });
  if (trial.verdict === "keep") void client.invalidateQueries({ queryKey: ["admin"] });
}
export const isShare = (metric: Metric): boolean => metric !== "asa";
/** The effect on the indicator that the trial is about. */
export const mainOf = (trial: Trial): Effect | undefined => trial.effects.find((one) => one.key === trial.metric);
