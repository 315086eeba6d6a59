/** Announced waits: what is told now, and how what was told went. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, query } from "../api/client";

export interface WaitRange { low_ms: number; high_ms: number }
export interface QueueWait {
  queue_id: number; waiting: number; next: WaitRange | null; held: number | null; exceeded: number | null; looked_at: number;
  announces: boolean; hold: number; cushion_share: number; cushion_ms: number; drift: { held: number; promised: number; of: number } | null;
}
/** Sums over `looked_at` announcements, pooled as they are. */
export interface Sums {
  looked_at: number; waits: number; gave_up: number; promised: number; held: number; over: number; width_ms: number;
  bare_held: number; bare_over: number; bare_width_ms: number;
  /** Moments at which nothing was said, those of them without an agent there, of so many in which that was counted. */
  silent: number; silent_nobody: number; silence_of: number;
}
export interface DayTold extends Sums { queue_id: number; name: string; day: string; announced: boolean }

/** Refreshed as often as what customers are told may have changed. */
export const waitsQuery = queryOptions({
  queryKey: ["waits"], refetchInterval: 10_000, staleTime: 5_000,
  queryFn: async ({ signal }) => (await api.get<{ queues: QueueWait[] }>("/waits", { signal })).queues,
});
export const toldQuery = (from: string, to: string) => {
  const asked = { from_day: from, to_day: to, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone };
  return queryOptions({
    queryKey: ["waits", "told", asked], refetchInterval: 60_000, staleTime: 15_000, placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await api.get<{ days: DayTold[] }>(`/waits/told${query(asked)}`, { signal })).days,
  });
};

const KEYS = ["looked_at", "waits", "gave_up", "promised", "held", "over", "width_ms", "bare_held", "bare_over", "bare_width_ms", "silent", "silent_nobody", "silence_of"] as const;
export const pooled = (days: readonly Sums[]): Sums =>
  Object.fromEntries(KEYS.map((key) => [key, days.reduce((sum, one) => sum + one[key], 0)])) as unknown as Sums;

/** Saturdays and Sundays, of a day as it is told: "2026-11-22". */
export const isWeekend = (day: string): boolean => [0, 6].includes(new Date(day).getUTCDay());

/** Fewer than this, and a share says little. */
export const FEWEST = 30;
/** A share of announcements with the interval of 95 % (Wilson). Those of one wait go together: as many count as people waited. */
export function interval(part: number, of: number, waits: number): { value: number; low: number; high: number } | null {
  if (of === 0) return null;
  const p = part / of, n = Math.max(1, Math.min(of, waits || of)), z = 1.96;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { value: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
/** How the promise was kept: rarer than promised only where chance does not explain it. */
export function verdict(sums: Sums): "few" | "kept" | "missed" {
  if (sums.waits < FEWEST) return "few";
  const found = interval(sums.held, sums.looked_at, sums.waits);
  return found && found.high < sums.promised / sums.looked_at ? "missed" : "kept";
}
