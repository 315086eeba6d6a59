import { useTranslation } from "react-i18next";
import type { Definition } from "../figures/asking";
import { save } from "../figures/csv";
import { currentLocale } from "../i18n";
import { number, percent } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import "../figures/figures.css";
import { csv } from "./csv";
import { ChartsOf } from "./ChartsOf";
import { findingOf } from "./finding";
import { useCsvWords } from "./Results";
import type { Compared, Comparison, Difference } from "./queries";
import { change, changes, COLUMNS, value } from "./shown";
import { Where } from "./Where";

const CHARTS = ["asa", "service_level", "occupancy", "abandonment"] as const;

/** Scenarios that lived the same days: a sentence for each medium, the differences with their intervals, the days side by side. */
export function CompareResults({ found, definitions }: { found: Compared; definitions: readonly Definition[] }) {
  const { t } = useTranslation("twin");
  const words = useCsvWords();
  const of = (key: string): Definition | undefined => definitions.find((one) => one.key === key);
  const first = found.comparisons[0];
  return (
    <div className="results">
      {found.comparisons.map((one) => <Against key={one.other} one={one} definitions={definitions} />)}
      {first && <p className="small three">{t("paired", { count: first.replications, said: number(first.replications), confidence: percent(first.confidence) })}</p>}
      <section>
        <h3>{t("side_by_side")}</h3>
        <div className="fig-sheet" tabIndex={0} role="region" aria-label={t("side_by_side")}>
          <table>
            <caption className="vh">{t("side_by_side")}</caption>
            <thead><tr><th scope="col">{t("table.indicator")}</th>{found.runs.map((one, i) => <th key={i} scope="col" className="num">{one.scenario}</th>)}</tr></thead>
            <tbody>{COLUMNS.flatMap((key) => { const one = of(key); return one ? [<tr key={key}><th scope="row">{one.name}</th>{found.runs.map((run, i) => <td key={i} className="num">{value(run.indicators[key]?.mean, one.unit)}</td>)}</tr>] : []; })}</tbody>
          </table>
        </div>
      </section>
      <ChartsOf days={found.runs} keys={CHARTS} definitions={definitions} />
      <div className="row"><Button onPress={() => save(csv(found.runs, definitions.filter((one) => found.runs.some((run) => run.indicators[one.key])), words, currentLocale() === "fr", found.comparisons), "affluent-twin-compare.csv")}>{t("act.csv")}</Button></div>
    </div>
  );
}

function Against({ one, definitions }: { one: Comparison; definitions: readonly Definition[] }) {
  const { t } = useTranslation("twin");
  const rows = one.differences.filter((of) => of.medium === null && (COLUMNS as readonly string[]).includes(of.indicator));
  // Other contacts came: what holds of all together holds of another mixture, and is neither better nor worse by itself.
  const received = rows.find((of) => of.indicator === "received");
  const mixed = received !== undefined && findingOf(received, { better: null, unit: "contacts" }) === "moved";
  return (
    <section className="against">
      <h3>{t("against", { other: one.other, base: one.base })}</h3>
      {one.sentences[currentLocale()].map((said) => <p key={said} className="big">{said}</p>)}
      <ul className="effects">
        {rows.map((row) => { const definition = definitions.find((of) => of.key === row.indicator); return definition && <Effect key={row.indicator} row={row} definition={mixed ? { ...definition, better: null } : definition} />; })}
      </ul>
      {mixed && <p className="note"><Icon name="info" />{t("mixed")}</p>}
      <Where one={one} definitions={definitions} />
    </section>
  );
}

/** A difference: a dot and its interval against no change, with a word. */
function Effect({ row, definition }: { row: Difference; definition: Definition }) {
  const { t } = useTranslation("twin");
  const { difference, low, high } = row;
  if (difference === null) return null;
  const finding = findingOf(row, definition);
  const reach = Math.max(Math.abs(difference), Math.abs(low ?? 0), Math.abs(high ?? 0)) * 1.1 || 1;
  const at = (of: number): number => 50 + (of / reach) * 50;
  return (
    <li>
      <span className="what"><b className="b">{definition.name}</b><span className="small two">{value(row.base, definition.unit)} → {value(row.other, definition.unit)}</span></span>
      <svg className={`forest ${finding}`} viewBox="0 0 100 34" preserveAspectRatio="none" aria-hidden="true">
        <line className="none" x1="50" x2="50" y1="0" y2="34" />
        <g className="seen">{low !== null && high !== null && <line x1={at(low)} x2={at(high)} y1="17" y2="17" />}<path d={`M${at(difference)} 17h.001`} /></g>
      </svg>
      <span className="num"><b className="b">{change(difference, definition.unit)}</b><span className={`small finding ${finding}`}>{t(`finding.${finding}`)}{low !== null && high !== null && ` ${changes(low, high, definition.unit)}`}</span></span>
    </li>
  );
}
