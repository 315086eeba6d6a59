/** What a paired difference says: surely better or worse, too small to matter, or nothing that the days can tell. */
import type { Definition } from "../figures/asking";

export type Finding = "better" | "worse" | "moved" | "small" | "open";
/** As the server's sentences: smaller differences are told by enough days, and matter to nobody. */
const LEAST: Partial<Record<Definition["unit"], number>> = { share: 0.001, ms: 500, contacts: 0.05 };

export function findingOf(pair: { difference: number | null; low: number | null; high: number | null }, definition: Pick<Definition, "better" | "unit">): Finding {
  const { difference, low, high } = pair;
  if (difference === null || low === null || high === null || (low <= 0 && high >= 0)) return "open";
  if (Math.abs(difference) < (LEAST[definition.unit] ?? 0)) return "small";
  if (definition.better === null) return "moved";
  return (definition.better === "high") === difference > 0 ? "better" : "worse";
}
