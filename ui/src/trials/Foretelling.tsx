import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NativeSelect } from "../admin/fields/NativeSelect";
import { api } from "../api/client";
import { number } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { isOver, scenariosQuery, useRun } from "../twin/queries";
import { RunProgress } from "../twin/RunProgress";
import { keepTrial, type Metric, type Trial } from "./queries";
import { difference, figure } from "./sizes";

const DAYS = ["100", "200", "500", "1000"] as const;
interface Told { value: number; low: number; high: number; present: number; tried: number; days: number; metric: Metric; scenario: string }

/** What the twin says of a draft's effect: asked, followed, and kept as its forecast. */
export function Foretelling({ trial }: { trial: Trial }) {
  const { t } = useTranslation("trials");
  const words = useTrouble();
  const [scenario, choose] = useState("");
  const [days, setDays] = useState<string>("200");
  const { data } = useInfiniteQuery(scenariosQuery);
  const scenarios = data?.pages.flatMap((page) => page.items) ?? [];
  const chosen = scenario || String(scenarios[0]?.id ?? "");
  const ask = useMutation({ mutationFn: () => api.post<Trial>(`/trials/${trial.id}/forecast`, { scenario_id: Number(chosen), replications: Number(days) }), onSuccess: keepTrial });
  return (
    <section aria-labelledby="foretelling">
      <h3 id="foretelling">{t("foretelling.title")}</h3>
      <p className="two">{t("foretelling.lead")}</p>
      {data && scenarios.length === 0 && <p>{t("foretelling.no_scenario")} <Link to="/twin">{t("foretelling.twin")}</Link></p>}
      {scenarios.length > 0 && (
        <div className="acts">
          <label>{t("foretelling.scenario")}<NativeSelect value={chosen} choices={scenarios.map((one) => ({ key: String(one.id), name: one.name }))} onChange={choose} /></label>
          <label>{t("foretelling.days")}<NativeSelect value={days} choices={DAYS.map((key) => ({ key, name: number(Number(key)) }))} onChange={setDays} /></label>
          <Button isDisabled={!chosen || ask.isPending} onPress={() => ask.mutate()}><Icon name="stack" />{t("foretelling.act")}</Button>
        </div>
      )}
      {ask.error && <p className="refused" role="alert">{words(ask.error)}</p>}
      {trial.forecast_run !== null && <Asked key={trial.forecast_run} trial={trial} runId={trial.forecast_run} />}
    </section>
  );
}

function Asked({ trial, runId }: { trial: Trial; runId: number }) {
  const { t } = useTranslation("trials");
  const words = useTrouble();
  const { data: run, error } = useRun(runId);
  const keep = useMutation({ mutationFn: () => api.post<Trial>(`/trials/${trial.id}/forecast/keep`), onSuccess: (done) => { keepTrial(done); toast(t("foretelling.kept")); } });
  if (error) return <p className="refused" role="alert">{words(error)}</p>;
  if (!run) return null;
  if (!isOver(run)) return <RunProgress run={run} />;
  if (run.state !== "done" || !run.result) return <p className="note soon" role="alert"><Icon name="warning-circle" />{run.error?.message ?? t("foretelling.cancelled")}</p>;
  const told = run.result as unknown as Told;
  const said = { value: difference(told.value, told.metric), low: difference(told.low, told.metric), high: difference(told.high, told.metric), present: figure(told.present, told.metric), tried: figure(told.tried, told.metric), name: t(`metric.${told.metric}`), count: told.days, said: number(told.days), scenario: told.scenario };
  return (
    <>
      <p className="said big" role="status">{t(told.low > 0 || told.high < 0 ? "foretelling.said" : "foretelling.said_open", said)}</p>
      <p className="two">{t("foretelling.said_why", said)}</p>
      {trial.forecast?.run_id === run.id
        ? <p className="small two">{t("foretelling.is_kept")}</p>
        : <div className="acts"><Button look="main" isDisabled={keep.isPending} onPress={() => keep.mutate()}>{t("foretelling.keep")}</Button></div>}
      {keep.error && <p className="refused" role="alert">{words(keep.error)}</p>}
    </>
  );
}
