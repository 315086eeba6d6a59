import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, query } from "../api/client";
import { useNow } from "../api/clock";
import { moment, number } from "../i18n/format";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import type { Figures } from "./asking";
import { share } from "./shown";

interface Hour { hour_ms: number; server_id: number; server: string; calls: number; poor: number; mos: number; loss_percent: number; jitter_ms: number }
interface Heard { id: number; name: string; calls: number; poor: number; mos: number; loss_percent: number; jitter_ms: number }
const HOURS_SHOWN = 5;

/** Means over calls, weighed by how many there were. */
function together(id: number, hours: readonly Hour[]): Heard {
  const calls = hours.reduce((sum, one) => sum + one.calls, 0);
  const mean = (of: (one: Hour) => number): number => hours.reduce((sum, one) => sum + of(one) * one.calls, 0) / calls;
  return { id, name: hours[0]?.server ?? "", calls, poor: hours.reduce((sum, one) => sum + one.poor, 0), mos: mean((one) => one.mos), loss_percent: mean((one) => one.loss_percent), jitter_ms: mean((one) => one.jitter_ms) };
}

/** How well calls were heard, by telephone server, and the hours in which they were heard worst. */
export function CallQuality({ figures }: { figures: Figures }) {
  const { t } = useTranslation("figures");
  const now = useNow();
  const { from_ms, to_ms } = figures;
  const { data, error, refetch } = useQuery({
    queryKey: ["figures", "call-quality", from_ms, to_ms], placeholderData: keepPreviousData, staleTime: 15_000,
    queryFn: ({ signal }) => api.get<{ poor_below: number; items: Hour[] }>(`/figures/call-quality${query({ from_ms, to_ms })}`, { signal }),
  });
  const servers = [...new Set(data?.items.map((one) => one.server_id))].map((id) => {
    const hours = data?.items.filter((one) => one.server_id === id) ?? [];
    return together(id, hours);
  }).sort((a, b) => b.calls - a.calls);
  const worst = (data?.items ?? []).filter((one) => one.poor > 0).sort((a, b) => b.poor - a.poor || b.hour_ms - a.hour_ms).slice(0, HOURS_SHOWN);
  return (
    <section className="told heard" aria-labelledby="heard-head">
      <h2 id="heard-head">{t("heard.title")}</h2>
      {error && !data && <Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={3} />}
      {data?.items.length === 0 && <p className="two">{t("heard.none")}</p>}
      {data && servers.length > 0 && (
        <>
          <p className="two">{t("heard.lead", { below: number(data.poor_below, 1) })}</p>
          <div className="fig-sheet" tabIndex={0} role="region" aria-label={t("heard.title")}>
            <table>
              <thead><tr><th scope="col">{t("heard.server")}</th><th scope="col" className="num">{t("heard.calls")}</th><th scope="col" className="num">{t("heard.poor")}</th><th scope="col" className="num">{t("heard.mos")}</th><th scope="col" className="num">{t("heard.loss")}</th><th scope="col" className="num">{t("heard.jitter")}</th></tr></thead>
              <tbody>{servers.map((one) => <Row key={one.id} heard={one} />)}</tbody>
            </table>
          </div>
          {worst.length > 0 && <>
            <h3>{t("heard.worst")}</h3>
            <ul className="heard-hours">{worst.map((one) => <li key={`${one.server_id}/${one.hour_ms}`}><span className="grow">{moment(one.hour_ms, now)} <span className="two">{one.server}</span></span><span className="num">{t("heard.of", { count: one.calls, poor: number(one.poor), said: number(one.calls) })}</span></li>)}</ul>
          </>}
        </>
      )}
    </section>
  );
}

function Row({ heard }: { heard: Heard }) {
  return (
    <tr>
      <th scope="row">{heard.name}</th>
      <td className="num">{number(heard.calls)}</td>
      <td className={`num${heard.poor > 0 ? " late" : ""}`}>{number(heard.poor)} <span className="small two">{share(heard.poor / heard.calls)}</span></td>
      <td className="num">{number(heard.mos, 1)}</td>
      <td className="num">{share(heard.loss_percent / 100)}</td>
      <td className="num">{number(heard.jitter_ms)} ms</td>
    </tr>
  );
}
