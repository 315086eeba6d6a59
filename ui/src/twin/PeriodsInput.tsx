import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import { NativeSelect } from "../admin/fields/NativeSelect";
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
  const [amount, setAmount] = useState<number | null>(whole ? 1 : 10);
  const [unit, setUnit] = useState<"percent" | "count">(whole ? "count" : "percent");
  const [from, setFrom] = useState(0);
  const [until, setUntil] = useState(periods.length - 1);
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
  // After other periods were cut, what was chosen of the old ones is held within the new.
  const first = Math.min(from, periods.length - 1), last = Math.max(first, Math.min(until, periods.length - 1));
  const change = (sign: 1 | -1): void => onChange(values.map((one, i) => (i < first || i > last ? one : round(unit === "percent" ? one * (1 + (sign * (amount ?? 0)) / 100) : one + sign * (amount ?? 0)))));
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
        <NumberInput label={t("form.amount")} value={amount} least={0} most={1000} onChange={setAmount} />
        <NativeSelect label={t("form.unit")} value={unit} choices={[{ key: "percent", name: "%" }, { key: "count", name: t(whole ? "form.unit_agents" : "form.unit_contacts") }]} onChange={(key) => setUnit(key as typeof unit)} />
        <Button small isDisabled={!amount} onPress={() => change(-1)}>{t("form.less")}<span className="vh"> {label}</span></Button>
        <Button small isDisabled={!amount} onPress={() => change(1)}>{t("form.more")}<span className="vh"> {label}</span></Button>
        <span className="two">{t("form.between")}</span>
        <NativeSelect label={t("form.from")} value={String(first)} choices={periods.map((one, i) => ({ key: String(i), name: hour(one.from_ms) }))} onChange={(key) => { setFrom(Number(key)); setUntil(Math.max(Number(key), until)); }} />
        <span className="two">{t("form.and")}</span>
        <NativeSelect label={t("form.until")} value={String(last)} choices={periods.flatMap((one, i) => (i < first ? [] : [{ key: String(i), name: hour(one.to_ms) }]))} onChange={(key) => setUntil(Number(key))} />
        <details>
          <summary>{t("form.numbers")}<span className="vh"> {label}</span></summary>
          <div className="numbers">{periods.map((period, i) => <label key={period.from_ms}><span className="small two">{hour(period.from_ms)}</span><NumberInput label={`${label}, ${hour(period.from_ms)}`} value={values[i] ?? 0} least={0} onChange={(next) => next !== null && next !== values[i] && set(i, next)} /></label>)}</div>
        </details>
      </div>
    </div>
  );
}
