import { useTranslation } from "react-i18next";
import { byOf, IN_TIME, type Definition, type FigureSearch, type Figures, type Group } from "./asking";
import { besideOf } from "./change";
import { share, shown, useGroupName } from "./shown";
import { number, span } from "../i18n/format";
import { useWidth } from "./useWidth";

const HEIGHT = 220, LEFT = 56, RIGHT = 16, TOP = 12, BOTTOM = 28;

/** Steps of a scale that people count in. */
function ticks(most: number, unit: Definition["unit"]): number[] {
  if (unit === "share") return most <= 0.25 ? [0, 0.05, 0.1, 0.15, 0.2, 0.25].filter((one) => one <= most + 0.03) : [0, 0.25, 0.5, 0.75, 1].filter((one) => one <= most + 0.2);
  const base = unit === "ms" ? [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 172_800, 604_800].map((s) => s * 1000) : [1, 2, 5].flatMap((d) => [0, 1, 2, 3, 4, 5, 6].map((e) => d * 10 ** e)).sort((a, b) => a - b);
  const step = base.find((one) => most / one <= 5) ?? most / 4;
  return Array.from({ length: Math.floor(most / step + 1e-9) + 2 }, (_, i) => i * step).slice(0, 7);
}
const axis = (value: number, unit: Definition["unit"]): string => (unit === "share" ? share(value) : unit === "ms" ? span(value) : number(value));

/** One indicator, drawn: a line with its range over time, dots with their ranges over anything else. */
export function Chart({ figures, definition, search, then, onOpen }: { figures: Figures; definition: Definition; search: FigureSearch; then: Figures | undefined; onOpen: ((group: Group) => void) | null }) {
  const { t } = useTranslation("figures");
  const by = byOf(search);
  const name = useGroupName(by, figures.timezone);
  const [frame, width] = useWidth(720);
  const points = figures.groups.map((group) => ({ group, figure: group.figures[definition.key] }));
  const known = points.filter((one) => one.figure?.value !== null && one.figure !== undefined);
  if (known.length === 0) return <p className="none two">{t("chart.none")}</p>;
  const beside = besideOf(then, by);
  const before = figures.groups.map((group, i) => beside(group, i)?.figures[definition.key]);
  const most = Math.max(...before.map((one) => one?.value ?? 0), ...known.map((one) => one.figure?.high ?? one.figure?.value ?? 0), definition.unit === "share" ? 0.05 : 1);
  if (!IN_TIME.includes(by) && by !== "hour_of_day" && by !== "weekday") return <Bars points={known} name={name} definition={definition} most={most} onOpen={onOpen} />;
  const scale = ticks(most, definition.unit);
  const top = Math.max(most, scale.at(-1) ?? 1);
  const inner = Math.max(80, width - LEFT - RIGHT);
  const x = (i: number): number => LEFT + (points.length === 1 ? inner / 2 : (i / (points.length - 1)) * inner);
  const y = (value: number): number => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
  const runs = runsOf(points.map((one, i) => ({ x: x(i), figure: one.figure })));
  const earlier = runsOf(before.map((figure, i) => ({ x: x(i), figure })));
  const every = Math.max(1, Math.ceil(points.length / Math.max(2, Math.floor(inner / 92))));
  const label = t("chart.label", { name: definition.name, low: axis(Math.min(...known.map((one) => one.figure?.value ?? 0)), definition.unit), high: axis(Math.max(...known.map((one) => one.figure?.value ?? 0)), definition.unit) });
  return (
    <div ref={frame} className="chart">
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} role="img" aria-label={label}>
        {scale.map((one) => (
          <g key={one}><line className="rule" x1={LEFT} x2={width - RIGHT} y1={y(one)} y2={y(one)} /><text className="tick" x={LEFT - 8} y={y(one) + 4} textAnchor="end">{axis(one, definition.unit)}</text></g>
        ))}
        {earlier.map((run, i) => <path key={`then${i}`} className="line then" d={`M${run.map((p) => `${p.x},${y(p.figure.value ?? 0)}`).join("L")}`} />)}
        {runs.map((run, i) => (
          <g key={i}>
            {run.some((p) => p.figure.low !== null) && <path className="band" d={`M${run.map((p) => `${p.x},${y(p.figure.high ?? p.figure.value ?? 0)}`).join("L")}L${[...run].reverse().map((p) => `${p.x},${y(p.figure.low ?? p.figure.value ?? 0)}`).join("L")}Z`} />}
            <path className="line" d={`M${run.map((p) => `${p.x},${y(p.figure.value ?? 0)}`).join("L")}`} />
            {(run.length === 1 || points.length <= 45) && run.map((p) => <circle key={p.x} className="dot" cx={p.x} cy={y(p.figure.value ?? 0)} r={run.length === 1 ? 4 : 2.5} />)}
          </g>
        ))}
        {points.map((one, i) => i % every === 0 && <text key={one.group.key} className="tick" x={x(i)} y={HEIGHT - 8} textAnchor={points.length < 2 ? "middle" : i === 0 ? "start" : i === points.length - 1 ? "end" : "middle"}>{name(one.group)}</text>)}
        {points.map((one, i) => (
          <rect key={one.group.key} className={onOpen ? "catch" : "catch idle"} x={x(i) - inner / points.length / 2} y={TOP} width={inner / points.length} height={HEIGHT - TOP - BOTTOM} onClick={() => onOpen?.(one.group)}>
            <title>{`${name(one.group)}\u00a0: ${shown(one.figure, definition)}`}</title>
          </rect>
        ))}
      </svg>
      {known.some((one) => one.figure?.low !== null) && <p className="small three">{t("chart.band")}</p>}
      {then && <p className="small three">{t("against.dashed")}</p>}
    </div>
  );
}

interface Point { group: Group; figure: Group["figures"][string] }
interface Placed { x: number; figure: NonNullable<Point["figure"]> }
/** A line breaks where nothing is known: a gap is no zero. */
function runsOf(points: { x: number; figure: Point["figure"] }[]): Placed[][] {
  const runs: Placed[][] = [[]];
  for (const { x, figure } of points) {
    if (figure && figure.value !== null) runs.at(-1)?.push({ x, figure });
    else if (runs.at(-1)?.length) runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

function Bars({ points, name, definition, most, onOpen }: { points: Point[]; name: (group: Group) => string; definition: Definition; most: number; onOpen: ((group: Group) => void) | null }) {
  const sorted = [...points].sort((a, b) => (b.figure?.value ?? 0) - (a.figure?.value ?? 0) || a.group.key.localeCompare(b.group.key));
  const at = (value: number): string => `${(value / most) * 100}%`;
  return (
    <ul className="bars">
      {sorted.map(({ group, figure }) => figure && (
        <li key={group.key}>
          <button type="button" disabled={!onOpen} onClick={() => onOpen?.(group)}>
            <span className="cut">{name(group)}</span>
            <span className="way" aria-hidden="true">
              {figure.low !== null && figure.high !== null && <i className="range" style={{ left: at(figure.low), width: at(figure.high - figure.low) }} />}
              {figure.low === null && <i className="bar" style={{ width: at(figure.value ?? 0) }} />}
              <i className="spot" style={{ left: at(figure.value ?? 0) }} />
            </span>
            <b className="num">{shown(figure, definition)}</b>
          </button>
        </li>
      ))}
    </ul>
  );
}
