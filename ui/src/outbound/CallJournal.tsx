import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, journalUrl, query } from "../api/client";
import { useNow } from "../api/clock";
import { readable } from "../calls/numbers";
import { clock, day, dayKey, isoDay, moment } from "../i18n/format";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";

interface Proof {
  id: number; at_ms: number; contact_id: number; brand: string; agent: string; number: string; purpose: "service" | "prospecting";
  said: "given" | "refused" | "opposed" | null; said_ms: number | null; source: string | null; listed: boolean;
}
function dayAgo(days: number): string {
  const at = new Date();
  at.setDate(at.getDate() - days);
  return isoDay(at);
}
const startOf = (date: string): number => new Date(`${date}T00:00:00`).getTime();
const after = (date: string): number => { const next = new Date(`${date}T00:00:00`); next.setDate(next.getDate() + 1); return next.getTime(); };

/** Each call that was made, with the rule and the consent under which it was: the proof an inspector asks for. */
export function CallJournal() {
  const { t } = useTranslation("outbound");
  const now = useNow();
  const [from, setFrom] = useState(() => dayAgo(6));
  const [to, setTo] = useState(() => dayAgo(0));
  const period = { from_ms: startOf(from), to_ms: after(to) };
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ["outbound", "journal", from, to], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.get<{ items: Proof[]; more: boolean }>(`/outbound/journal${query(period)}`, { signal }),
  });
  const calls = data?.items ?? [];
  return (
    <section className="calls-part" aria-labelledby="call-journal">
      <h3 id="call-journal">{t("journal.title")}</h3>
      <p className="two">{t("journal.lead")}</p>
      <div className="row wrap call-period">
        <label><span>{t("journal.from")}</span><input type="date" value={from} max={to} onChange={(event) => event.target.value && setFrom(event.target.value)} /></label>
        <label><span>{t("journal.to")}</span><input type="date" value={to} min={from} onChange={(event) => event.target.value && setTo(event.target.value)} /></label>
        {calls.length > 0 && <a className="btn sm" href={journalUrl(period.from_ms, period.to_ms)} download>{t("journal.csv")}</a>}
      </div>
      {error && <Trouble title={t("journal.trouble")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={4} />}
      {data && calls.length === 0 && <p className="two" role="status">{t("journal.none")}</p>}
      <ol className="call-proofs" {...(isPlaceholderData ? { "data-old": "" } : {})}>
        {calls.map((one, at) => {
          const previous = calls[at - 1];
          return (
            <li key={one.id}>
              {(!previous || dayKey(previous.at_ms) !== dayKey(one.at_ms)) && <h4>{day(one.at_ms, now)}</h4>}
              <Link to="/desk/$contactId" params={{ contactId: String(one.contact_id) }}>
                <span className="three">{clock(one.at_ms)}</span>
                <span><b className="b">{readable(one.number)}</b> <span className="two">{t("journal.by", { agent: one.agent, brand: one.brand })}</span>
                  <span className="small two below">{t(one.purpose)} · {one.said && one.said_ms !== null ? t("journal.said", { said: t(one.said), moment: moment(one.said_ms, now), source: one.source ?? "–" }) : t("journal.unsaid")}{one.listed && ` · ${t("journal.listed")}`}</span></span>
              </Link>
            </li>
          );
        })}
      </ol>
      {data?.more && <p className="two">{t("journal.more", { count: calls.length })}</p>}
    </section>
  );
}
