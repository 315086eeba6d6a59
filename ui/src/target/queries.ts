/** Scenarios and runs of the twin, as the target finder needs them; and what it found. */
import { queryOptions } from "@tanstack/react-query";
import { api, query } from "../api/client";

export interface Content { classes?: Record<string, { queue?: string }>; policy?: { queues?: Record<string, { medium?: string; target?: string }> } }
export interface ScenarioLine { id: number; name: string; version: number; changed_ms: number }
export interface Scenario extends ScenarioLine { content: Content | null }
export interface Target {
  wait_ms: number; net: number; net_low: number; net_high: number; a_second_more: number | null; cost: number; agent_hours: number; abandonment: number; service_level: number;
}
export interface QueueFound {
  queue: string; target_today_ms: number; hourly_cost: number; worlds: number; best_ms: number; best_between_ms: [number, number]; regret: number;
  targets: Target[]; classes: { class: string; best_ms: number; net: number[] }[];
}
export interface Plan { budget: number; targets_ms: Record<string, number>; net: number; cost: number; worth_of_more: number }
export interface Found { share: number; level: number; queues: QueueFound[]; left_out: string[]; plan: Plan | null }
export type RunState = "waiting" | "running" | "done" | "failed" | "cancelled";
export interface RunLine {
  id: number; kind: string; name: string; scenario_ids: number[]; state: RunState; step: string; done: number; total: number; created_ms: number; created_by: string | null;
  error: { code: string; message: string } | null;
}
export interface Run<R> extends RunLine { result: R | null }

export const over = (state: RunState): boolean => state === "done" || state === "failed" || state === "cancelled";
export const scenariosQuery = queryOptions({ queryKey: ["twin", "scenarios", "names"], queryFn: async () => (await api.get<{ items: ScenarioLine[] }>("/twin/scenarios")).items, staleTime: 5_000 });
export const scenarioQuery = (id: number | null) => queryOptions({ queryKey: ["twin", "scenario", "read", id], enabled: id !== null, queryFn: () => api.get<Scenario>(`/twin/scenarios/${id}`) });
export const foundQuery = queryOptions({ queryKey: ["twin", "runs", "target"], queryFn: async () => (await api.get<{ items: RunLine[] }>(`/twin/runs${query({ kind: "target" })}`)).items, staleTime: 5_000 });
/** One run, read again each second until it is over. */
export const runQuery = <R,>(id: number | null) => queryOptions({
  queryKey: ["twin", "run", "followed", id], enabled: id !== null, queryFn: () => api.get<Run<R>>(`/twin/runs/${id}`),
  refetchInterval: (asked: { state: { data?: Run<R> | undefined } }) => (asked.state.data && over(asked.state.data.state) ? false : 1_000),
});
