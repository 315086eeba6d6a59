import { infiniteQueryOptions, queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, ApiError, query } from "../api/client";
import { client } from "../api/queries";
import type { List } from "../api/types";
import type { Content } from "./content";

export type Kind = "run" | "compare" | "fit" | "target" | "forecast";
export type RunState = "waiting" | "running" | "done" | "failed" | "cancelled";
export type Step = "" | "starting" | "compiling" | "reading" | "learning" | "staffing" | "living" | "counting";
export interface Problem { code: string; path: string; line: number; message: string }
export interface ScenarioLine {
  id: number; name: string; note: string; version: number; origin: "today" | "import" | "copy";
  created_ms: number; created_by: string | null; changed_ms: number; changed_by: string | null;
}
export interface Scenario extends ScenarioLine { document: string; content: Content | null; problems: Problem[] }
export interface Checked { problems: Problem[]; document: string; content: Content | null }
export interface Version { number: number; name: string; why: string; at_ms: number; by: string | null }

export interface Estimate { mean: number; low: number | null; high: number | null; per_day: number }
export type Indicators = Record<string, Estimate | undefined>;
export interface Stretch { from_ms: number; to_ms: number; indicators: Indicators }
export interface Days {
  scenario: string; seed: number; replications: number; confidence: number; contacts: number; ended_ms: number; starts_ms: number; indicators: Indicators;
  classes: Record<string, Indicators>; queues: Record<string, Indicators>; media: Record<string, Indicators>; groups: Record<string, Indicators>;
  intervals: Stretch[];
  /** Runs that were kept from before have none. */
  class_intervals?: Record<string, Stretch[]>;
}
export interface Difference { medium: string | null; indicator: string; base: number | null; other: number | null; difference: number | null; low: number | null; high: number | null }
export interface Paired { base: number | null; other: number | null; difference: number | null; low: number | null; high: number | null }
export type PairedIndicators = Record<string, Paired | undefined>;
export interface PairedStretch { clock_from_ms: number; clock_to_ms: number; indicators: PairedIndicators }
export interface Comparison {
  base: string; other: string; replications: number; confidence: number; sentences: Record<"fr" | "en", string[]>; differences: Difference[];
  /** Where it lies, of what both have under one name; runs that were kept from before have none. */
  by?: { classes?: Record<string, PairedIndicators>; groups?: Record<string, PairedIndicators>; queues?: Record<string, PairedIndicators>; intervals?: PairedStretch[]; class_intervals?: Record<string, PairedStretch[]> };
}
export interface Compared { comparisons: Comparison[]; runs: Days[] }
export interface Fitted { scenario_id: number; kinds: Record<string, number>; days: number; contacts: number; unserved: string[]; roster: boolean; waited_ms: number; left_share: number; classes: number; groups: number }
export interface RunLine {
  id: number; kind: Kind; name: string; scenario_ids: number[]; seed: number; replications: number; confidence: number;
  state: RunState; step: Step; done: number; total: number; created_ms: number; created_by: string | null;
  started_ms: number | null; ended_ms: number | null; error: { code: string; message: string } | null;
}
export interface Run extends RunLine { now_ms: number; result: Record<string, unknown> | null }

export const isOver = (run: RunLine): boolean => run.state !== "waiting" && run.state !== "running";
/** The stream tells of each step; this is for when it is lost. */
const AGAIN_MS = 5_000;

export const scenariosQuery = infiniteQueryOptions({
  queryKey: ["twin", "scenarios"], initialPageParam: "",
  queryFn: ({ pageParam }) => api.get<List<ScenarioLine>>(`/twin/scenarios${query({ cursor: pageParam })}`),
  getNextPageParam: (page) => page.next ?? undefined, staleTime: 0,
});
export const scenarioQuery = (id: string) => queryOptions({
  queryKey: ["twin", "scenario", id], queryFn: () => api.get<Scenario>(`/twin/scenarios/${id}`), staleTime: 0, gcTime: 0,
});
export const versionsQuery = (id: number) => queryOptions({
  queryKey: ["twin", "scenario", String(id), "versions"], queryFn: async () => (await api.get<{ items: Version[] }>(`/twin/scenarios/${id}/versions`)).items, staleTime: 0,
});
export const runsQuery = infiniteQueryOptions({
  queryKey: ["twin", "runs"], initialPageParam: "",
  queryFn: ({ pageParam }) => api.get<List<RunLine>>(`/twin/runs${query({ cursor: pageParam })}`),
  getNextPageParam: (page) => page.next ?? undefined, staleTime: 0,
  refetchInterval: (asked) => (asked.state.data?.pages.some((page) => page.items.some((one) => !isOver(one))) ? AGAIN_MS : false),
});
export const runQuery = (id: string) => queryOptions({
  queryKey: ["twin", "run", id], queryFn: () => api.get<Run>(`/twin/runs/${id}`), staleTime: 0,
  refetchInterval: (asked) => (asked.state.data && !isOver(asked.state.data) ? AGAIN_MS : false),
});
/** One run, followed until it is over. */
export const useRun = (id: string | number): UseQueryResult<Run, Error> => useQuery(runQuery(String(id)));

/** What the stream tells of a run: carried into what the page knows; its results are read once it is over. */
export function heardOfRun(heard: { id: number; state: RunState; step: Step; done: number; total: number }): void {
  const move = <T extends RunLine>(one: T): T => (one.id === heard.id ? { ...one, ...heard } : one);
  const key = runQuery(String(heard.id)).queryKey;
  const over = heard.state !== "waiting" && heard.state !== "running";
  if (over) void client.invalidateQueries({ queryKey: key });
  else client.setQueryData(key, (run) => run && move(run));
  client.setQueryData(runsQuery.queryKey, (data) => data && { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(move) })) });
  if (over) void client.invalidateQueries({ queryKey: ["twin", "runs"] });
  if (over) void client.invalidateQueries({ queryKey: ["twin", "scenarios"] });
}
/** Puts what an act answered where it is shown. */
export function keepRun(run: Run): void {
  client.setQueryData(runQuery(String(run.id)).queryKey, run);
  void client.invalidateQueries({ queryKey: ["twin", "runs"] });
}
export const check = (document: string): Promise<Checked> => api.post<Checked>("/twin/check", { document });
/** The problems that a refused document came back with. */
export function problemsOf(error: unknown): Problem[] {
  if (!(error instanceof ApiError)) return [];
  const errors = error.details["errors"];
  return Array.isArray(errors) ? (errors as { code: string; field: string; line: number; message: string }[]).map((one) => ({ code: one.code, path: one.field, line: one.line, message: one.message })) : [];
}
