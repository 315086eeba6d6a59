import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, ApiError } from "../api/client";
import { useNow } from "../api/clock";
import { client } from "../api/queries";
import { definitionsQuery } from "../figures/asking";
import { moment, number } from "../i18n/format";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { toast } from "../parts/toasts";
import { Trouble, useTrouble } from "../parts/Trouble";
import { CompareResults } from "./CompareResults";
import { isOver, keepRun, useRun, type Compared, type Days, type Fitted, type Run } from "./queries";
import { Results } from "./Results";
import { RunProgress } from "./RunProgress";

/** One run: its progress while it is at work, what it found once it is over. */
export function RunView({ id }: { id: string }) {
  const { t } = useTranslation("twin");
  const { data: run, error, refetch } = useRun(id);
  const missing = error instanceof ApiError && (error.status === 404 || error.status === 422);
  const back = <Link className="back" to="/twin"><Icon name="arrow-left" />{t("title")}</Link>;
  if (missing) return <>{back}<div className="rest"><Empty title={t("missing_run")}>{t("missing_lead")}</Empty></div></>;
  if (error && !run) return <>{back}<div className="rest"><Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} /></div></>;
  if (!run) return <>{back}<Skeleton lines={8} /></>;
  return (
    <>
      {back}
      <article className="twin-one" aria-labelledby="run-name">
        <Head run={run} />
        {!isOver(run) && <RunProgress run={run} />}
        {(run.state === "failed" || run.state === "cancelled") && <Ended run={run} />}
        {run.state === "done" && run.result && <Found run={run} />}
      </article>
    </>
  );
}

function Head({ run }: { run: Run }) {
  const { t } = useTranslation("twin");
  const now = useNow();
  return (
    <header>
      <h2 id="run-name">{run.name}</h2>
      <span className={`state ${run.state}`}>{t(`kind.${run.kind}`)} · {t(`state.${run.state}`)}</span>
      <p className="small two">
        {t("asked", { who: run.created_by ?? "–", when: moment(run.created_ms, now) })}
        {run.replications > 0 && ` · ${t("how_many", { count: run.replications, said: number(run.replications), seed: run.seed })}`}
      </p>
    </header>
  );
}

function Ended({ run }: { run: Run }) {
  const { t } = useTranslation("twin");
  return (
    <>
      <p className={`note ${run.state === "failed" ? "late" : ""}`} role="status"><Icon name="warning-circle" />{run.state === "failed" ? run.error?.message : t("cancelled_lead")}</p>
      <Acts run={run} />
    </>
  );
}

function Found({ run }: { run: Run }) {
  const { t, i18n } = useTranslation("twin");
  const { data: definitions, error, refetch } = useQuery(definitionsQuery(i18n.language));
  if (run.kind === "fit") return <Made fitted={run.result as unknown as Fitted} />;
  if (run.kind === "forecast") return <p className="two">{t("forecast_elsewhere")}</p>;
  if (run.kind === "target") return <p className="two">{t("target_elsewhere")}</p>;
  if (error) return <Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} />;
  if (!definitions) return <Skeleton lines={6} />;
  return (
    <>
      {run.kind === "run" ? <Results days={run.result as unknown as Days} definitions={definitions} /> : <CompareResults found={run.result as unknown as Compared} definitions={definitions} />}
      <Acts run={run} />
    </>
  );
}

/** What a fit made. */
function Made({ fitted }: { fitted: Fitted }) {
  const { t } = useTranslation("twin");
  return (
    <>
      <p className="big">{t("fitted", { count: fitted.days, days: number(fitted.days), contacts: number(fitted.contacts), classes: number(fitted.classes), groups: number(fitted.groups) })}</p>
      {!fitted.roster && <p className="note soon"><Icon name="warning-circle" />{t("fitted_no_roster")}</p>}
      {fitted.unserved.length > 0 && <p className="note soon"><Icon name="warning-circle" />{t("fitted_unserved", { queues: fitted.unserved.join(", ") })}</p>}
      <p className="two">{t("fitted_kinds", { kinds: Object.entries(fitted.kinds).map(([kind, days]) => `${t(`day.${kind}` as "day.full")}\u00a0${number(days)}`).join(" · ") })}</p>
      <div className="row"><Link className="btn main" to="/twin/scenarios/$scenarioId" params={{ scenarioId: String(fitted.scenario_id) }}>{t("act.open_scenario")}</Link></div>
    </>
  );
}

function Acts({ run }: { run: Run }) {
  const { t } = useTranslation("twin");
  const words = useTrouble();
  const navigate = useNavigate();
  const again = useMutation({
    mutationFn: () => api.post<Run>(`/twin/runs/${run.id}/again`),
    onSuccess: (made) => { keepRun(made); void navigate({ to: "/twin/runs/$runId", params: { runId: String(made.id) } }); },
  });
  const discard = useMutation({
    mutationFn: () => api.delete(`/twin/runs/${run.id}`),
    onSuccess: () => { toast(t("done.discarded")); void client.invalidateQueries({ queryKey: ["twin", "runs"] }); void navigate({ to: "/twin" }); },
  });
  const refused = again.error ?? discard.error;
  return (
    <div className="acts">
      {run.scenario_ids.map((id, place) => <Link key={id} className="btn" to="/twin/scenarios/$scenarioId" params={{ scenarioId: String(id) }}>{run.scenario_ids.length > 1 ? t("act.scenario_of", { place: place + 1 }) : t("act.open_scenario")}</Link>)}
      {run.state !== "done" && <Button look="main" isPending={again.isPending} onPress={() => again.mutate()}>{t("act.again")}</Button>}
      <Button look="quiet" isPending={discard.isPending} onPress={() => discard.mutate()}>{t("act.discard")}</Button>
      {refused && <p className="refused" role="alert">{words(refused)}</p>}
    </div>
  );
}
