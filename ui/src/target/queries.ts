/** What the target finder reads of a scenario, and what it found. */
import { queryOptions } from "@tanstack/react-query";
import { api, query } from "../api/client";
import type { List } from "../api/types";
import type { RunLine } from "../twin/queries";

export interface Content { classes?: Record<string, { queue?: string }>; policy?: { queues?: Record<string, { medium?: string; target?: string }> } }
export interface Target {
  wait_ms: number; net: number; net_low: number; net_high: number; a_second_more: number | null; cost: number; agent_hours: number; abandonment: number; service_level: number;
}
export interface QueueFound {
  queue: string; target_today_ms: number; hourly_cost: number; worlds: number; best_ms: number; best_between_ms: [number, number]; regret: number;
  targets: Target[]; classes: { class: string; best_ms: number; net: number[] }[];
}
export interface Plan { budget: number; targets_ms: Record<string, number>; net: number; cost: number; worth_of_more: number }
/** Money a day; without bounds where a single day was lived. */
export interface Gain { mean: number; low: number | null; high: number | null }
export interface Neighbour extends Gain { queue: string; wait_ms: number }
/** What the twin found, living the same days under the targets and their neighbours. */
export interface Checked {
  days: number; confidence: number; holds: boolean; settled: boolean; today_ms: Record<string, number>; formulas_ms: Record<string, number>; best_ms: Record<string, number>;
  today_gain: Gain | null; gain: Gain | null; net: Gain; formulas_net: Gain; cost: number; moves: Neighbour[]; neighbours: Neighbour[];
}
export interface Found { share: number; level: number; queues: QueueFound[]; left_out: string[]; plan: Plan | null; checked?: Checked | null }
export const foundQuery = queryOptions({ queryKey: ["twin", "runs", "target"], queryFn: async () => (await api.get<List<RunLine>>(`/twin/runs${query({ kind: "target" })}`)).items, staleTime: 5_000 });
