import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, query } from "../api/client";
import { useNow } from "../api/clock";
import type { List, Named } from "../api/types";
import { clock, day, dayKey } from "../i18n/format";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { shown } from "./Differences";
import { NativeSelect } from "./fields/NativeSelect";
import { nounOf, NOUNS } from "./nouns";
import { useWords } from "./words";

interface Entry {
  id: number; at_ms: number; account: Named | null; action: string; noun: string; noun_id: number | null;
  key?: Named | null; before: Record<string, unknown> | null; after: Record<string, unknown> | null;
}

const nameIn = (entry: Entry): string => {
  const record = { ...entry.before, ...entry.after };
  const name = record["name"] ?? record["title"] ?? record["name_fr"];
  return typeof name === "string" ? name : !entry.noun_id ? "" : `#${entry.noun_id}`;
};

/** Who changed what and when, latest first. */
export function Audit() {
  const { say, maybe } = useWords();
  const now = useNow();
  const [noun, setNoun] = useState("");
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["admin", "audit", noun], initialPageParam: "",
    queryFn: ({ pageParam }) => api.get<List<Entry>>(`/admin/audit${query({ noun, cursor: pageParam })}`),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const entries = data?.pages.flatMap((page) => page.items) ?? [];
  const changes = (entry: Entry): string[] => [...new Set([...Object.keys(entry.before ?? {}), ...Object.keys(entry.after ?? {})])].filter((key) => key !== "archived" || entry.action === "change");
  return (
    <section className="audit" aria-labelledby="audit-title">
      <header>
        <h2 id="audit-title">{say("audit.many")}</h2>
        <NativeSelect label={say("audit.about")} value={noun} choices={[{ key: "", name: say("audit.all") }, ...NOUNS.map(({ key }) => ({ key, name: say(`${key}.many`) }))]} onChange={setNoun} />
      </header>
      {error && <Trouble title={say("common.not_read")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={6} />}
      {data && entries.length === 0 && <Empty title={say("audit.empty")}>{say("audit.empty_lead")}</Empty>}
      <ol>
        {entries.map((entry, at) => {
          const previous = entries[at - 1];
          return (
            <li key={entry.id}>
              {(!previous || dayKey(previous.at_ms) !== dayKey(entry.at_ms)) && <h3>{day(entry.at_ms, now)}</h3>}
              <details>
                <summary>
                  <span className="three">{clock(entry.at_ms)}</span>
                  <span><b className="b">{entry.account?.name ?? say("audit.system")}</b> {entry.key && <span className="two">{say("audit.by_key", { name: entry.key.name })}</span>} {maybe(`audit.did_${entry.action}`) ?? entry.action} <span className="two">{nounOf(entry.noun) ? say(`${entry.noun}.one`) : (maybe(`audit.${entry.noun}`) ?? entry.noun)}</span> <b className="b">{nameIn(entry)}</b></span>
                </summary>
                <dl>
                  {changes(entry).map((key) => (
                    <div key={key}>
                      <dt>{maybe(`${entry.noun}.${key}`) ?? maybe(`audit.${key}`) ?? key}</dt>
                      <dd>{entry.before && <><span className="two">{shown(entry.before[key])}</span> <span aria-hidden="true">→</span><span className="vh">{say("audit.became")}</span> </>}<span>{shown(entry.after?.[key])}</span></dd>
                    </div>
                  ))}
                </dl>
              </details>
            </li>
          );
        })}
      </ol>
      {hasNextPage && <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>{say("audit.more")}</Button>}
    </section>
  );
}
