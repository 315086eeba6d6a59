/** The routing as one document, as the server tells of it. */
export interface Standing { document: string; version: number; at_ms: number | null; by: string | null; reason: string | null }
export interface Problem { code: string; path: string; line: number; message: string }
export interface Difference { section: string; name: string; before: Record<string, unknown> | null; after: Record<string, unknown> | null }
export interface Effect { waiting: number; queue_goes: number; unserved: number; newly_unserved: number }
export interface Tried { problems: Problem[]; warnings: Problem[]; differences: Difference[]; effect: Effect | null; version: number; applied: boolean }
export interface Since { id: number; at_ms: number; account: { name: string } | null; noun: string; name: string; reason: string | null }

/** A value as the document writes it, on one line. */
export function written(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (typeof value === "object") return `{${Object.entries(value).map(([key, one]) => `${key}: ${written(one)}`).join(", ")}}`;
  return String(value);
}
