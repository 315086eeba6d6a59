import { useState } from "react";
import { useTranslation } from "react-i18next";
import { TimeInput } from "../../admin/rows/TimeInput";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { SwitchInput } from "../../parts/SwitchInput";
import { periodsOf, withStart, writeDuration, type Content } from "../content";
import { hour } from "../shown";
import { clockOf, msOfClock } from "./clock";
import { durationOf, withDay, withPeriods } from "./edits";
import { CountInput, TimeSpan } from "./inputs";
import { useWrong } from "./problems";

const PERIODS_MOST = 1000;

/** The day itself: when it begins, its periods, what holds for all of it. */
export function DayForm({ content, onChange }: { content: Content; onChange: (content: Content) => void }) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const periods = periodsOf(content), first = periods[0], last = periods.at(-1);
  const [each, setEach] = useState((first?.to_ms ?? 0) - (first?.from_ms ?? 0));
  const [count, setCount] = useState<number | null>(periods.length);
  const lengths = periods.map((one) => one.to_ms - one.from_ms);
  const differs = new Set(lengths).size > 1;
  const starts = durationOf(content.starts, 0);
  return (
    <section className="sc-form" aria-labelledby="twin-hours">
      <h4 id="twin-hours">{t("day.title")}</h4>
      <p className="two">{t("form.hours_lead", { ns: "twin", from: hour(first?.from_ms ?? 0), to: hour(last?.to_ms ?? 0), count: periods.length })}</p>
      <div className="pairs">
        <label className="field"><span className="lab">{t("form.starts", { ns: "twin" })}</span><TimeInput label={t("form.starts", { ns: "twin" })} value={clockOf(starts)} onChange={(told) => { const ms = msOfClock(told); if (ms !== null) onChange(withStart(content, ms)); }} /></label>
      </div>
      <h5>{t("day.periods")}</h5>
      <p className="small three">{differs ? t("day.differ") : t("day.periods_lead")}</p>
      <div className="sc-row">
        <TimeSpan label={t("day.each")} value={each} onChange={setEach} />
        <CountInput label={t("day.count")} value={count} least={1} most={PERIODS_MOST} wrong={wrong("periods")} onChange={setCount} />
        <Button isDisabled={!count || count > PERIODS_MOST || each < 1000 || (!differs && count === periods.length && each === lengths[0])} onPress={() => onChange(withPeriods(content, Array.from({ length: count ?? 1 }, () => each)))}>{t("day.cut")}</Button>
      </div>
      <div className="sc-row">
        <Button small onPress={() => onChange(withPeriods(content, [...lengths, lengths.at(-1) ?? each]))}><Icon name="plus" />{t("day.later")}</Button>
        <Button small isDisabled={lengths.length < 2} onPress={() => onChange(withPeriods(content, lengths.slice(0, -1)))}>{t("day.sooner")}</Button>
      </div>
      <h5>{t("day.whole")}</h5>
      <div className="pairs">
        <CountInput label={t("day.busyness")} hint={t("day.busyness_hint")} value={typeof content["busyness"] === "number" ? content["busyness"] : null} least={0.01} whole={false} wrong={wrong("busyness")} onChange={(value) => onChange(withDay(content, { busyness: value ?? undefined }))} />
        <TimeSpan label={t("day.warm_up")} hint={t("day.warm_up_hint")} value={durationOf(content["warm_up"], 0)} wrong={wrong("warm_up")} onChange={(ms) => onChange(withDay(content, { warm_up: ms > 0 ? writeDuration(ms) : undefined }))} />
      </div>
      <SwitchInput label={t("day.runs_on")} value={content["runs_on"] !== false} onChange={(on) => onChange(withDay(content, { runs_on: on ? undefined : false }))} />
      <SwitchInput label={t("day.laws_at_arrival")} value={content["laws_at_arrival"] === true} onChange={(on) => onChange(withDay(content, { laws_at_arrival: on ? true : undefined }))} />
    </section>
  );
}
