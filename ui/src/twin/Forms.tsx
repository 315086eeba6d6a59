import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DurationInput } from "../admin/fields/DurationInput";
import { Labelled } from "../admin/fields/Labelled";
import { NumberInput } from "../admin/fields/NumberInput";
import { TimeInput } from "../admin/rows/TimeInput";
import { number, span } from "../i18n/format";
import { Button } from "../parts/Button";
import { agentsOf, meanOf, periodsOf, ratesOf, readDuration, withAgents, withHandling, withRates, withStart, withTarget, withTier, type Content } from "./content";
import { PeriodsInput } from "./PeriodsInput";
import { hour } from "./shown";

interface Props { content: Content; onChange: (content: Content) => void }

/** What people change of a day, as forms: who comes, who works, the targets, the hours. The rest is in the document. */
export function Forms({ content, onChange }: Props) {
  const { t } = useTranslation("twin");
  const periods = periodsOf(content);
  const last = periods.at(-1);
  return (
    <div className="forms">
      <section aria-labelledby="twin-hours">
        <h3 id="twin-hours">{t("form.hours")}</h3>
        <p className="two">{t("form.hours_lead", { from: hour(periods[0]?.from_ms ?? 0), to: hour(last?.to_ms ?? 0), count: periods.length })}</p>
        <div className="pairs"><label className="field"><span>{t("form.starts")}</span><TimeInput label={t("form.starts")} value={clockOf(readDuration(content.starts ?? "0") ?? 0)} onChange={(told) => { const ms = msOf(told); if (ms !== null) onChange(withStart(content, ms)); }} /></label></div>
      </section>
      <Arrivals content={content} onChange={onChange} />
      <Staff content={content} onChange={onChange} />
      <Targets content={content} onChange={onChange} />
    </div>
  );
}
const clockOf = (ms: number): string => `${String(Math.floor(ms / 3_600_000) % 24).padStart(2, "0")}:${String(Math.floor((ms % 3_600_000) / 60_000)).padStart(2, "0")}`;
function msOf(told: string): number | null {
  const found = /^(\d{1,2}):(\d{2})/.exec(told);
  return found ? Number(found[1]) * 3_600_000 + Number(found[2]) * 60_000 : null;
}

function Arrivals({ content, onChange }: Props) {
  const { t } = useTranslation("twin");
  const periods = periodsOf(content);
  const hours = periods.map((one) => (one.to_ms - one.from_ms) / 3_600_000);
  const all = Object.keys(content.classes).reduce((sum, name) => sum + (ratesOf(content, name) ?? []).reduce((day, rate, i) => day + rate * (hours[i] ?? 0), 0), 0);
  return (
    <section aria-labelledby="twin-arrivals">
      <h3 id="twin-arrivals">{t("form.arrivals")}</h3>
      <p className="two">{t("form.arrivals_lead", { day: number(all) })}</p>
      {Object.entries(content.classes).map(([name, one]) => {
        const rates = ratesOf(content, name);
        const day = rates?.reduce((sum, rate, i) => sum + rate * (hours[i] ?? 0), 0) ?? 0;
        return (
          <div key={name} className="of-one">
            <h4>{name} <span className="two">{rates ? t("form.a_day", { day: number(day) }) : ""}</span></h4>
            {rates ? <PeriodsInput label={t("form.arrivals_of", { name })} periods={periods} values={rates} onChange={(next) => onChange(withRates(content, name, next))} /> : <p className="two">{t("form.recorded")}</p>}
            <Handling mean={meanOf(one.handling)} name={name} onScale={(factor) => onChange(withHandling(content, name, factor))} />
          </div>
        );
      })}
    </section>
  );
}

/** How long it takes, made longer or shorter in percent: the law stays what it is. */
function Handling({ mean, name, onScale }: { mean: number | null; name: string; onScale: (factor: number) => void }) {
  const { t } = useTranslation("twin");
  const [percent, setPercent] = useState<number | null>(10);
  return (
    <div className="by-percent">
      <span className="two">{mean === null ? t("form.handling") : t("form.handling_mean", { mean: span(mean) })}</span>
      <NumberInput label={t("form.percent_handling", { name })} value={percent} least={0} most={90} onChange={setPercent} /><span aria-hidden="true">%</span>
      <Button small isDisabled={!percent} onPress={() => onScale(1 - (percent ?? 0) / 100)}>{t("form.shorter")}<span className="vh"> {name}</span></Button>
      <Button small isDisabled={!percent} onPress={() => onScale(1 + (percent ?? 0) / 100)}>{t("form.longer")}<span className="vh"> {name}</span></Button>
    </div>
  );
}

function Staff({ content, onChange }: Props) {
  const { t } = useTranslation("twin");
  const periods = periodsOf(content);
  const groups = Object.entries(content.groups ?? {});
  return (
    <section aria-labelledby="twin-staff">
      <h3 id="twin-staff">{t("form.staff")}</h3>
      <p className="two">{t("form.staff_lead")}</p>
      {groups.map(([name, group]) => {
        const agents = agentsOf(content, name);
        const hours = agents.reduce((sum, count, i) => sum + count * (((periods[i]?.to_ms ?? 0) - (periods[i]?.from_ms ?? 0)) / 3_600_000), 0);
        const skills = Object.keys(group.skills ?? {});
        return (
          <div key={name} className="of-one">
            <h4>{name} <span className="two">{t("form.agent_hours", { hours: number(hours, 1) })}{group.members ? ` · ${t("form.members", { count: group.members.length })}` : ""}</span></h4>
            {skills.length > 0 && <p className="small three">{skills.join(" · ")}</p>}
            <PeriodsInput label={t("form.agents_of", { name })} periods={periods} values={agents} whole onChange={(next) => onChange(withAgents(content, name, next))} />
          </div>
        );
      })}
      {groups.length === 0 && <p className="two">{t("form.no_groups")}</p>}
    </section>
  );
}

function Targets({ content, onChange }: Props) {
  const { t } = useTranslation("twin");
  return (
    <section aria-labelledby="twin-targets">
      <h3 id="twin-targets">{t("form.targets")}</h3>
      <p className="two">{t("form.targets_lead")}</p>
      {Object.entries(content.policy.queues ?? {}).map(([name, queue]) => (
        <div key={name} className="of-one pairs">
          <Labelled label={t("form.target_of", { name })}>{(attributes) => <DurationInput {...attributes} label={t("form.target_of", { name })} value={readDuration(queue.target ?? "0")} onChange={(ms) => { if (ms !== null && ms > 0) onChange(withTarget(content, name, ms)); }} />}</Labelled>
          <Labelled label={t("form.tier_of", { name })} hint={t("form.tier_hint")}>{(attributes) => <NumberInput {...attributes} value={Number(queue.tier ?? 0)} least={0} most={9} onChange={(tier) => { if (tier !== null && Number.isInteger(tier)) onChange(withTier(content, name, tier)); }} />}</Labelled>
        </div>
      ))}
    </section>
  );
}
