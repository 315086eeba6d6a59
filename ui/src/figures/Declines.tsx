import { infiniteQueryOptions, keepPreviousData, queryOptions, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, query } from "../api/client";
import { useNow } from "../api/clock";
import type { ContactState, Medium, Outcome } from "../api/types";
import { moment, number } from "../i18n/format";
import { DialogBox } from "../parts/DialogBox";
import { Icon } from "../parts/Icon";
import { MEDIUM_ICON } from "../parts/mediumIcon";
import { More } from "../parts/More";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { daysOf, type FigureSearch } from "./asking";
import { share } from "./shown";

interface Reason { code: string | null; name: string | null; archived: boolean | null; count: number; contacts: number; agents: number }
interface Declined {
  id: number; at_ms: number; reason: string | null; contact_id: number; medium: Medium; state: ContactState; outcome: Outcome | null;
  subject: string; customer: string; brand: string; queue: string | null; agent: string;
}

const asked = (search: FigureSearch): Record<string, string | number | null> => {
  const { from, to } = daysOf(search);
  return { from_day: from, to_day: to, brand: search.brand ?? null, medium: search.medium ?? null };
};
const reasonsQuery = (search: FigureSearch, locale: string) => queryOptions({
  queryKey: ["figures", "declines", asked(search), locale], placeholderData: keepPreviousData, staleTime: 15_000, refetchInterval: 60_000,
  queryFn: ({ signal }) => api.get<{ total: number; items: Reason[] }>(`/figures/declines${query(asked(search))}`, { signal }),
});
const offersQuery = (search: FigureSearch, code: string | null) => infiniteQueryOptions({
  queryKey: ["figures", "declines", "behind", asked(search), code], initialPageParam: "", staleTime: 15_000,
  queryFn: ({ pageParam, signal }) => api.get<{ items: Declined[]; total: number; next: string | null }>(
    `/figures/declines/contacts${query({ ...asked(search), ...(code === null ? { unsaid: "true" } : { code }), cursor: pageParam || null })}`, { signal }),
  getNextPageParam: (page) => page.next ?? undefined,
});

/** Why agents declined: how often for each reason, and the offers behind. */
export function Declines({ search, mayOpen }: { search: FigureSearch; mayOpen: boolean }) {
  const { t, i18n } = useTranslation("figures");
  const { data, error, refetch } = useQuery(reasonsQuery(search, i18n.language));
  const [opened, open] = useState<Reason | null>(null);
  const name = (one: Reason): string => one.code === null ? t("declines.unsaid") : one.name ?? one.code;
  return (
    <section className="told declines" aria-labelledby="declines-head">
      <h2 id="declines-head">{t("declines.title")}</h2>
      {error && !data && <Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={3} />}
      {data?.total === 0 && <p className="two">{t("declines.none")}</p>}
      {data && data.total > 0 && (
        <>
          <p className="two">{t("declines.said", { count: data.total, said: number(data.total) })}</p>
          <ul className="bars">
            {data.items.map((one) => (
              <li key={one.code ?? ""}>
                <button type="button" disabled={!mayOpen} onClick={() => open(one)}>
                  <span>{name(one)}{one.code !== null && one.archived !== false && <span className="small three block">{t("declines.archived")}</span>}
                    <span className="small three block">{t("declines.who", { contacts: number(one.contacts), agents: number(one.agents) })}</span></span>
                  <span className="way" aria-hidden><i className="bar" style={{ width: `${(one.count / data.total) * 100}%` }} /></span>
                  <span className="num">{number(one.count)} <span className="small two">{share(one.count / data.total)}</span></span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {opened && <Offers search={search} code={opened.code} name={name(opened)} onClose={() => open(null)} />}
    </section>
  );
}

/** The declined offers of one reason, latest first; each opens its conversation. */
function Offers({ search, code, name, onClose }: { search: FigureSearch; code: string | null; name: string; onClose: () => void }) {
  const { t } = useTranslation("figures");
  const now = useNow();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(offersQuery(search, code));
  const total = data?.pages[0]?.total;
  return (
    <DialogBox title={t("declines.behind", { name })} isOpen onClose={onClose} width="760px">
      <div className="behind">
        {total !== undefined && <p className="two" role="status">{t("declines.count", { count: total, said: number(total) })}</p>}
        {error && <Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton lines={6} />}
        <ul>
          {data?.pages.flatMap((page) => page.items).map((one) => (
            <li key={one.id}>
              <Link to="/desk/$contactId" params={{ contactId: String(one.contact_id) }}>
                <Icon name={MEDIUM_ICON[one.medium]} />
                <span className="grow">
                  <span className="row"><b className="cut">{one.customer || t("behind.nobody")}</b><span className="cut two grow">{one.subject}</span></span>
                  <span className="small three cut block">{[moment(one.at_ms, now), one.queue, one.brand].filter(Boolean).join(" · ")}</span>
                </span>
                <span className="small">{t("declines.by", { agent: one.agent })}</span>
              </Link>
            </li>
          ))}
        </ul>
        {hasNextPage && <More isPending={isFetchingNextPage} onMore={() => void fetchNextPage()}>{t("behind.more")}</More>}
      </div>
    </DialogBox>
  );
}
