import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import "../admin/admin.css";
import "../admin/form.css";
import { meQuery } from "../api/queries";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { Registry } from "./Forest";
import { NewTrial } from "./NewTrial";
import { mainOf, trialsQuery, type Trial } from "./queries";
import { difference } from "./sizes";
import { TrialView } from "./TrialView";
import "./trials.css";

/** Rules on trial: the registry on the left, one of them on the right, or all of them side by side. */
export function TrialsPage() {
  const { t } = useTranslation("trials");
  const navigate = useNavigate();
  const { data: me } = useSuspenseQuery(meQuery);
  const { trialId } = useParams({ strict: false });
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(trialsQuery);
  const trials = data?.pages.flatMap((page) => page.items) ?? [];
  const mayChange = me.role === "administrator";
  useEffect(() => { document.title = `${t("title")} · Affluent`; }, [t]);
  const open = (id: number): void => void navigate({ to: "/trials/$trialId", params: { trialId: String(id) } });
  return (
    <main className={`trials admin${trialId === undefined ? "" : " chosen"}`}>
      <section className="items" aria-labelledby="trials-title">
        <header>
          <h1 id="trials-title">{t("title")}</h1>
          {mayChange && <Button small onPress={() => void navigate({ to: "/trials/$trialId", params: { trialId: "new" } })}><Icon name="plus" />{t("new_short")}</Button>}
        </header>
        {error && !data && <div className="rest"><Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} /></div>}
        {!data && !error && <Skeleton lines={6} />}
        {data && trials.length === 0 && <div className="rest"><Empty title={t("empty")}>{t(mayChange ? "empty_lead" : "empty_reader")}</Empty></div>}
        <ul>{trials.map((trial) => <Line key={trial.id} trial={trial} chosen={String(trial.id) === trialId} />)}</ul>
        {hasNextPage && <div className="foot"><Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>{t("more")}</Button></div>}
        {!mayChange && <p className="small three reads">{t("read_only")}</p>}
      </section>
      <section className="one" aria-label={t("one")} tabIndex={0}>
        {trialId === undefined && trials.length > 0 && <Registry trials={trials} onOpen={open} />}
        {trialId === undefined && data && trials.length === 0 && <div className="rest"><Empty title={t("what")}>{t("what_lead")}</Empty></div>}
        {trialId === "new" && mayChange && <NewTrial />}
        {trialId !== undefined && (trialId !== "new" || !mayChange) && <TrialView key={trialId} id={trialId} mayChange={mayChange} />}
      </section>
    </main>
  );
}

function Line({ trial, chosen }: { trial: Trial; chosen: boolean }) {
  const { t } = useTranslation("trials");
  const main = mainOf(trial);
  return (
    <li>
      <Link to="/trials/$trialId" params={{ trialId: String(trial.id) }} {...(chosen ? { "aria-current": "page" as const } : {})}>
        <span className="b cut">{trial.name}</span>
        <span className="small two cut">{t(trial.verdict ? `verdict.${trial.verdict}` : `state.${trial.state}`)}{main?.value != null && ` · ${difference(main.value, main.key)}`} · {trial.subject}</span>
      </Link>
    </li>
  );
}
