import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Differences } from "../admin/Differences";
import { api, ApiError } from "../api/client";
import { useNow } from "../api/clock";
import { client } from "../api/queries";
import { day, moment, momentTo, number, target } from "../i18n/format";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { toast } from "../parts/toasts";
import { Trouble, useTrouble } from "../parts/Trouble";
import { ConcludeDialog, ExtendDialog, SureDialog } from "./dialogs";
import { asForetold, Effects } from "./Forest";
import { Foretelling } from "./Foretelling";
import { EditTrial } from "./NewTrial";
import { keepTrial, mainOf, trialQuery, type Trial } from "./queries";
import { difference, figure, shareOf } from "./sizes";

/** One trial: what it changes and for whom, what it does, and what can be done with it. */
export function TrialView({ id, mayChange }: { id: string; mayChange: boolean }) {
  const { t } = useTranslation("trials");
  const { data: trial, error, refetch } = useQuery(trialQuery(id));
  const [editing, edit] = useState(false);
  const missing = error instanceof ApiError && (error.status === 404 || error.status === 422);
  const back = <Link className="back" to="/trials"><Icon name="arrow-left" />{t("title")}</Link>;
  if (missing) return <>{back}<div className="rest"><Empty title={t("missing")}>{t("missing_lead")}</Empty></div></>;
  if (error && !trial) return <>{back}<div className="rest"><Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} /></div></>;
  if (!trial) return <>{back}<Skeleton lines={7} /></>;
  return (
    <>
      {back}
      <article className="trial" aria-labelledby="trial-name">
        <header><h2 id="trial-name">{trial.name}</h2><span className={`state ${trial.state}`}>{t(trial.verdict ? `verdict.${trial.verdict}` : `state.${trial.state}`)}</span></header>
        {trial.why && <p className="two">{trial.why}</p>}
        <Warnings trial={trial} />
        {trial.state === "draft" ? <Foretold trial={trial} /> : <Said trial={trial} />}
        {mayChange && trial.state !== "concluded" && !editing && <Acts trial={trial} onEdit={() => edit(true)} />}
        {mayChange && trial.state === "draft" && editing && <EditTrial trial={trial} onClose={() => edit(false)} />}
        {mayChange && trial.state === "draft" && !editing && <Foretelling trial={trial} />}
        {trial.started_ms !== null && <section><h3>{t("effects")}</h3><Effects trial={trial} /><p className="small two">{t("effects_note")}</p></section>}
        <section><h3>{t("changes")}</h3><p className="two">{t(`noun.${trial.noun}`)} <b className="b">{trial.subject}</b></p><Differences noun={trial.noun} before={trial.before} after={trial.changes} /></section>
        <How trial={trial} />
      </article>
    </>
  );
}

function Warnings({ trial }: { trial: Trial }) {
  const { t } = useTranslation("trials");
  const now = useNow();
  return (
    <>
      {trial.end_reason === "guardrail" && trial.crossed && <p className="note late" role="status"><Icon name="warning" />{t("stopped_itself", { metric: t(`metric.${trial.crossed}`) })}</p>}
      {trial.disturbed.map((one) => <p key={one.at_ms} className="note soon"><Icon name="warning-circle" />{t("disturbed", { name: one.name, when: moment(one.at_ms, now) })}</p>)}
    </>
  );
}

/** Before it starts: how long it takes to see what is worth seeing. */
function Foretold({ trial }: { trial: Trial }) {
  const { t } = useTranslation("trials");
  const size = trial.size;
  if (!size) return null;
  const smallest = difference(trial.smallest, trial.metric).replace("+", "");
  const units = t(`units.${trial.mode === "switchback" ? "squares" : trial.unit}`, { count: size.units, said: number(size.units) });
  return (
    <div className="said">
      <p className="big">{size.days === null ? t("size_unknown", { smallest }) : t("size", { count: size.days, said: number(size.days), smallest })}</p>
      <p className="two">{t("size_why", { units, a_day: number(size.units_a_day, 1), present: figure(size.present, trial.metric) })}</p>
      {size.days !== null && size.days > trial.days && <p className="note soon"><Icon name="warning-circle" />{t("size_short", { count: trial.days, said: number(trial.days) })}</p>}
    </div>
  );
}

/** What is known by now, in one sentence. */
function Said({ trial }: { trial: Trial }) {
  const { t } = useTranslation("trials");
  const now = useNow();
  const main = mainOf(trial);
  const name = t(`metric.${trial.metric}`);
  const told = asForetold(trial, main);
  const contacts = main ? main.contacts[0] + main.contacts[1] : 0;
  const values = main && main.low !== null && main.high !== null ? { name, low: difference(main.low, main.key), high: difference(main.high, main.key) } : null;
  return (
    <div className="said">
      <p className="big">{values && main ? t(`said.${main.finding === "early" ? "open" : main.finding}`, values) : t("said.early")}</p>
      <p className="two">{main && t("arms", { count: contacts, said: number(contacts), present: figure(main.present, main.key), tried: figure(main.tried, main.key) })}{" "}
        {trial.state === "running" && trial.ends_ms !== null && t("ends", { when: momentTo(trial.ends_ms, now) })}
        {trial.state === "running" && trial.mode === "switchback" && <> {t(trial.arm ? "turned_tried" : "turned_present")}</>}
        {trial.state !== "running" && trial.ended_ms !== null && t(`ended.${trial.end_reason ?? "by_hand"}`, { when: day(trial.ended_ms, now), name: trial.ended ?? "–" })}</p>
      {told && <p className="two">{t(`registry.foretold.${told}`)}</p>}
      {trial.verdict && trial.verdict_ms !== null && <p><b className="b">{t(`verdict.${trial.verdict}`)}</b> · {t("decided", { name: trial.decided ?? "–", when: day(trial.verdict_ms, now) })}{trial.verdict_why && ` — ${trial.verdict_why}`}</p>}
    </div>
  );
}

