import { useInfiniteQuery, useMutation, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import "../admin/form.css";
import { NativeSelect } from "../admin/fields/NativeSelect";
import { api } from "../api/client";
import { useNow } from "../api/clock";
import { client, meQuery } from "../api/queries";
import { moment } from "../i18n/format";
import { save } from "../figures/csv";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble, useTrouble } from "../parts/Trouble";
import { useAsked } from "../parts/useAsked";
import { RunProgress } from "../twin/RunProgress";
import { isOver, keepRun, runQuery, scenarioQuery, scenariosQuery, type Run, type Scenario } from "../twin/queries";
import { NumberInput } from "../admin/fields/NumberInput";
import { Labelled } from "../admin/fields/Labelled";
import { currentLocale } from "../i18n";
import { Checked } from "./Checked";
import { targetsCsv } from "./csv";
import { PlanTable } from "./PlanTable";
import { QueueAnswer } from "./QueueAnswer";
import { foundQuery, type Content, type Found } from "./queries";
import { asYaml, classesOf, startingWorth, withKept, wrongs, type Worth } from "./worth";
import { readSearch, type TargetSearch } from "./search";
import "./target.css";
import { WorthForm } from "./WorthForm";

/** How many days the twin lives under each choice of targets, to begin with; the API takes no more than the most. */
const USUAL_DAYS = 40, DAYS_MOST = 500;

/** How long should customers wait? What each target brings and costs, from the centre's own days. */
export function TargetPage() {
  const { t } = useTranslation("target");
  const navigate = useNavigate();
  const search = useAsked(readSearch);
  const { data, error, refetch } = useInfiniteQuery(scenariosQuery);
  const scenarios = data?.pages.flatMap((page) => page.items);
  // The centre as it is, rather than the latest of somebody's what-ifs.
  const scenarioId = search.scenario ?? (scenarios?.find((one) => one.origin === "today") ?? scenarios?.[0])?.id ?? null;
  const { data: scenario, error: unread } = useQuery({ ...scenarioQuery(String(scenarioId)), enabled: scenarioId !== null });
  const { data: past } = useQuery(foundQuery);
  // Whoever comes back finds what was found last of this scenario.
  const runId = search.run ?? past?.find((one) => scenarioId !== null && one.scenario_ids.includes(scenarioId))?.id;
  const { data: run, error: lost } = useQuery({ ...runQuery(String(runId)), enabled: runId !== undefined });
  const now = useNow();
  useEffect(() => { document.title = `${t("title")} · Affluent`; }, [t]);
  const go = (next: TargetSearch): void => void navigate({ to: "/target", search: { ...search, ...next }, replace: true });
  return (
    <main className="target">
      <header className="thead">
        <h1>{t("title")}</h1>
        {scenarios && scenarios.length > 0 && <label>{t("scenario")}<NativeSelect value={String(scenarioId ?? "")} choices={scenarios.map((one) => ({ key: String(one.id), name: one.name }))} onChange={(key) => go({ scenario: Number(key), run: undefined })} /></label>}
        {past && past.length > 0 && <label>{t("earlier")}<NativeSelect value={runId === undefined ? "" : String(runId)} placeholder={t("earlier_none")} choices={past.map((one) => ({ key: String(one.id), name: `${one.name} · ${moment(one.created_ms, now)}` }))} onChange={(key) => key && go({ run: Number(key) })} /></label>}
      </header>
      <div className="tbody">
        <aside aria-label={t("form.title")}>
          {error && <Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} />}
          {unread && <Trouble title={t("trouble")} error={unread} />}
          {!scenarios && !error && <Skeleton lines={8} />}
          {scenarios && scenarios.length === 0 && <FromToday onDone={(id) => go({ scenario: id })} />}
          {scenario && <Asking key={`${scenario.id}/${scenario.version}`} scenario={scenario} onAsked={(id) => go({ scenario: scenario.id, run: id })} busy={run !== undefined && !isOver(run)} />}
        </aside>
        <section className="tmain" aria-label={t("result")} tabIndex={0}>
          {lost && <Trouble title={t("run_trouble")} error={lost} />}
          {run && <Shown run={run} />}
          {runId === undefined && <Empty title={t("empty")}>{t("empty_how")}</Empty>}
        </section>
      </div>
    </main>
  );
}

function Shown({ run }: { run: Run }) {
  const { t } = useTranslation("target");
  const { data: me } = useSuspenseQuery(meQuery);
  const [queue, setQueue] = useState("");
  if (!isOver(run)) return <RunProgress run={run} />;
  if (run.state !== "done" || !run.result) return <p className={run.state === "failed" ? "refused" : "two"} role="alert">{run.error?.message ?? t("cancelled")}</p>;
  const found = run.result as unknown as Found;
  const shown = found.queues.find((one) => one.queue === queue) ?? found.queues[0];
  const mayApply = me.role === "administrator";
  return (
    <>
      {found.checked && <Checked found={found.checked} />}
      {!shown && <Empty title={t("no_queue")}>{t("no_queue_how")}</Empty>}
      {found.queues.length > 1 && <label className="of">{t("queue")}<NativeSelect value={shown?.queue ?? ""} choices={found.queues.map((one) => ({ key: one.queue, name: one.queue }))} onChange={setQueue} /></label>}
      {shown && <QueueAnswer key={`${run.id}/${shown.queue}`} found={shown} shareOf={found.share} level={found.level} mayApply={mayApply} {...(found.checked ? { twinMs: found.checked.best_ms[shown.queue] } : {})} />}
      {found.queues.length > 0 && <PlanTable found={found} />}
      {found.left_out.length > 0 && <p className="small two">{t("left_out", { queues: found.left_out.join(", ") })}</p>}
      <p className="small three">{t(found.checked ? "knows" : "knows_not")}</p>
      <div className="row">
        <Button onPress={() => save(targetsCsv(found, currentLocale() === "fr"), "affluent-targets.csv")}><Icon name="download-simple" />{t("act.csv")}</Button>
        <Button onPress={() => save(JSON.stringify(found, null, 2), "affluent-targets.json")}><Icon name="download-simple" />{t("act.json")}</Button>
      </div>
    </>
  );
}

