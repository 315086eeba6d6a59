import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NativeSelect } from "../admin/fields/NativeSelect";
import type { Definition } from "../figures/asking";
import { ChoiceInput } from "../parts/ChoiceInput";
import { findingOf, type Finding } from "./finding";
import type { Comparison, Paired, PairedStretch } from "./queries";
import { change, changes, hour, value } from "./shown";

const AXES = ["classes", "groups", "queues"] as const;
type Axis = (typeof AXES)[number];
const SHOWN = ["service_level", "asa", "abandonment", "answered", "occupancy"] as const;
const MARKS: Record<Finding, string> = { better: "▲", worse: "▼", moved: "◆", small: "", open: "" };

/** Where a difference lies: by class, group or queue; and by class and period. */
export function Where({ one, definitions }: { one: Comparison; definitions: readonly Definition[] }) {
  const { t } = useTranslation("twin");
  const [axis, setAxis] = useState<Axis>("classes");
  const by = one.by;
  if (!by) return null;
  const lines = Object.entries(by[axis] ?? {});
  const told = SHOWN.flatMap((key) => { const found = definitions.find((of) => of.key === key); return found && lines.some(([, of]) => of[key]) ? [found] : []; });
  return (
    <section className="by-axis where" aria-label={t("where.title")}>
      <h4>{t("where.title")}</h4>
      <ChoiceInput label={t("axis.label")} value={axis} onChange={setAxis} choices={AXES.map((key) => ({ key, name: t(`axis.${key}`) }))} />
      <div className="fig-sheet" tabIndex={0} role="region" aria-label={t("where.of", { axis: t(`axis.${axis}`), other: one.other })}>
        <table>
          <caption className="vh">{t("where.of", { axis: t(`axis.${axis}`), other: one.other })}</caption>
          <thead><tr><th scope="col">{t(`axis.${axis}`)}</th>{told.map((of) => <th key={of.key} scope="col" className="num">{of.name}</th>)}</tr></thead>
          <tbody>{lines.map(([name, of]) => <tr key={name}><th scope="row">{name}</th>{told.map((definition) => <PairCell key={definition.key} pair={of[definition.key]} definition={definition} />)}</tr>)}</tbody>
        </table>
        {lines.length === 0 && <p className="two">{t("where.nothing")}</p>}
      </div>
      <Grid one={one} definitions={definitions} />
    </section>
  );
}

/** From what to what, by how much, between what: a word or a mark says which way, beside the colour. */
function PairCell({ pair, definition }: { pair: Paired | undefined; definition: Definition }) {
  const { t } = useTranslation("twin");
  if (!pair || pair.difference === null) return <td className="num">–</td>;
  const finding = findingOf(pair, definition);
  const { low, high } = pair;
  return (
    <td className={`num finding ${finding}`}>
      <span>{MARKS[finding] && <span aria-hidden="true">{MARKS[finding]} </span>}{change(pair.difference, definition.unit)}<span className="vh">, {t(`finding.${finding}`)}</span></span>
      <span className="sub three small">{value(pair.base, definition.unit)} → {value(pair.other, definition.unit)}</span>
      {low !== null && high !== null && (finding === "better" || finding === "worse" || finding === "moved") && <span className="sub three small">{changes(low, high, definition.unit)}</span>}
    </td>
  );
}

/** Each class in each period, of one indicator; what the days cannot tell from nothing stays blank. */
function Grid({ one, definitions }: { one: Comparison; definitions: readonly Definition[] }) {
  const { t } = useTranslation("twin");
  const [key, choose] = useState<string>("service_level");
  const rows: [string, readonly PairedStretch[]][] = [...(one.by?.intervals ? [[t("chart.all"), one.by.intervals] as [string, readonly PairedStretch[]]] : []), ...Object.entries(one.by?.class_intervals ?? {})];
  const known = SHOWN.flatMap((of) => { const found = definitions.find((each) => each.key === of); return found && rows.some(([, cells]) => cells.some((cell) => cell.indicators[of])) ? [found] : []; });
  const definition = known.find((of) => of.key === key) ?? known[0];
  if (!definition) return null;
  const has = (cell: PairedStretch): boolean => { const pair = cell.indicators[definition.key]; return pair !== undefined && pair.difference !== null && !["open", "small"].includes(findingOf(pair, definition)); };
  const lines = rows.filter(([, cells]) => cells.some((cell) => cell.indicators[definition.key]));
  const clocks = [...new Set(lines.flatMap(([, cells]) => cells.map((cell) => cell.clock_from_ms)))].sort((a, b) => a - b);
  const any = lines.some(([, cells]) => cells.some(has));
  return (
    <>
      <div className="row">
        <h4>{t("where.when")}</h4>
        <label className="grid-of">{t("where.indicator")}<NativeSelect value={definition.key} choices={known.map((of) => ({ key: of.key, name: of.name }))} onChange={choose} /></label>
      </div>
      {!any && <p className="two">{t("where.nothing_when", { name: definition.name })}</p>}
      {any && (
        <div className="fig-sheet when" tabIndex={0} role="region" aria-label={t("where.when_of", { name: definition.name })}>
          <table>
            <caption className="vh">{t("where.when_of", { name: definition.name })}</caption>
            <thead><tr><th scope="col">{t("axis.classes")}</th>{clocks.map((clock) => <th key={clock} scope="col" className="num">{hour(clock)}</th>)}</tr></thead>
            <tbody>{lines.map(([name, cells]) => (
              <tr key={name}><th scope="row">{name}</th>{clocks.map((clock) => {
                const pair = cells.find((cell) => cell.clock_from_ms === clock)?.indicators[definition.key];
                const finding = pair ? findingOf(pair, definition) : "open";
                const shown = pair && pair.difference !== null && MARKS[finding] !== "";
                return <td key={clock} className={`num finding ${finding}`}>{shown ? <><span aria-hidden="true">{MARKS[finding]}</span> {change(pair.difference, definition.unit)}<span className="vh">, {t(`finding.${finding}`)}</span></> : ""}</td>;
              })}</tr>
            ))}</tbody>
          </table>
        </div>
      )}
    </>
  );
}
