import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import "../admin/admin.css";
import "../admin/form.css";
import { useNow } from "../api/clock";
import { moment, percent } from "../i18n/format";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { CompareDialog, ImportDialog, TodayDialog } from "./dialogs";
import { isOver, runsQuery, scenariosQuery, type RunLine, type ScenarioLine } from "./queries";
import { RunView } from "./RunView";
import { ScenarioView } from "./ScenarioView";
import "./twin.css";

const COMPARED_MAX = 6;

/** The twin: scenarios and runs on the left, one of them on the right. */
export function TwinPage() {
  const { t } = useTranslation("twin");
  const { scenarioId, runId } = useParams({ strict: false });
  const scenarios = useInfiniteQuery(scenariosQuery);
  const runs = useInfiniteQuery(runsQuery);
  const [asking, ask] = useState<"today" | "import" | "compare" | null>(null);
  const [picked, pick] = useState<readonly number[]>([]);
  useEffect(() => { document.title = `${t("title")} · Affluent`; }, [t]);
  const kept = scenarios.data?.pages.flatMap((page) => page.items) ?? [];
  const asked = runs.data?.pages.flatMap((page) => page.items) ?? [];
  const chosen = kept.filter((one) => picked.includes(one.id));
  const error = scenarios.error ?? runs.error;
  const toggle = (id: number): void => pick((old) => (old.includes(id) ? old.filter((one) => one !== id) : [...old, id].slice(-COMPARED_MAX)));
  return (
    <main className={`twin admin${scenarioId ?? runId ? " chosen" : ""}`}>
      <section className="items" aria-labelledby="twin-title">
        <header><h1 id="twin-title">{t("title")}</h1></header>
        <div className="makes"><Button look="main" onPress={() => ask("today")}><Icon name="plus" />{t("act.today")}</Button><Button onPress={() => ask("import")}>{t("act.import")}</Button></div>
        {error && <div className="rest"><Trouble title={t("trouble")} error={error} onRetry={() => { void scenarios.refetch(); void runs.refetch(); }} /></div>}
        {!scenarios.data && !error && <Skeleton lines={6} />}
        <h2>{t("scenarios")}</h2>
        {scenarios.data && kept.length === 0 && <p className="two none">{t("no_scenario")}</p>}
        <ul>{kept.map((one) => <ScenarioRow key={one.id} one={one} current={String(one.id) === scenarioId} picked={picked.includes(one.id)} onPick={() => toggle(one.id)} />)}</ul>
        {scenarios.hasNextPage && <div className="foot"><Button isPending={scenarios.isFetchingNextPage} onPress={() => void scenarios.fetchNextPage()}>{t("act.further")}</Button></div>}
        {kept.length > 1 && <div className="makes"><Button isDisabled={chosen.length < 2} onPress={() => ask("compare")}>{t("act.compare_chosen", { count: chosen.length })}</Button></div>}
        <h2>{t("runs")}</h2>
        {runs.data && asked.length === 0 && <p className="two none">{t("no_run")}</p>}
        <ul>{asked.map((one) => <RunRow key={one.id} one={one} current={String(one.id) === runId} />)}</ul>
        {runs.hasNextPage && <div className="foot"><Button isPending={runs.isFetchingNextPage} onPress={() => void runs.fetchNextPage()}>{t("act.further")}</Button></div>}
      </section>
      <section className="one" aria-label={t("one")} tabIndex={0}>
        {scenarioId !== undefined && <ScenarioView key={`s${scenarioId}`} id={scenarioId} />}
        {runId !== undefined && <RunView key={`r${runId}`} id={runId} />}
        {scenarioId === undefined && runId === undefined && <div className="rest"><Empty title={t("what")}>{t("what_lead")}</Empty></div>}
      </section>
      {asking === "today" && <TodayDialog onClose={() => ask(null)} />}
      {asking === "import" && <ImportDialog onClose={() => ask(null)} />}
      {asking === "compare" && <CompareDialog scenarios={chosen} onClose={() => ask(null)} />}
    </main>
  );
}

function ScenarioRow({ one, current, picked, onPick }: { one: ScenarioLine; current: boolean; picked: boolean; onPick: () => void }) {
  const { t } = useTranslation("twin");
  const now = useNow();
  return (
    <li className="pickable">
      <label><input type="checkbox" checked={picked} onChange={onPick} /><span className="vh">{t("pick", { name: one.name })}</span></label>
      <Link to="/twin/scenarios/$scenarioId" params={{ scenarioId: String(one.id) }} {...(current ? { "aria-current": "page" as const } : {})}>
        <span className="b cut">{one.name}</span>
        <span className="small two cut">{t("version", { version: one.version })} · {one.changed_by ?? "–"} · {moment(one.changed_ms, now)}</span>
      </Link>
    </li>
  );
}

function RunRow({ one, current }: { one: RunLine; current: boolean }) {
  const { t } = useTranslation("twin");
  const now = useNow();
  const far = one.state === "running" && one.total > 0 ? ` ${percent(one.done / one.total)}` : "";
  return (
    <li>
      <Link to="/twin/runs/$runId" params={{ runId: String(one.id) }} {...(current ? { "aria-current": "page" as const } : {})}>
        <span className="b cut">{one.name}</span>
        <span className={`small cut ${one.state === "failed" ? "late" : isOver(one) ? "two" : "now"}`}>{t(`kind.${one.kind}`)} · {t(`state.${one.state}`)}{far} · {moment(one.created_ms, now)}</span>
      </Link>
    </li>
  );
}
