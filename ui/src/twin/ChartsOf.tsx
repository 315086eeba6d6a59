import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NativeSelect } from "../admin/fields/NativeSelect";
import type { Definition } from "../figures/asking";
import { PeriodChart } from "./PeriodChart";
import type { Days } from "./queries";

/** The day drawn, indicator by indicator: of all contacts, or of one class. Agents are busy with all classes alike: they are drawn for all. */
export function ChartsOf({ days, keys, definitions }: { days: readonly Days[]; keys: readonly string[]; definitions: readonly Definition[] }) {
  const { t } = useTranslation("twin");
  const [chosen, choose] = useState("");
  const classes = [...new Set(days.flatMap((one) => Object.keys(one.class_intervals ?? {})))];
  const of = classes.includes(chosen) ? chosen : "";
  return (
    <section className="charts-of" aria-label={t("chart.day")}>
      <div className="row">
        <h3>{t("chart.day")}</h3>
        {classes.length > 1 && <label>{t("chart.of")}<NativeSelect value={of} choices={[{ key: "", name: t("chart.all") }, ...classes.map((one) => ({ key: one, name: one }))]} onChange={choose} /></label>}
      </div>
      {keys.map((key) => { const one = definitions.find((each) => each.key === key); return one && <PeriodChart key={key} days={days} definition={one} of={of} />; })}
    </section>
  );
}
