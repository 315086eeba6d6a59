import { useTranslation } from "react-i18next";
import { number } from "../../i18n/format";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { TextInput } from "../../parts/TextInput";
import { meanOf, periodsOf, ratesOf, withHandling, withRates, type Content } from "../content";
import { PeriodsInput } from "../PeriodsInput";
import { durationOf, renameClass, withClass } from "./edits";
import { CountInput, NameInput, Optional, PickInput, ShareInput, TimeSpan } from "./inputs";
import { LawsInput } from "./LawsInput";
import { useWrong } from "./problems";
import { Scale } from "./Scale";
import { writeDuration } from "../content";

type Json = Record<string, unknown>;
const record = (value: unknown): Json | null => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null);
interface Props { content: Content; name: string; onChange: (content: Content) => void }

/** One class of contacts, whole. */
export function ClassForm({ content, name, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const one = content.classes[name];
  if (!one) return null;
  const set = (change: Json): void => onChange(withClass(content, name, change));
  const periods = periodsOf(content), rates = ratesOf(content, name);
  const queues = Object.keys(content.policy.queues ?? {}).map((key) => ({ key, name: key }));
  const law = (key: string, label: string, endless = false) => <LawsInput label={label} value={one[key]} periods={periods} endless={endless} wrong={wrong("classes", name, key)} onChange={(value) => set({ [key]: value })} />;
  return (
    <div className="sc-form">
      <div className="pairs">
        <NameInput label={t("class.name")} name={name} others={Object.keys(content.classes)} onRename={(to) => onChange(renameClass(content, name, to))} />
        <PickInput label={t("class.queue")} value={one.queue} choices={queues} wrong={wrong("classes", name, "queue")} onChange={(queue) => set({ queue })} />
      </div>
      <section>
        <h5>{t("class.arrivals")}</h5>
        {rates ? <PeriodsInput label={t("form.arrivals_of", { ns: "twin", name })} periods={periods} values={rates} onChange={(next) => onChange(withRates(content, name, next))} /> : <p className="two">{t("form.recorded", { ns: "twin" })}</p>}
        {wrong("classes", name, "arrivals") && <span className="wrong">{wrong("classes", name, "arrivals")}</span>}
        <div className="pairs">
          <CountInput label={t("class.busyness")} hint={t("class.busyness_hint")} value={typeof one["busyness"] === "number" ? one["busyness"] : null} least={0.01} whole={false} wrong={wrong("classes", name, "busyness")} onChange={(value) => set({ busyness: value ?? undefined })} />
        </div>
      </section>
      <section>
        <h5>{t("class.lasts")}</h5>
        {law("handling", t("class.handling"))}
        <Scale mean={meanOf(one.handling)} name={name} onScale={(factor) => onChange(withHandling(content, name, factor))} />
        <Optional label={t("class.wrap_up")} on={one["wrap_up"] !== undefined} onTurn={(on) => set({ wrap_up: on ? { exponential: "30s" } : undefined })}>{law("wrap_up", t("class.wrap_up_law"))}</Optional>
        <ByGroup content={content} name={name} onChange={onChange} />
      </section>
      <section>
        <h5>{t("class.patience")}</h5>
        <Optional label={t("class.gives_up")} on={one.patience !== undefined && one.patience !== "never"} onTurn={(on) => set({ patience: on ? { exponential: "3m" } : undefined })}>{law("patience", t("class.patience_law"), true)}</Optional>
        <Retrying content={content} name={name} kind="retry" onChange={onChange} />
        <Callback content={content} name={name} onChange={onChange} />
      </section>
      <section><h5>{t("class.around")}</h5><SelfCare content={content} name={name} onChange={onChange} /><Retrying content={content} name={name} kind="again" onChange={onChange} /><Onward content={content} name={name} onChange={onChange} /></section>
      <section><h5>{t("class.backlog")}</h5><Backlog content={content} name={name} onChange={onChange} /></section>
      <section>
        <h5>{t("class.labels")}</h5>
        <div className="pairs">
          <TextInput label={t("class.motive")} hint={t("class.motive_hint")} value={typeof one["motive"] === "string" ? one["motive"] : ""} onChange={(value) => set({ motive: value.trim() ? value : undefined })} maxLength={120} wrong={wrong("classes", name, "motive")} />
          <PickInput label={t("class.segment")} hint={t("class.segment_hint")} value={typeof one["segment"] === "string" ? one["segment"] : ""} wrong={wrong("classes", name, "segment")} choices={[{ key: "", name: t("class.no_segment") }, ...Object.keys(record(content.policy["segments"]) ?? {}).map((key) => ({ key, name: key }))]} onChange={(key) => set({ segment: key || undefined })} />
        </div>
      </section>
    </div>
  );
}

/** Laws of some groups in place of the class's own. */
function ByGroup({ content, name, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const told = record(content.classes[name]?.["handling_by_group"]) ?? {};
  const set = (next: Json): void => onChange(withClass(content, name, { handling_by_group: Object.keys(next).length ? next : undefined }));
  const left = Object.keys(content.groups ?? {}).filter((group) => !(group in told));
  return (
    <div className="sc-list">
      {Object.entries(told).map(([group, laws]) => (
        <div key={group} className="sc-line">
          <LawsInput label={t("class.by_group", { group })} value={laws} periods={periodsOf(content)} wrong={wrong("classes", name, "handling_by_group", group)} onChange={(next) => set({ ...told, [group]: next })} />
          <Button look="quiet" small iconOnly aria-label={t("act.drop_group_law", { group })} onPress={() => set(Object.fromEntries(Object.entries(told).filter(([key]) => key !== group)))}><Icon name="x" /></Button>
        </div>
      ))}
      {left.length > 0 && <div className="sc-row"><PickInput label={t("class.add_by_group")} value="" choices={[{ key: "", name: t("choose") }, ...left.map((key) => ({ key, name: key }))]} onChange={(group) => { if (group) set({ ...told, [group]: content.classes[name]?.handling }); }} /></div>}
    </div>
  );
}

/** Who comes back: those who left unanswered, or those who were handled. */
function Retrying({ content, name, kind, onChange }: Props & { kind: "retry" | "again" }) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const told = record(content.classes[name]?.[kind]);
  const set = (next: Json | undefined): void => onChange(withClass(content, name, { [kind]: next }));
  return (
    <Optional label={t(`class.${kind}`)} lead={t(`class.${kind}_lead`)} on={told !== null} onTurn={(on) => set(on ? { share: 0.2, after: { exponential: kind === "retry" ? "10m" : "1d" } } : undefined)}>
      {told && (
        <>
          <div className="pairs">
            <ShareInput label={t("class.share")} value={Number(told["share"] ?? 0)} wrong={wrong("classes", name, kind, "share")} onChange={(share) => set({ ...told, share })} />
            <As content={content} label={t("class.comes_as")} own={t("class.same")} value={told["as"]} onChange={(as) => { const { as: _old, ...rest } = told; set(as ? { ...rest, as } : rest); }} />
          </div>
          <LawsInput label={t("class.after")} value={told["after"]} periods={periodsOf(content)} wrong={wrong("classes", name, kind, "after")} onChange={(after) => set({ ...told, after })} />
        </>
      )}
    </Optional>
  );
}
function As({ content, label, own, value, onChange }: { content: Content; label: string; own?: string; value: unknown; onChange: (name: string) => void }) {
  return <PickInput label={label} value={typeof value === "string" ? value : ""} choices={[...(own ? [{ key: "", name: own }] : []), ...Object.keys(content.classes).map((key) => ({ key, name: key }))]} onChange={onChange} />;
}

function SelfCare({ content, name, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const told = record(content.classes[name]?.["self_care"]);
  const set = (next: Json | undefined): void => onChange(withClass(content, name, { self_care: next }));
  return (
    <Optional label={t("class.self_care")} lead={t("class.self_care_lead")} on={told !== null} onTurn={(on) => set(on ? { lasts: { exponential: "40s" }, served: 0.2, left: 0.05 } : undefined)}>
      {told && (
        <>
          <div className="pairs">
            <ShareInput label={t("class.served")} value={Number(told["served"] ?? 0)} wrong={wrong("classes", name, "self_care")} onChange={(served) => set({ ...told, served })} />
            <ShareInput label={t("class.left")} value={Number(told["left"] ?? 0)} onChange={(left) => set({ ...told, left })} />
          </div>
          <LawsInput label={t("class.menu_lasts")} value={told["lasts"] ?? "0s"} periods={periodsOf(content)} onChange={(lasts) => set({ ...told, lasts })} />
        </>
      )}
    </Optional>
  );
}

function Callback({ content, name, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const told = record(content.classes[name]?.["callback"]);
  const set = (next: Json | undefined): void => onChange(withClass(content, name, { callback: next }));
  return (
    <Optional label={t("class.callback")} lead={t("class.callback_lead")} on={told !== null} onTurn={(on) => set(on ? { after: "1m", share: 0.3 } : undefined)}>
      {told && (
        <div className="pairs">
          <TimeSpan label={t("class.callback_after")} value={durationOf(told["after"], 0)} wrong={wrong("classes", name, "callback")} onChange={(ms) => set({ ...told, after: writeDuration(ms) })} />
          <ShareInput label={t("class.callback_share")} value={Number(told["share"] ?? 0)} onChange={(share) => set({ ...told, share })} />
          <PickInput label={t("class.callback_queue")} value={typeof told["queue"] === "string" ? told["queue"] : ""} choices={[{ key: "", name: t("class.callback_own") }, ...Object.keys(content.policy.queues ?? {}).map((key) => ({ key, name: key }))]} onChange={(queue) => { const { queue: _old, ...rest } = told; set(queue ? { ...rest, queue } : rest); }} />
        </div>
      )}
    </Optional>
  );
}

/** Transfers: shares of those handled who wait again, as another class. */
function Onward({ content, name, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const told = content.classes[name]?.["onward"];
  const steps = Array.isArray(told) ? (told as Json[]) : [];
  const set = (next: Json[]): void => onChange(withClass(content, name, { onward: next.length ? next : undefined }));
  const first = Object.keys(content.classes).find((key) => key !== name) ?? name;
  return (
    <Optional label={t("class.onward")} lead={t("class.onward_lead")} on={steps.length > 0} onTurn={(on) => set(on ? [{ as: first, share: 0.1 }] : [])}>
      {steps.map((step, i) => (
        <div key={i} className="sc-line sc-row">
          <As content={content} label={t("class.onward_as")} value={step["as"]} onChange={(as) => set(steps.map((old, at) => (at === i ? { ...old, as } : old)))} />
          <ShareInput label={t("class.share")} value={Number(step["share"] ?? 0)} onChange={(share) => set(steps.map((old, at) => (at === i ? { ...old, share } : old)))} />
          <Button look="quiet" small iconOnly aria-label={t("act.drop_onward", { place: i + 1 })} onPress={() => set(steps.filter((_, at) => at !== i))}><Icon name="x" /></Button>
        </div>
      ))}
      {wrong("classes", name, "onward") && <span className="wrong">{wrong("classes", name, "onward")}</span>}
      <div><Button small onPress={() => set([...steps, { as: first, share: 0.05 }])}><Icon name="plus" />{t("act.add_onward")}</Button></div>
    </Optional>
  );
}

function Backlog({ content, name, onChange }: Props) {
  const { t } = useTranslation("scenario");
  const wrong = useWrong();
  const one = content.classes[name];
  const count = Number(one?.["backlog"] ?? 0);
  return (
    <>
      <p className="small three">{t("class.backlog_lead")}</p>
      <div className="pairs"><CountInput label={t("class.backlog_count")} value={count} wrong={wrong("classes", name, "backlog")} onChange={(value) => onChange(withClass(content, name, value ? { backlog: value } : { backlog: undefined, backlog_age: undefined }))} /></div>
      {count > 0 && <LawsInput label={t("class.backlog_age", { count, said: number(count) })} value={one?.["backlog_age"] ?? "0s"} periods={periodsOf(content)} wrong={wrong("classes", name, "backlog_age")} onChange={(value) => onChange(withClass(content, name, { backlog_age: value }))} />}
    </>
  );
}
