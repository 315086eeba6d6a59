/** Where each step stands in the drawing: columns by how far it is from the start, rows that keep lines short. */
import type { Edge } from "./queries";

export const BOX = { wide: 168, high: 58, across: 76, down: 26, margin: 16, top: 40 };
export interface Spot { name: string; column: number; x: number; y: number }
export interface Layout { spots: Map<string, Spot>; wide: number; high: number }

/** `edges` without those to a person by its key, which stand in every step. */
export function layout(names: readonly string[], start: string, edges: readonly Edge[]): Layout {
  const onward = new Map<string, string[]>();
  for (const edge of edges) if (edge.why !== "human") onward.set(edge.source, [...(onward.get(edge.source) ?? []), edge.target]);
  const column = columns(names, start, onward);
  const rows: string[][] = [];
  for (const name of names) (rows[column.get(name) ?? 0] ??= []).push(name);
  for (let place = 0; place < rows.length; place += 1) rows[place] ??= [];
  order(rows, onward);
  const most = Math.max(1, ...rows.map((row) => row.length));
  const step = BOX.high + BOX.down;
  const spots = new Map<string, Spot>();
  rows.forEach((row, at) => {
    const from = BOX.top + ((most - row.length) * step) / 2;
    row.forEach((name, place) => spots.set(name, { name, column: at, x: BOX.margin + at * (BOX.wide + BOX.across), y: from + place * step }));
  });
  return { spots, wide: 2 * BOX.margin + rows.length * (BOX.wide + BOX.across) - BOX.across, high: BOX.top + BOX.margin + most * step - BOX.down };
}

/** The longest way from the start that goes round no circle; what nothing leads to stands first. */
function columns(names: readonly string[], start: string, onward: Map<string, string[]>): Map<string, number> {
  const column = new Map<string, number>();
  const upon = new Set<string>();
  const back = new Set<string>();
  const seen = new Set<string>();
  const look = (name: string): void => {
    seen.add(name); upon.add(name);
    for (const target of onward.get(name) ?? []) {
      if (upon.has(target)) back.add(`${name}\n${target}`);
      else if (!seen.has(target)) look(target);
    }
    upon.delete(name);
  };
  if (names.includes(start)) look(start);
  for (const name of names) if (!seen.has(name)) look(name);
  for (const name of names) column.set(name, 0);
  for (let round = 0; round < names.length; round += 1) {
    let moved = false;
    for (const name of names) for (const target of onward.get(name) ?? []) {
      const at = (column.get(name) ?? 0) + 1;
      if (column.has(target) && !back.has(`${name}\n${target}`) && (column.get(target) ?? 0) < at) { column.set(target, at); moved = true; }
    }
    if (!moved) break;
  }
  return column;
}

/** Each row by the mean place of those that lead there. */
function order(rows: string[][], onward: Map<string, string[]>): void {
  for (let at = 1; at < rows.length; at += 1) {
    const before = rows.slice(0, at);
    const mean = (name: string): number => {
      const places: number[] = [];
      before.forEach((row) => row.forEach((one, place) => { if ((onward.get(one) ?? []).includes(name)) places.push(place - row.length / 2); }));
      return places.length ? places.reduce((sum, one) => sum + one, 0) / places.length : 0;
    };
    const row = rows[at] ?? [];
    const means = new Map(row.map((name) => [name, mean(name)]));
    row.sort((a, b) => (means.get(a) ?? 0) - (means.get(b) ?? 0));
  }
}
