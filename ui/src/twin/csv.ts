/** Results for a spreadsheet: a line for each of what they are asked by, an indicator with its bounds in three columns. */
import type { Definition } from "../figures/asking";
import type { Comparison, Days, Indicators, PairedIndicators, Stretch } from "./queries";
import { bare, hour } from "./shown";

// A cell that a spreadsheet would take for a formula is told that it is text.
const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d/.test(text) ? `'${text}` : text;
  return /[";\n,]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
export interface CsvWords { by: string; what: string; low: string; high: string; difference: string; axes: Record<"together" | "classes" | "queues" | "media" | "groups" | "intervals", string> }

/** `comparisons`: their differences follow, a scenario compared to another in the first column. */
export function csv(days: readonly Days[], definitions: readonly Definition[], words: CsvWords, french: boolean, comparisons: readonly Comparison[] = []): string {
  const comma = french ? ";" : ",";
  const decimal = (text: string): string => (french ? text.replace(".", ",") : text);
  const heads = definitions.flatMap((one) => [one.name, `${one.name} ${words.low}`, `${one.name} ${words.high}`]);
  const cells = (of: Indicators): string[] => definitions.flatMap((one) => [of[one.key]?.mean, of[one.key]?.low, of[one.key]?.high].map((told) => decimal(bare(told, one.unit))));
  const lines = [["scenario", words.by, words.what, ...heads]];
  for (const one of days) {
    lines.push([one.scenario, words.axes.together, "", ...cells(one.indicators)]);
    for (const axis of ["classes", "queues", "media", "groups"] as const)
      for (const [name, of] of Object.entries(one[axis])) lines.push([one.scenario, words.axes[axis], name, ...cells(of)]);
    const clock = (of: Stretch): string => `${hour(one.starts_ms + of.from_ms)}–${hour(one.starts_ms + of.to_ms)}`;
    for (const of of one.intervals) lines.push([one.scenario, words.axes.intervals, clock(of), ...cells(of.indicators)]);
    for (const [name, stretches] of Object.entries(one.class_intervals ?? {}))
      for (const of of stretches) lines.push([one.scenario, `${words.axes.classes} × ${words.axes.intervals}`, `${name} ${clock(of)}`, ...cells(of.indicators)]);
  }
  for (const one of comparisons) {
    const told = (of: PairedIndicators): string[] => definitions.flatMap((definition) => { const pair = of[definition.key]; return [pair?.difference, pair?.low, pair?.high].map((each) => decimal(bare(each, definition.unit))); });
    const named = `${one.other} − ${one.base}`;
    const row = (by: string, what: string, of: PairedIndicators): void => { lines.push([named, `${words.difference}, ${by}`, what, ...told(of)]); };
    const clock = (of: { clock_from_ms: number; clock_to_ms: number }): string => `${hour(of.clock_from_ms)}–${hour(of.clock_to_ms)}`;
    row(words.axes.together, "", Object.fromEntries(one.differences.filter((of) => of.medium === null).map((of) => [of.indicator, of])));
    for (const axis of ["classes", "queues", "groups"] as const) for (const [name, of] of Object.entries(one.by?.[axis] ?? {})) row(words.axes[axis], name, of);
    for (const of of one.by?.intervals ?? []) row(words.axes.intervals, clock(of), of.indicators);
    for (const [name, cells] of Object.entries(one.by?.class_intervals ?? {})) for (const of of cells) row(`${words.axes.classes} × ${words.axes.intervals}`, `${name} ${clock(of)}`, of.indicators);
  }
  return `\ufeff${lines.map((line) => line.map(cell).join(comma)).join("\r\n")}\r\n`;
}