/** The form beside the answer. What is typed is kept for this scenario on this browser. */
function Asking({ scenario, onAsked, busy }: { scenario: Scenario; onAsked: (run: number) => void; busy: boolean }) {
  const { t } = useTranslation("target");
  const words = useTrouble();
  const kept = `affluent.worth.${scenario.id}`;
  const content: Content = scenario.content ?? {};
  const [worth, setWorth] = useState<Worth>(() => withKept(startingWorth(content), remembered(kept)));
  const [days, setDays] = useState<number | null>(USUAL_DAYS);
  const classes = classesOf(content);
  const yaml = asYaml(worth, todayOf(content));
  const wrong = wrongs(worth);
  const days_wrong = days === null || !Number.isInteger(days) || days < 0 || days > DAYS_MOST || days === 1;
  const ask = useMutation({
    mutationFn: () => api.post<Run>("/twin/runs", { kind: "target", scenario_id: scenario.id, worth: yaml, replications: days }),
    onSuccess: (run) => { keepRun(run); void client.invalidateQueries({ queryKey: foundQuery.queryKey }); onAsked(run.id); },
  });
  const change = (next: Worth): void => { setWorth(next); localStorage.setItem(kept, JSON.stringify(next)); ask.reset(); };
  if (classes.length === 0) return <Empty title={t("no_queue")}>{t("no_queue_how")}</Empty>;
  return (
    <form onSubmit={(event) => { event.preventDefault(); if (wrong.length === 0 && !days_wrong && !busy) ask.mutate(); }} className="worth-form">
      <h2>{t("form.title")}</h2>
      <WorthForm worth={worth} onChange={change} wrong={wrong} queues={Object.fromEntries(classes.map((one) => [one.name, one.queue]))} />
      <Labelled label={t("form.days")} hint={t("form.days_hint")} wrong={days_wrong ? t("wrong.days", { most: DAYS_MOST }) : null}>{(attributes) => <NumberInput {...attributes} value={days} least={0} most={DAYS_MOST} onChange={setDays} />}</Labelled>
      {ask.error && <p className="refused" role="alert">{words(ask.error)}</p>}
      <div className="ends">
        <Button look="main" type="submit" isDisabled={wrong.length > 0 || days_wrong || busy || ask.isPending}>{t("form.act")}</Button>
        <Button onPress={() => save(yaml, "worth.yaml")} isDisabled={wrong.length > 0}><Icon name="download-simple" />{t("form.export")}</Button>
        <Button look="quiet" onPress={() => change(startingWorth(content))}>{t("form.reset")}</Button>
      </div>
      <p className="small three">{t("form.export_hint")}</p>
    </form>
  );
}
function remembered(key: string): Partial<Worth> | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    return kept && typeof kept === "object" ? kept : null;
  } catch {
    return null;
  }
}
/** Today's targets of the scenario, in seconds: they are compared with the others. */
function todayOf(content: { policy?: { queues?: Record<string, { target?: string }> } }): number[] {
  return Object.values(content.policy?.queues ?? {}).flatMap(({ target }) => {
    const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(target ?? "");
    const seconds = parts ? Number(parts[1] ?? 0) * 3600 + Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0) : 0;
    return seconds > 0 && seconds <= 3600 ? [seconds] : [];
  });
}

/** No scenario yet: one of the centre as it is, at a touch. */
function FromToday({ onDone }: { onDone: (scenario: number) => void }) {
  const { t } = useTranslation("target");
  const words = useTrouble();
  const [asked, setAsked] = useState<number | null>(null);
  const { data: run } = useQuery({ ...runQuery(String(asked)), enabled: asked !== null });
  const fit = useMutation({ mutationFn: () => api.post<Run>("/twin/runs", { kind: "fit", name: t("today_name"), weeks: 8, day: null }), onSuccess: (made) => setAsked(made.id) });
  const done = run?.state === "done" ? Number(run.result?.["scenario_id"]) : undefined;
  useEffect(() => {
    if (done === undefined) return;
    void client.invalidateQueries({ queryKey: ["twin"] });
    onDone(done);
  }, [done, onDone]);
  return (
    <Empty title={t("no_scenario")}>
      {t("no_scenario_how")} <Link to="/twin">{t("twin_page")}</Link>
      <span className="row"><Button look="main" isDisabled={fit.isPending || (asked !== null && run?.state !== "failed")} onPress={() => fit.mutate()}>{t("today_act")}</Button></span>
      {run && !isOver(run) && <RunProgress run={run} />}
      {run?.error && <span className="refused" role="alert">{run.error.message}</span>}
      {fit.error && <span className="refused" role="alert">{words(fit.error)}</span>}
    </Empty>
  );
}
