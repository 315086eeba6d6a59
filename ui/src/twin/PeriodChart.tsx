import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Definition } from "../figures/asking";
import { useWidth } from "../figures/useWidth";
import { Button } from "../parts/Button";
import type { Days, Estimate } from "./queries";
import { between, hour, value } from "./shown";

const HEIGHT = 200, LEFT = 56, RIGHT = 16, TOP = 12, BOTTOM = 28;
type Unit = Definition["unit"];

function ticks(most: number, unit: Unit): number[] {
  if (unit === "share") return most <= 0.25 ? [0, 0.05, 0.1, 0.15, 0.2, 0.25].filter((one) => one <= most + 0.05) : [0, 0.25, 0.5, 0.75, 1];
  const base = unit === "ms" ? [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400].map((s) => s * 1000) : [1, 2, 5].flatMap((d) => [0, 1, 2, 3, 4, 5].map((e) => d * 10 ** e)).sort((a, b) => a - b);
  const step = base.find((one) => most / one <= 4) ?? most / 3;
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, i) => i * step);
}

/** One indicator over the periods of the day, of one or more scenarios, each with its band; its table stands behind it. `of`: one class alone. */
export function PeriodChart({ days, definition, of = "" }: { days: readonly Days[]; definition: Definition; of?: string }) {
  const { t } = useTranslation("twin");
  const [frame, width] = useWidth(720);
  const [asTable, show] = useState(false);
  const { key, unit } = definition;
  const intervals = days[0]?.intervals ?? [];
  const series = days.map((one) => intervals.map((at) => (of ? one.class_intervals?.[of] : one.intervals)?.find((stretch) => stretch.from_ms === at.from_ms)?.indicators[key]));
  const known = series.flat().filter((one): one is Estimate => one !== undefined);
  if (known.length === 0) return null;
  const most = Math.max(...known.map((one) => (unit === "share" ? Math.min(1, one.high ?? one.mean) : one.high ?? one.mean)), unit === "share" ? 0.05 : 1);
  const scale = ticks(most, unit);
  const top = Math.max(most, scale.at(-1) ?? 1);
  const inner = Math.max(80, width - LEFT - RIGHT);
  const x = (i: number): number => LEFT + ((i + 0.5) / intervals.length) * inner;
  const y = (of: number): number => TOP + (1 - Math.min(top, Math.max(0, of)) / top) * (HEIGHT - TOP - BOTTOM);
  const every = Math.max(1, Math.ceil(intervals.length / Math.max(2, Math.floor(inner / 64))));
  const name = (i: number): string => hour((days[0]?.starts_ms ?? 0) + (intervals[i]?.from_ms ?? 0));
  const low = Math.min(...known.map((one) => one.mean)), high = Math.max(...known.map((one) => one.mean));
  return (
    <section className="drawn">
      <h3>{definition.name}</h3>
      <div ref={frame} className="chart" hidden={asTable}>
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} role="img" aria-label={t("chart.label", { name: definition.name, low: value(low, unit), high: value(high, unit) })}>
          {scale.map((one) => <g key={one}><line className="rule" x1={LEFT} x2={width - RIGHT} y1={y(one)} y2={y(one)} /><text className="tick" x={LEFT - 8} y={y(one) + 4} textAnchor="end">{value(one, unit)}</text></g>)}
          {series.map((line, s) => <Line key={s} place={s} line={line} x={x} y={y} dots={intervals.length <= 60} />)}
          {intervals.map((one, i) => i % every === 0 && <text key={one.from_ms} className="tick" x={x(i)} y={HEIGHT - 8} textAnchor="middle">{name(i)}</text>)}
          {intervals.map((one, i) => (
            <rect key={one.from_ms} className="catch idle" x={x(i) - inner / intervals.length / 2} y={TOP} width={inner / intervals.length} height={HEIGHT - TOP - BOTTOM}>
              <title>{days.map((day, s) => `${days.length > 1 ? `${day.scenario} ` : ""}${name(i)}\u00a0: ${value(series[s]?.[i]?.mean, unit)} ${between(series[s]?.[i], unit)}`).join("\n")}</title>
            </rect>
          ))}
        </svg>
        {days.length > 1 && <p className="small keyed">{days.map((one, s) => <span key={s}><i className={`line-key s${s % 4}`} aria-hidden="true" />{one.scenario}</span>)}</p>}
      </div>
      {asTable && (
        <div className="fig-sheet" tabIndex={0} role="region" aria-label={definition.name}>
          <table>
            <caption className="vh">{definition.name}</caption>
            <thead><tr><th scope="col">{t("table.period")}</th>{days.map((one, s) => <th key={s} scope="col" className="num">{days.length > 1 ? one.scenario : definition.name}</th>)}</tr></thead>
            <tbody>{intervals.map((one, i) => <tr key={one.from_ms}><th scope="row">{name(i)}</th>{series.map((line, s) => <td key={s} className="num">{value(line[i]?.mean, unit)} <span className="three small">{between(line[i], unit)}</span></td>)}</tr>)}</tbody>
          </table>
        </div>
      )}
      <Button look="quiet" small aria-pressed={asTable} onPress={() => show(!asTable)}>{t(asTable ? "chart.as_chart" : "chart.as_table")}<span className="vh"> {definition.name}</span></Button>
    </section>
  );
}

interface Placed { i: number; one: Estimate }
/** A line breaks where nothing is known: a gap is no zero. */
function Line({ place, line, x, y, dots }: { place: number; line: readonly (Estimate | undefined)[]; x: (i: number) => number; y: (of: number) => number; dots: boolean }) {
  const runs: Placed[][] = [[]];
  line.forEach((one, i) => { if (one) runs.at(-1)?.push({ i, one }); else if (runs.at(-1)?.length) runs.push([]); });
  return (
    <g className={`s${place % 4}`}>
      {runs.filter((run) => run.length > 0).map((run) => (
        <g key={run[0]?.i}>
          {run.some((p) => p.one.low !== null) && <path className="band" d={`M${run.map((p) => `${x(p.i)},${y(p.one.high ?? p.one.mean)}`).join("L")}L${[...run].reverse().map((p) => `${x(p.i)},${y(p.one.low ?? p.one.mean)}`).join("L")}Z`} />}
          <path className="line" d={`M${run.map((p) => `${x(p.i)},${y(p.one.mean)}`).join("L")}`} />
          {(dots || run.length === 1) && run.map((p) => <circle key={p.i} className="dot" cx={x(p.i)} cy={y(p.one.mean)} r={2.5} />)}
        </g>
      ))}
    </g>
  );
}
