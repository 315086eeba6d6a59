import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DurationInput } from "../admin/fields/DurationInput";
import { FieldInput } from "../admin/fields/FieldInput";
import type { Field } from "../admin/fields/field";
import { Labelled } from "../admin/fields/Labelled";
import { NativeSelect } from "../admin/fields/NativeSelect";
import { NumberInput } from "../admin/fields/NumberInput";
import { nameOf, useLook } from "../admin/look";
import { writeAt, type Draft, type Item } from "../admin/model";
import { nounOf } from "../admin/nouns";
import { adminQuery } from "../admin/queries";
import { useWords } from "../admin/words";
import { api, ApiError } from "../api/client";
import { number } from "../i18n/format";
import { Button } from "../parts/Button";
import { ChoiceInput } from "../parts/ChoiceInput";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { isShare, keepTrial, METRICS, waysQuery, type Metric, type Mode, type Noun, type Size, type Trial, type Way } from "./queries";
import { difference } from "./sizes";

const NOUNS: readonly Noun[] = ["queues", "segments", "reserves"];
const SLOTS_MIN = [30, 60, 120, 180, 240, 360] as const;
const MINUTE = 60_000;
interface Plan {
  name: string; why: string; metric: Metric; smallest: number | null; expected: number | null; guard: Metric | ""; margin: number | null;
  share: number | null; unit: "customer" | "contact"; slot: number; washout: number | null; apart: "1" | "7"; days: number | null;
}
const BLANK: Plan = { name: "", why: "", metric: "service_level", smallest: 3, expected: null, guard: "abandonment", margin: 2, share: 50, unit: "customer", slot: 120, washout: 10 * MINUTE, apart: "1", days: 28 };

/** How a field is asked: as the settings ask it. A target is one field here, its share defines the measure. */
const fieldOf = (noun: Noun, name: string): Field => {
  if (name === "target_ms") return { kind: "duration", path: name };
  const found = nounOf(noun)?.fields.find((one) => one.path === name);
  if (found) return found.when ? ({ ...found, when: () => true } as Field) : found;
  return { kind: "duration", path: name };
};
/** What is typed in points or seconds, as the API counts it. */
const scaled = (value: number | null, metric: Metric): number | null => (value === null ? null : isShare(metric) ? value / 100 : value * 1000);

/** A rule to be tried: which, by whom, judged by what; with the time that it takes before it is written down. */
export function NewTrial() {
  const { t } = useTranslation("trials");
  const [noun, setNoun] = useState<Noun>("queues");
  const [id, setId] = useState<number | null>(null);
  const { data: items, error } = useQuery(adminQuery(noun));
  const { data: ways } = useQuery(waysQuery);
  const look = useLook();
  const live = (items ?? []).filter((one) => !one.archived);
  const item = live.find((one) => one.id === id);
  return (
    <>
      <Link className="back" to="/trials"><Icon name="arrow-left" />{t("title")}</Link>
      <header><h2>{t("new")}</h2></header>
      <div className="trial-form">
        <ChoiceInput label={t("form.noun")} value={noun} onChange={(next) => { setNoun(next); setId(null); }} choices={NOUNS.map((key) => ({ key, name: t(`noun.${key}`) }))} />
        {!items && !error && <Skeleton lines={3} />}
        {items && live.length === 0 && <Empty title={t("form.nothing")} />}
        {live.length > 0 && <Labelled label={t("form.which")}>{(attributes) => <NativeSelect {...attributes} value={id === null ? "" : String(id)} placeholder={t("form.choose")} choices={live.map((one) => ({ key: String(one.id), name: nameOf(one) }))} onChange={(key) => setId(Number(key))} />}</Labelled>}
        {item && ways && look.ready && <Rest key={`${noun}/${item.id}`} noun={noun} item={item} ways={ways.filter((one) => one.noun === noun)} look={look} />}
      </div>
    </>
  );
}

const MS_OF: Record<"share" | "time", number> = { share: 100, time: 1 / 1000 };
/** As it is typed: in points or seconds. */
const typed = (value: number | null, metric: Metric): number | null => (value === null ? null : Math.round(value * MS_OF[isShare(metric) ? "share" : "time"] * 1e6) / 1e6);
const planOf = (trial: Trial): Plan => {
  const guard = trial.guardrails[0];
  return {
    name: trial.name, why: trial.why, metric: trial.metric, smallest: typed(trial.smallest, trial.metric), expected: typed(trial.expected, trial.metric),
    guard: guard?.key ?? "", margin: guard ? typed(guard.margin, guard.key) : null, share: trial.share_permille / 10, unit: trial.unit, slot: trial.slot_ms / MINUTE,
    washout: trial.washout_ms, apart: trial.apart_days === 7 ? "7" : "1", days: trial.days,
  };
};

