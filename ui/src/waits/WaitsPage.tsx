import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { NativeSelect } from "../admin/fields/NativeSelect";
import { meQuery } from "../api/queries";
import { daysOf, type PeriodKey } from "../figures/asking";
import { number, span } from "../i18n/format";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { dayName, HeldChart } from "./HeldChart";
import { interval, isWeekend, pooled, toldQuery, verdict, waitsQuery, type DayTold, type QueueWait, type Sums } from "./queries";
import { cushionSaid, share, useRange } from "./said";
import "./waits.css";

const PERIODS = ["today", "week", "month", "quarter"] as const satisfies readonly PeriodKey[];

/** Do customers wait as long as they are told? By queue and day, against what is promised. */
export function WaitsPage() {
  const { t } = useTranslation("waits");
  const [period, setPeriod] = useState<(typeof PERIODS)[number]>("month");
  const [queue, setQueue] = useState("");
  const { data: me } = useSuspenseQuery(meQuery);
  const { from, to } = daysOf({ period });
  const { data: told, error, refetch } = useQuery(toldQuery(from, to));
  const { data: now } = useQuery(waitsQuery);
  useEffect(() => { document.title = `${t("title")} · Affluent`; }, [t]);
  const queues = [...new Map(told?.map((one) => [one.queue_id, one.name]))];
  const mine = told?.filter((one) => queue === "" || String(one.queue_id) === queue) ?? [];
  return (
    <main className="waits">
      <header className="whead">
        <h1>{t("title")}</h1>
        <label>{t("period")}<NativeSelect value={period} choices={PERIODS.map((key) => ({ key, name: t(`periods.${key}`) }))} onChange={(key) => setPeriod(key as typeof period)} /></label>
        <label>{t("queue")}<NativeSelect value={queue} choices={[{ key: "", name: t("all") }, ...queues.map(([id, name]) => ({ key: String(id), name }))]} onChange={setQueue} /></label>
        <Link className="btn" to="/figures"><Icon name="chart-line" />{t("figures")}</Link>
      </header>
      <div className="wbody">
        {error && !told && <Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} />}
        {!told && !error && <Skeleton lines={8} />}
        {told && told.length === 0 && <Empty title={t("empty")}>{t("empty_how")}</Empty>}
        {told && mine.length > 0 && <Told days={mine} now={now ?? []} mayTry={me.role === "administrator"} />}
      </div>
    </main>
  );
}

function Told({ days, now, mayTry }: { days: readonly DayTold[]; now: readonly QueueWait[]; mayTry: boolean }) {
  const { t } = useTranslation("waits");
  const all = pooled(days);
  const byDay = grouped(days, (one) => one.day).sort(([a], [b]) => a.localeCompare(b));
  const byQueue = grouped(days, (one) => String(one.queue_id));
  return (
    <>
      <Lead sums={all} />
      <Silence sums={all} />
      <section><h2>{t("chart.title")}</h2><HeldChart days={byDay.map(([day, rows]) => ({ day, sums: pooled(rows) }))} /></section>
      <section>
        <h2>{t("by_queue")}</h2>
        <Table head={t("queue")} lines={byQueue.map(([id, rows]) => ({ key: id, name: rows[0]?.name ?? "", sums: pooled(rows), untold: rows.every((one) => !one.announced), wait: now.find((one) => String(one.queue_id) === id) }))} />
        <p className="small two">{t("note_gave_up")}</p>
      </section>
      <section>
        <h2>{t("by_kind")}</h2>
        <Table head={t("kind")} lines={(["week", "weekend"] as const).flatMap((kind) => { const mine = days.filter((one) => isWeekend(one.day) === (kind === "weekend")); return mine.length ? [{ key: kind, name: t(`kinds.${kind}`), sums: pooled(mine), untold: mine.every((one) => !one.announced) }] : []; })} />
      </section>
      <section>
        <h2>{t("cushion.title")}</h2>
        <Effect sums={all} />
        {mayTry && <p className="small two">{t("cushion.try")} <Link to="/trials/$trialId" params={{ trialId: "new" }}>{t("cushion.try_act")}</Link></p>}
      </section>
      <section><h2>{t("by_day")}</h2><Table head={t("day")} lines={[...byDay].reverse().map(([day, rows]) => ({ key: day, name: dayName(day), sums: pooled(rows), untold: rows.every((one) => !one.announced) }))} /></section>
    </>
  );
}
function grouped(days: readonly DayTold[], key: (one: DayTold) => string): [string, DayTold[]][] {
  const found = new Map<string, DayTold[]>();
  for (const one of days) found.set(key(one), [...(found.get(key(one)) ?? []), one]);
  return [...found];
}

