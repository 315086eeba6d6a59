import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import { clock, number } from "../i18n/format";
import { Button } from "../parts/Button";
import type { QueueRow } from "./derive";

const SLOT_MS = 1_800_000;
const WIDE = 960, HIGH = 170, LEFT = 34, RIGHT = 10, TOP = 20, FOOT = 22;

interface Slot { at_ms: number; today: number; usual: number }

/** Arrivals of all queues shown, by half-hour: queues of other time zones have their own midnight. */
function slotsOf(rows: readonly QueueRow[]): Slot[] {
  const found = new Map<number, Slot>();
  const at = (at_ms: number): Slot => {
    const known = found.get(at_ms) ?? { at_ms, today: 0, usual: 0 };
    found.set(at_ms, known);
    return known;
  };
  for (const { today } of rows) {
    today?.flow.forEach((count, i) => { at(today.from_ms + i * SLOT_MS).today += count; });
    today?.usual_flow.forEach((count, i) => { at(today.from_ms + i * SLOT_MS).usual += count; });
  }
  const used = [...found.values()].filter((one) => one.today || one.usual).map((one) => one.at_ms);
  if (!used.length) return [];
  const slots: Slot[] = [];
  for (let at_ms = Math.min(...used); at_ms <= Math.max(...used); at_ms += SLOT_MS) slots.push(found.get(at_ms) ?? { at_ms, today: 0, usual: 0 });
  return slots;
}

/** Today's arrivals beside those of the same day a week ago. */
export function FlowChart({ rows }: { rows: readonly QueueRow[] }) {
  const { t } = useTranslation("board");
  const now = useNow();
  const [table, showTable] = useState(false);
  const slots = slotsOf(rows);
  if (slots.length < 2) return null;
  return (
    <section className="flow">
      <div className="bhead"><h2>{t("flow.title")}</h2><Button look="quiet" small onPress={() => showTable(!table)}>{table ? t("flow.drawing") : t("flow.table")}</Button></div>
      {table ? <Numbers slots={slots} now={now} /> : <Drawing slots={slots} now={now} />}
    </section>
  );
}

const LINE = 15;
/** `y` of a word that leaves a line's height to the word at `other`. */
const clear = (y: number, other: number): number => (Math.abs(y - other) >= LINE ? y : other - LINE > LINE ? other - LINE : other + LINE);

function Drawing({ slots, now }: { slots: readonly Slot[]; now: number }) {
  const { t } = useTranslation("board");
  const past = slots.filter((one) => one.at_ms <= now);
  const most = Math.max(4, ...slots.map((one) => Math.max(one.today, one.usual)));
  const x = (i: number): number => LEFT + (i / (slots.length - 1)) * (WIDE - LEFT - RIGHT);
  const y = (count: number): number => TOP + (1 - count / most) * (HIGH - TOP - FOOT);
  const path = (counts: readonly number[]): string => counts.map((count, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(count).toFixed(1)}`).join("");
  const sum = (key: "today" | "usual"): number => slots.reduce((total, one) => total + one[key], 0);
  const last = past[past.length - 1];
  const at = past.length - 1;
  const usual = slots.some((one) => one.usual > 0);
  // Named where today has not come yet: there the two lines cannot meet.
  const ahead = Math.min(at + 2, slots.length - 1);
  const peak = slots.reduce((best, one, i) => (i >= ahead && one.usual > (slots[best]?.usual ?? 0) ? i : best), ahead);
  const namedX = Math.min(x(peak), WIDE - 90);
  const saidX = Math.min(x(at) + 9, WIDE - 90), saidY = Math.max(12, y(last?.today ?? 0) - 7);
  // Late in the day both names want the same corner: the line's gives way, upwards where there is room.
  const namedY = clear(Math.max(10, y(slots[peak]?.usual ?? 0) - 7), Math.abs(namedX - saidX) < 110 ? saidY : -LINE);
  const half = Math.round(most / 2);
  const step = Math.max(1, Math.ceil(slots.length / 8));
  return (
    <svg viewBox={`0 0 ${WIDE} ${HIGH}`} role="img" aria-label={t("flow.described", { count: sum("today"), usual: sum("usual") })}>
      {[0, half, most].map((count) => (
        <g key={count}><line className="grid" x1={LEFT} x2={WIDE - RIGHT} y1={y(count)} y2={y(count)} /><text className="tick" x={LEFT - 6} y={y(count) + 4} textAnchor="end">{number(count)}</text></g>
      ))}
      {slots.map((one, i) => i % step === 0 && <text key={one.at_ms} className="tick" x={x(i)} y={HIGH - 4} textAnchor={i === 0 ? "start" : "middle"}>{clock(one.at_ms)}</text>)}
      {usual && <path className="usual" d={path(slots.map((one) => one.usual))} />}
      {past.length > 0 && <path className="actual" d={path(past.map((one) => one.today))} />}
      {usual && <text className="tick named" x={namedX} y={namedY} textAnchor="middle">{t("flow.usual")}</text>}
      {last && <><circle className="head" cx={x(at)} cy={y(last.today)} r="3.5" /><text className="said" x={saidX} y={saidY}>{t("flow.now", { count: last.today })}</text></>}
    </svg>
  );
}

function Numbers({ slots, now }: { slots: readonly Slot[]; now: number }) {
  const { t } = useTranslation("board");
  return (
    <div className="bscroll" tabIndex={0} role="region" aria-label={t("flow.title")}>
      <table className="numbers">
        <thead><tr><th scope="col">{t("flow.hour")}</th><th scope="col" className="num">{t("flow.today")}</th><th scope="col" className="num">{t("flow.usual")}</th></tr></thead>
        <tbody>{slots.map((one) => <tr key={one.at_ms}><th scope="row">{clock(one.at_ms)}</th><td className="num">{one.at_ms <= now ? number(one.today) : "–"}</td><td className="num">{number(one.usual)}</td></tr>)}</tbody>
      </table>
    </div>
  );
}
