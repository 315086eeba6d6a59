import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import { NumberInput } from "../admin/fields/NumberInput";
import { number } from "../i18n/format";
import { Button } from "../parts/Button";
import { hour } from "./shown";

const HEIGHT = 132, BASE = 108, TOP = 10;

interface Props {
  label: string;
  periods: readonly { from_ms: number; to_ms: number }[];
  values: readonly number[];
  /** Whole numbers only, as people are. */
  whole?: boolean;
  onChange: (values: number[]) => void;
}

/** Values by period as bars that one pulls up and down, with arrow keys as well; in percent for all of them; and as numbers. */
export function PeriodsInput({ label, periods, values, whole = false, onChange }: Props) {
  const { t } = useTranslation("twin");
  const svg = useRef<SVGSVGElement>(null);
  const [pulled, pull] = useState<{ place: number; value: number } | null>(null);
  const [percent, setPercent] = useState<number | null>(10);
  const shownOf = (i: number): number => (pulled?.place === i ? pulled.value : values[i] ?? 0);
  // The scale does not move while one pulls.
  const top = Math.max(...values, whole ? 4 : 1) * 1.25;
  const round = (value: number): number => (whole ? Math.max(0, Math.round(value)) : Math.max(0, Math.round(value * 10) / 10));
  const set = (place: number, value: number): void => onChange(values.map((old, i) => (i === place ? round(value) : old)));
  const y = (value: number): number => BASE - (Math.min(top, value) / top) * (BASE - TOP);
  const valueAt = (event: PointerEvent): number => {
    const box = svg.current?.getBoundingClientRect();
    return box ? round(((BASE - ((event.clientY - box.top) / box.height) * HEIGHT) / (BASE - TOP)) * top) : 0;
  };
  const step = whole ? 1 : Math.max(0.1, Math.round(top / 40 * 10) / 10);
  const key = (event: KeyboardEvent, place: number): void => {
    const by: Record<string, number> = { ArrowUp: step, ArrowDown: -step, PageUp: step * 5, PageDown: -step * 5 };
    const move = by[event.key];
    if (move !== undefined) { event.preventDefault(); set(place, (values[place] ?? 0) + move); }
    if (event.key === "Home") { event.preventDefault(); set(place, 0); }
    const side = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (side) { event.preventDefault(); (svg.current?.querySelectorAll<SVGGElement>("[role=slider]")[place + side])?.focus(); }
  };
  const scale = (by: number): void => onChange(values.map((one) => round(one * (1 + by / 100))));
  const wide = periods.length * 30;
  const every = Math.max(1, Math.ceil(periods.length / 14));
  return (
    <div className="periods">
      <div className="scroll" tabIndex={0} role="group" aria-label={label}>
        <svg ref={svg} viewBox={`0 0 ${wide} ${HEIGHT}`} style={{ minWidth: Math.min(wide, periods.length * 20), height: HEIGHT }} preserveAspectRatio="none">
          <line className="rule" x1="0" x2={wide} y1={BASE} y2={BASE} />
          {periods.map((period, i) => (
            <g key={period.from_ms} role="slider" tabIndex={i === 0 ? 0 : -1} aria-label={`${label}, ${hour(period.from_ms)}`} aria-orientation="vertical" aria-valuemin={0} aria-valuemax={Math.ceil(top)} aria-valuenow={shownOf(i)} aria-valuetext={number(shownOf(i), 1)}
              onKeyDown={(event) => key(event, i)}
              onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); event.currentTarget.focus(); pull({ place: i, value: valueAt(event) }); }}
              onPointerMove={(event) => { if (pulled?.place === i) pull({ place: i, value: valueAt(event) }); }}
              onPointerUp={(event) => { if (pulled?.place === i) { set(i, valueAt(event)); pull(null); } }}
              onPointerCancel={() => pull(null)}>
              <rect className="catch" x={i * 30} y={0} width={30} height={BASE} />
              <rect className="bar" x={i * 30 + 3} y={y(shownOf(i))} width={24} height={Math.max(1, BASE - y(shownOf(i)))} />
              <rect className="grip" x={i * 30 + 3} y={y(shownOf(i)) - 2} width={24} height={4} />
              <title>{`${hour(period.from_ms)}–${hour(period.to_ms)}\u00a0: ${number(shownOf(i), 1)}`}</title>
            </g>
          ))}
        </svg>
        <div className="hours" aria-hidden="true" style={{ minWidth: Math.min(wide, periods.length * 20) }}>{periods.map((period, i) => <span key={period.from_ms}>{i % every === 0 ? hour(period.from_ms) : ""}</span>)}</div>
      </div>
      <div className="by-percent">
        <NumberInput label={t("form.percent")} value={percent} least={0} most={1000} onChange={setPercent} /><span aria-hidden="true">%</span>
        <Button small isDisabled={!percent} onPress={() => scale(-(percent ?? 0))}>{t("form.less")}<span className="vh"> {label}</span></Button>
        <Button small isDisabled={!percent} onPress={() => scale(percent ?? 0)}>{t("form.more")}<span className="vh"> {label}</span></Button>
        <details>
          <summary>{t("form.numbers")}<span className="vh"> {label}</span></summary>
          <div className="numbers">{periods.map((period, i) => <label key={period.from_ms}><span className="small two">{hour(period.from_ms)}</span><NumberInput label={`${label}, ${hour(period.from_ms)}`} value={values[i] ?? 0} least={0} onChange={(next) => next !== null && next !== values[i] && set(i, next)} /></label>)}</div>
        </details>
      </div>
    </div>
  );
}
