/** Figures for a spreadsheet: one line a group, for each indicator its value and its counts, then those of the other period. */
import type { Definition, Figures, Group } from "./asking";
import { bare } from "./shown";

// A cell that a spreadsheet would take for a formula is told that it is text.
const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d/.test(text) ? `'${text}` : text;
  return /[";\n,]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The text of the file: semicolons and a mark of its encoding, as spreadsheets in France open it; commas elsewhere. */
export function csv(
  figures: Figures, definitions: readonly Definition[], name: (group: Group) => string, words: { head: string; total: string; then: string }, french: boolean,
  then: Figures | undefined, beside: (group: Group, place: number) => Group | undefined,
): string {
  const comma = french ? ";" : ",";
  const decimal = (text: string): string => (french ? text.replace(".", ",") : text);
  const three = (one: Definition, of: Group["figures"] | undefined): string[] => [decimal(bare(of?.[one.key], one)), String(of?.[one.key]?.part ?? ""), String(of?.[one.key]?.count ?? "")];
  const heads = (one: Definition): string[] => [one.name, `${one.key}.part`, `${one.key}.count`];
  const header = [words.head, "from", "to", ...definitions.flatMap((one) => [...heads(one), ...(then ? [`${one.name} (${words.then})`, `${one.key}.then.part`, `${one.key}.then.count`] : [])])];
  const line = (label: string, from_ms: number | null, to_ms: number | null, of: Group["figures"], before: Group["figures"] | undefined): string[] => [
    label, from_ms === null ? "" : new Date(from_ms).toISOString(), to_ms === null ? "" : new Date(to_ms).toISOString(),
    ...definitions.flatMap((one) => [...three(one, of), ...(then ? three(one, before) : [])]),
  ];
  const lines = [
    header, ...figures.groups.map((group, i) => line(name(group), group.from_ms, group.to_ms, group.figures, beside(group, i)?.figures)),
    line(words.total, figures.from_ms, figures.to_ms, figures.total, then?.total),
  ];
  return `\ufeff${lines.map((cells) => cells.map(cell).join(comma)).join("\r\n")}\r\n`;
}

export function save(text: string, filename: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
