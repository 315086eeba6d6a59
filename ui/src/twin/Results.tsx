import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Definition } from "../figures/asking";
import { save } from "../figures/csv";
import { currentLocale } from "../i18n";
import { number, percent } from "../i18n/format";
import { Button } from "../parts/Button";
import { ChoiceInput } from "../parts/ChoiceInput";
import "../figures/figures.css";
import { csv, type CsvWords } from "./csv";
import { ChartsOf } from "./ChartsOf";
import type { Days, Indicators } from "./queries";
import { between, COLUMNS, HEADLINES, value } from "./shown";

const CHARTS = ["asa", "service_level", "occupancy", "abandonment", "received"] as const;
const AXES = ["classes", "queues", "groups", "media"] as const;
type Axis = (typeof AXES)[number];

export const useCsvWords = (): CsvWords => {
  const { t } = useTranslation("twin");
  return { by: t("csv.by"), what: t("csv.what"), low: t("csv.low"), high: t("csv.high"), difference: t("csv.difference"), axes: { together: t("axis.together"), classes: t("axis.classes"), queues: t("axis.queues"), media: t("axis.media"), groups: t("axis.groups"), intervals: t("axis.intervals") } };
};

/** What a day came to: a sentence, the figures with their ranges, then the day drawn, then tables. */
export function Results({ days, definitions }: { days: Days; definitions: readonly Definition[] }) {
  const { t } = useTranslation("twin");
  const words = useCsvWords();
  const of = (key: string): Definition | undefined => definitions.find((one) => one.key === key);
  const told = days.indicators;
  const shown = HEADLINES.flatMap((key) => { const one = of(key); return one && told[key] ? [one] : []; });
  const columns = COLUMNS.flatMap((key) => of(key) ?? []);
  return (
    <div className="results">
      <p className="big">{t("sentence", {
        contacts: value((told["received"]?.mean ?? 0), "contacts"), level: value(told["service_level"]?.mean, "share"), left: value(told["abandonment"]?.mean, "share"), busy: value(told["occupancy"]?.mean, "share"),
      })}</p>
      <ul className="heads twin-heads">
        {shown.map((one) => (
          <li key={one.key}><span className="small two">{one.name}</span><span className="fig num">{value(told[one.key]?.mean, one.unit)}</span><span className="small three num">{between(told[one.key], one.unit)}</span></li>
        ))}
      </ul>
      <p className="small three">{t("ranges", { count: days.replications, said: number(days.replications), confidence: percent(days.confidence) })}</p>
      <ChartsOf days={[days]} keys={CHARTS} definitions={definitions} />
      <ByAxis days={days} columns={columns} />
      <div className="row"><Button onPress={() => save(csv([days], definitions.filter((one) => told[one.key]), words, currentLocale() === "fr"), `affluent-twin-${days.seed}.csv`)}>{t("act.csv")}</Button></div>
    </div>
  );
}

/** The same figures by class, queue, group or medium. */
function ByAxis({ days, columns }: { days: Days; columns: readonly Definition[] }) {
  const { t } = useTranslation("twin");
  const [axis, setAxis] = useState<Axis>("classes");
  const lines: [string, Indicators][] = Object.entries(days[axis]);
  const told = columns.filter((one) => lines.some(([, of]) => of[one.key]));
  return (
    <section className="by-axis">
      <ChoiceInput label={t("axis.label")} value={axis} onChange={setAxis} choices={AXES.map((key) => ({ key, name: t(`axis.${key}`) }))} />
      <div className="fig-sheet" tabIndex={0} role="region" aria-label={t(`axis.${axis}`)}>
        <table>
          <caption className="vh">{t(`axis.${axis}`)}</caption>
          <thead><tr><th scope="col">{t(`axis.${axis}`)}</th>{told.map((one) => <th key={one.key} scope="col" className="num">{one.name}</th>)}</tr></thead>
          <tbody>{lines.map(([name, of]) => <tr key={name}><th scope="row">{axis === "media" ? t(`medium.${name}` as "medium.voice", { ns: "figures" as never, defaultValue: name }) : name}</th>{told.map((one) => <td key={one.key} className="num">{value(of[one.key]?.mean, one.unit)} <span className="three small">{between(of[one.key], one.unit)}</span></td>)}</tr>)}</tbody>
        </table>
      </div>
    </section>
  );
}