function Acts({ trial, onEdit }: { trial: Trial; onEdit: () => void }) {
  const { t } = useTranslation("trials");
  const words = useTrouble();
  const navigate = useNavigate();
  const [asking, ask] = useState<"start" | "stop" | "extend" | "conclude" | "discard" | null>(null);
  const close = (): void => ask(null);
  const act = useMutation({
    mutationFn: (path: "start" | "stop") => api.post<Trial>(`/trials/${trial.id}/${path}`),
    onSuccess: (done, path) => { keepTrial(done); toast(t(path === "start" ? "done.started" : "done.stopped")); close(); },
  });
  const discard = useMutation({
    mutationFn: () => api.delete(`/trials/${trial.id}`),
    onSuccess: () => { client.removeQueries({ queryKey: ["trials", String(trial.id)] }); void client.invalidateQueries({ queryKey: ["trials"] }); toast(t("done.discarded")); void navigate({ to: "/trials" }); },
  });
  const refused = act.error ?? discard.error;
  return (
    <div className="acts">
      {trial.state === "draft" && <Button look="main" onPress={() => ask("start")}>{t("act.start")}</Button>}
      {trial.state === "draft" && <Button onPress={onEdit}>{t("act.edit")}</Button>}
      {trial.state === "draft" && <Button onPress={() => ask("discard")}>{t("act.discard")}</Button>}
      {trial.state !== "draft" && <Button look="main" onPress={() => ask("conclude")}>{t("act.conclude")}</Button>}
      {trial.state === "running" && <Button onPress={() => ask("extend")}>{t("act.extend")}</Button>}
      {trial.state === "running" && <Button look="danger" onPress={() => ask("stop")}>{t("act.stop")}</Button>}
      {refused && <p className="refused" role="alert">{words(refused)}</p>}
      <SureDialog open={asking === "start"} title={t("sure.start")} text={t(trial.mode === "share" ? "sure.start_share" : "sure.start_switchback", { share: shareOf(trial.share_permille) })} act={t("act.start")} pending={act.isPending} onClose={close} onAct={() => act.mutate("start")} />
      <SureDialog open={asking === "stop"} title={t("sure.stop")} text={t("sure.stop_text")} act={t("act.stop")} pending={act.isPending} onClose={close} onAct={() => act.mutate("stop")} />
      <SureDialog open={asking === "discard"} title={t("sure.discard")} text={t("sure.discard_text")} act={t("act.discard")} pending={discard.isPending} onClose={close} onAct={() => discard.mutate()} />
      {asking === "extend" && <ExtendDialog trial={trial} onClose={close} />}
      {asking === "conclude" && <ConcludeDialog trial={trial} onClose={close} />}
    </div>
  );
}

function How({ trial }: { trial: Trial }) {
  const { t } = useTranslation("trials");
  const now = useNow();
  const rows: [string, string][] = [
    [t("how.for"), trial.mode === "share" ? t(`how.share_${trial.unit}`, { share: shareOf(trial.share_permille) }) : t(trial.apart_days === 7 ? "how.switchback_week" : "how.switchback_day", { slot: target(trial.slot_ms), washout: target(trial.washout_ms), zone: trial.timezone })],
    [t("how.judged"), t(`metric.${trial.metric}`)],
    [t("how.smallest"), difference(trial.smallest, trial.metric).replace("+", "")],
    [t("how.expected"), trial.expected === null ? "–" : difference(trial.expected, trial.metric)],
    ...(trial.forecast ? [[t("how.forecast"), t(trial.forecast.run_id === null ? "how.forecast_said" : "how.forecast_twin", { value: difference(trial.forecast.value, trial.metric), low: difference(trial.forecast.low, trial.metric), high: difference(trial.forecast.high, trial.metric), by: trial.forecast.by })] as [string, string]] : []),
    [t("how.guardrails"), trial.guardrails.map((one) => t("how.guardrail", { metric: t(`metric.${one.key}`), margin: difference(one.margin, one.key).replace("+", "") })).join(" · ") || "–"],
    [t("how.written"), t("by_on", { name: trial.written ?? "–", when: day(trial.created_ms, now) })],
    ...(trial.started_ms === null ? [] : [[t("how.started"), t("by_on", { name: trial.started ?? "–", when: day(trial.started_ms, now) })] as [string, string]]),
  ];
  return (
    <section>
      <h3>{t("how.title")}</h3>
      <p className="two">{t(trial.mode === "share" ? "how.shared_agents" : "how.carried_over")}</p>
      <dl>{rows.map(([term, said]) => <div key={term}><dt>{term}</dt><dd>{said}</dd></div>)}</dl>
    </section>
  );
}