function Lead({ sums }: { sums: Sums }) {
  const { t } = useTranslation("waits");
  const found = interval(sums.held, sums.looked_at, sums.waits);
  if (!found) return <p className="lead">{t("lead.silent")}</p>;
  return <p className="lead">{t(`lead.${verdict(sums)}`, { held: share(found.value, 1), low: share(found.low), high: share(found.high), promised: share(sums.promised / sums.looked_at), said: number(sums.looked_at), count: sums.waits, people: number(sums.waits) })}</p>;
}

/** How often nothing was said: a silence is honest, and yet no answer. */
function Silence({ sums }: { sums: Sums }) {
  const { t } = useTranslation("waits");
  if (sums.silence_of === 0) return null;
  const { silent, silent_nobody, silence_of } = sums;
  if (silent === 0) return <p className="two">{t("silence.none", { count: silence_of, said: number(silence_of) })}</p>;
  return <p className="two">{t("silence.some", { silent: share(silent / silence_of, 1), said: number(silence_of), nobody: share(silent_nobody / silent) })}</p>;
}

/** What the cushion does: how often waits stay below the announced upper end with it, and without. */
export function Effect({ sums }: { sums: Sums }) {
  const { t } = useTranslation("waits");
  if (sums.looked_at === 0) return <p className="two">{t("cushion.unknown")}</p>;
  const under = 1 - sums.over / sums.looked_at, bare = 1 - sums.bare_over / sums.looked_at;
  if (sums.width_ms === sums.bare_width_ms) return <p>{t("cushion.none", { under: share(bare, 1) })}</p>;
  return <p>{t("cushion.effect", { under: share(under, 1), bare: share(bare, 1), width: span(sums.width_ms / sums.looked_at), bare_width: span(sums.bare_width_ms / sums.looked_at) })}</p>;
}

interface Line { key: string; name: string; sums: Sums; untold: boolean; wait?: QueueWait | undefined }
function Table({ head, lines }: { head: string; lines: readonly Line[] }) {
  const { t } = useTranslation("waits");
  const range = useRange();
  return (
    <div className="wscroll" role="region" aria-label={t("table.label", { head })} tabIndex={0}>
      <table className="wt">
        <thead><tr>
          <th scope="col">{head}</th><th scope="col" className="num">{t("table.held")}</th><th scope="col" className="num">{t("table.promised")}</th><th scope="col" className="num">{t("table.over")}</th>
          <th scope="col" className="num">{t("table.bare_over")}</th><th scope="col" className="num">{t("table.width")}</th><th scope="col" className="num">{t("table.looked_at")}</th><th scope="col" className="num">{t("table.silent")}</th><th scope="col" className="num">{t("table.gave_up")}</th>
        </tr></thead>
        <tbody>
          {lines.map(({ key, name, sums, untold, wait }) => {
            const found = interval(sums.held, sums.looked_at, sums.waits), how = verdict(sums), cushion = wait ? cushionSaid(wait) : "";
            const of = (part: number, digits = 0): string => (sums.looked_at ? share(part / sums.looked_at, digits) : "–");
            return (
              <tr key={key}>
                <th scope="row">{name}
                  {wait?.next && <span className="sub">{t("now", { range: range(wait.next) })}</span>}
                  {cushion && <span className="sub">{t("table.cushion", { cushion })}</span>}
                  {(untold || wait?.announces === false) && <span className="sub">{t("untold")}</span>}
                  {wait?.drift && <span className="sub late">{t("drift", { held: share(wait.drift.held), promised: share(wait.drift.promised), count: wait.drift.of })}</span>}
                </th>
                <td className={`num${how === "missed" ? " late" : ""}`}>{found ? share(found.value, 1) : "–"}<span className="sub">{found && t(how === "few" ? "table.few" : "table.range", { low: share(found.low), high: share(found.high) })}</span></td>
                <td className="num">{of(sums.promised)}</td>
                <td className="num">{of(sums.over, 1)}</td>
                <td className="num">{of(sums.bare_over, 1)}</td>
                <td className="num">{sums.looked_at ? span(sums.width_ms / sums.looked_at) : "–"}</td>
                <td className="num">{number(sums.looked_at)}<span className="sub">{t("table.people", { count: sums.waits, said: number(sums.waits) })}</span></td>
                <td className="num">{sums.silence_of ? share(sums.silent / sums.silence_of, 1) : "–"}{sums.silent > 0 && <span className="sub">{t("table.nobody", { share: share(sums.silent_nobody / sums.silent) })}</span>}</td>
                <td className="num">{of(sums.gave_up)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
