/** Results for a spreadsheet: a line for each of what they are asked by, an indicator with its bounds in three columns. */
import type { Definition } from "../figures/asking";
import type { Days, Indicators, Stretch } from "./queries";
import { bare, hour } from "./shown";

// A cell that a spreadsheet would take for a formula is told that it is text.
const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d/.test(text) ? `'${text}` : text;
  return /[";\n,]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
export interface CsvWords { by: string; what: string; low: string; high: string; axes: Record<"together" | "classes" | "queues" | "media" | "groups" | "intervals", string> }

export function csv(days: readonly Days[], definitions: readonly Definition[], words: CsvWords, french: boolean): string {
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
  return `\ufeff${lines.map((line) => line.map(cell).join(comma)).join("\r\n")}\r\n`;
}