/** A draft, written anew: what is tried, how, judged by what. */
export function EditTrial({ trial, onClose }: { trial: Trial; onClose: () => void }) {
  const { t } = useTranslation("trials");
  const { data: items, error } = useQuery(adminQuery(trial.noun));
  const { data: ways } = useQuery(waysQuery);
  const look = useLook();
  const item = items?.find((one) => one.id === trial.noun_id);
  return (
    <div className="trial-form" role="form" aria-label={t("edit")}>
      <h3>{t("edit")}</h3>
      {error && <p className="refused" role="alert">{t("trouble")}</p>}
      {!item && !error && <Skeleton lines={4} />}
      {item && ways && look.ready && <Rest noun={trial.noun} item={item} ways={ways.filter((one) => one.noun === trial.noun)} look={look} trial={trial} onClose={onClose} />}
    </div>
  );
}

function Rest({ noun, item, ways, look, trial, onClose }: { noun: Noun; item: Item; ways: Way[]; look: ReturnType<typeof useLook>; trial?: Trial; onClose?: () => void }) {
  const { t } = useTranslation("trials");
  const { maybe } = useWords();
  const words = useTrouble();
  const navigate = useNavigate();
  const [field, setField] = useState(trial ? (Object.keys(trial.changes)[0] ?? "") : "");
  const [mode, setMode] = useState<Mode>(trial?.mode ?? "share");
  const [draft, setDraft] = useState<Draft>(trial ? { ...item, ...trial.changes } : item);
  const [plan, setPlan] = useState<Plan>(trial ? planOf(trial) : { ...BLANK, name: nameOf(item) });
  const set = (next: Partial<Plan>): void => { setPlan((old) => ({ ...old, ...next })); size.reset(); };
  const way = ways.find((one) => one.field === field);
  const chosen: Mode = way && !way.modes.includes(mode) ? (way.modes[0] ?? "share") : mode;
  // A draft may change several fields at once: what this form does not ask stays.
  const changesOf = (): Record<string, unknown> => (trial && field in trial.changes ? { ...trial.changes, [field]: draft[field] } : { [field]: draft[field] });
  const body = () => ({
    name: plan.name, why: plan.why, noun, noun_id: item.id, mode: chosen, changes: changesOf(), metric: plan.metric,
    smallest: scaled(plan.smallest, plan.metric), expected: scaled(plan.expected, plan.metric),
    guardrails: [...(plan.guard && plan.margin !== null ? [{ key: plan.guard, margin: scaled(plan.margin, plan.guard) }] : []), ...(trial?.guardrails.slice(1).filter((one) => one.key !== plan.guard) ?? [])],
    unit: plan.unit, share_permille: Math.round((plan.share ?? 50) * 10), slot_ms: plan.slot * MINUTE, washout_ms: plan.washout ?? 0,
    apart_days: Number(plan.apart), timezone: trial?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone, days: plan.days ?? 28,
  });
  const size = useMutation({ mutationFn: () => api.post<Size>("/trials/size", body()) });
  const write = useMutation({
    mutationFn: () => (trial ? api.put<Trial>(`/trials/${trial.id}`, body()) : api.post<Trial>("/trials", body())),
    onSuccess: (done) => { keepTrial(done); toast(t(trial ? "done.rewritten" : "done.written")); if (onClose) onClose(); else void navigate({ to: "/trials/$trialId", params: { trialId: String(done.id) } }); },
  });
  const refused = write.error ?? size.error;
  const wrong = (path: string): string | null => (refused instanceof ApiError && refused.field?.startsWith(`changes.${path}`) ? words(refused) : null);
  const unit = isShare(plan.metric) ? t("form.points") : t("form.seconds");
  const label = (name: string): string => maybe(`${noun}.${name}`) ?? name;
  return (
    <>
      <Labelled label={t("form.field")} hint={way?.raised_only && chosen === "share" ? t("form.raised_only") : undefined}>{(attributes) => (
        <NativeSelect {...attributes} value={field} placeholder={t("form.choose")} onChange={(key) => { setField(key); setDraft(item); size.reset(); }}
          choices={ways.filter((one) => one.modes.length > 0).map((one) => ({ key: one.field, name: label(one.field) }))} />
      )}</Labelled>
      <details className="cannot"><summary>{t("form.cannot")}</summary><ul>{ways.filter((one) => one.message).map((one) => <li key={one.field}><b className="b">{label(one.field)}</b> {one.message}</li>)}</ul></details>
      {way && (
        <>
          <fieldset><legend>{t("form.tried")}</legend>{fieldsFor(noun, field).map((one) => <FieldInput key={one.path} field={one} saved={false} noun={noun} draft={draft} look={look} wrong={wrong} change={(path, value) => { setDraft((old) => writeAt(old, path, value)); size.reset(); }} />)}</fieldset>
          <ChoiceInput label={t("form.mode")} value={chosen} onChange={(next) => { setMode(next); size.reset(); }} choices={way.modes.map((key) => ({ key, name: t(`mode.${key}`) }))} />
          <p className="note plain">{t(chosen === "share" ? "how.shared_agents" : "how.carried_over")}</p>
          {chosen === "share" ? <Share plan={plan} set={set} /> : <Switchback plan={plan} set={set} />}
          <div className="pairs">
            <Labelled label={t("form.metric")}>{(attributes) => <NativeSelect {...attributes} value={plan.metric} choices={METRICS.map((key) => ({ key, name: t(`metric.${key}`) }))} onChange={(key) => set({ metric: key as Metric })} />}</Labelled>
            <Labelled label={t("form.smallest", { unit })}>{(attributes) => <NumberInput {...attributes} value={plan.smallest} least={0.1} onChange={(smallest) => set({ smallest })} />}</Labelled>
            <Labelled label={t("form.expected", { unit })} hint={t("form.expected_hint")}>{(attributes) => <NumberInput {...attributes} value={plan.expected} onChange={(expected) => set({ expected })} />}</Labelled>
            <Labelled label={t("form.days")}>{(attributes) => <NumberInput {...attributes} value={plan.days} least={1} most={366} onChange={(days) => set({ days })} />}</Labelled>
            <Labelled label={t("form.guard")}>{(attributes) => <NativeSelect {...attributes} value={plan.guard} choices={[{ key: "", name: t("form.no_guard") }, ...METRICS.map((key) => ({ key, name: t(`metric.${key}`) }))]} onChange={(key) => set({ guard: key as Metric | "" })} />}</Labelled>
            {plan.guard && <Labelled label={t("form.margin", { unit: isShare(plan.guard) ? t("form.points") : t("form.seconds") })}>{(attributes) => <NumberInput {...attributes} value={plan.margin} least={0} onChange={(margin) => set({ margin })} />}</Labelled>}
          </div>
          <TextInput label={t("form.name")} value={plan.name} onChange={(name) => set({ name })} isRequired maxLength={120} />
          <TextInput label={t("form.why")} value={plan.why} onChange={(why) => set({ why })} maxLength={500} hint={t("form.why_hint")} />
          {size.data && <Sized size={size.data} plan={plan} />}
          {refused && <p className="refused" role="alert">{words(refused)}</p>}
          <div className="ends">
            <Button onPress={() => size.mutate()} isDisabled={size.isPending}>{t("act.size")}</Button>
            <Button look="main" isDisabled={!plan.name.trim() || !plan.smallest || write.isPending} onPress={() => write.mutate()}>{t(trial ? "act.rewrite" : "act.write")}</Button>
            {onClose && <Button onPress={onClose}>{t("act.leave")}</Button>}
            <span className="small two">{t("form.nothing_yet")}</span>
          </div>
        </>
      )}
    </>
  );
}

const fieldsFor = (noun: Noun, name: string): Field[] => {
  const inside = nounOf(noun)?.fields.filter((one) => one.path.startsWith(`${name}.`)) ?? [];
  return inside.length > 0 ? inside : [fieldOf(noun, name)];
};

function Sized({ size, plan }: { size: Size; plan: Plan }) {
  const { t } = useTranslation("trials");
  const smallest = difference(scaled(plan.smallest, plan.metric) ?? 0, plan.metric).replace("+", "");
  return <p className="said big" role="status">{size.days === null ? t("size_unknown", { smallest }) : t("size", { count: size.days, said: number(size.days), smallest })}</p>;
}

interface Part { plan: Plan; set: (next: Partial<Plan>) => void }
function Share({ plan, set }: Part) {
  const { t } = useTranslation("trials");
  return (
    <div className="pairs">
      <Labelled label={t("form.share")}>{(attributes) => <NumberInput {...attributes} value={plan.share} least={1} most={99} onChange={(share) => set({ share })} />}</Labelled>
      <ChoiceInput label={t("form.unit")} value={plan.unit} onChange={(unit) => set({ unit })} choices={(["customer", "contact"] as const).map((key) => ({ key, name: t(`form.unit_${key}`) }))} />
    </div>
  );
}
function Switchback({ plan, set }: Part) {
  const { t } = useTranslation("trials");
  return (
    <div className="pairs">
      <Labelled label={t("form.slot")}>{(attributes) => <NativeSelect {...attributes} value={String(plan.slot)} choices={SLOTS_MIN.map((one) => ({ key: String(one), name: one < 60 ? `${one}\u00a0min` : `${one / 60}\u00a0h` }))} onChange={(key) => set({ slot: Number(key) })} />}</Labelled>
      <Labelled label={t("form.washout")} hint={t("form.washout_hint")}>{(attributes) => <DurationInput {...attributes} label={t("form.washout")} value={plan.washout} onChange={(washout) => set({ washout })} />}</Labelled>
      <ChoiceInput label={t("form.apart")} value={plan.apart} onChange={(apart) => set({ apart })} choices={(["1", "7"] as const).map((key) => ({ key, name: t(`form.apart_${key}`) }))} />
    </div>
  );
}
