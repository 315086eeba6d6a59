import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ApiError, query } from "../api/client";
import { useNow } from "../api/clock";
import { client } from "../api/queries";
import type { List, Named } from "../api/types";
import { clock, day, dayKey } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { Empty } from "../parts/Empty";
import { Skeleton } from "../parts/Skeleton";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { Trouble, useTrouble } from "../parts/Trouble";
import { Differences } from "./Differences";
import { useWords } from "./words";

interface Version {
  id: number; at_ms: number; account: Named | null; key?: Named | null; action: string; noun: string; noun_id: number | null; name: string;
  reason: string | null; count: number; before: Record<string, unknown> | null; after: Record<string, unknown> | null;
}
interface Step { noun: string; id: number; name: string; before: Record<string, unknown>; after: Record<string, unknown> }

/** Each change of the routing, with who, when and why; any of them can be gone back to. */
export function Versions({ mayChange }: { mayChange: boolean }) {
  const { say, maybe } = useWords();
  const now = useNow();
  const [back, goBack] = useState<Version | null>(null);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["admin", "versions"], initialPageParam: "",
    queryFn: ({ pageParam }) => api.get<List<Version>>(`/admin/versions${query({ cursor: pageParam })}`),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const versions = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="audit" aria-labelledby="versions-title">
      <header><h2 id="versions-title">{say("versions.many")}</h2></header>
      <p className="two">{say("versions.lead")}</p>
      {error && <Trouble title={say("common.not_read")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={6} />}
      {data && versions.length === 0 && <Empty title={say("versions.empty")}>{say("versions.empty_lead")}</Empty>}
      <ol>
        {versions.map((one, at) => {
          const previous = versions[at - 1];
          return (
            <li key={one.id}>
              {(!previous || dayKey(previous.at_ms) !== dayKey(one.at_ms)) && <h3>{day(one.at_ms, now)}</h3>}
              <details>
                <summary>
                  <span className="three">{clock(one.at_ms)}</span>
                  <span><b className="b">{one.account?.name ?? say("audit.system")}</b> {maybe(`audit.did_${one.action}`) ?? one.action} {one.noun === "policy" ? <span className="two">{say("versions.several", { count: one.count })}</span> : <><span className="two">{say(`${one.noun}.one`)}</span> <b className="b">{one.name}</b></>}{one.reason && <span className="two"> · {one.reason}</span>}</span>
                </summary>
                {one.noun === "policy" ? <Parts version={one.id} /> : <Differences noun={one.noun} before={one.before} after={one.after} />}
                {mayChange && at > 0 && <p className="back-to"><Button small onPress={() => goBack(one)}>{say("versions.back")}</Button></p>}
              </details>
            </li>
          );
        })}
      </ol>
      {hasNextPage && <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>{say("audit.more")}</Button>}
      {back && <GoBack version={back} onClose={() => goBack(null)} />}
    </section>
  );
}

/** What changed together, thing by thing. */
function Parts({ version }: { version: number }) {
  const { say } = useWords();
  const { data, error, refetch } = useQuery({ queryKey: ["admin", "versions", version, "parts"], queryFn: () => api.get<{ items: Version[] }>(`/admin/versions/${version}/parts`), staleTime: Infinity });
  if (error) return <Trouble title={say("common.not_read")} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={3} />;
  return (
    <ul className="plan">{data.items.map((one) => (
      <li key={one.id}><p>{say(`audit.did_${one.action}`)} <span className="two">{say(`${one.noun}.one`)}</span> <b className="b">{one.name}</b></p><Differences noun={one.noun} before={one.before} after={one.after} /></li>
    ))}</ul>
  );
}

/** What going back would change, thing by thing, before it is done. */
function GoBack({ version, onClose }: { version: Version; onClose: () => void }) {
  const { say } = useWords();
  const words = useTrouble();
  const now = useNow();
  const [reason, setReason] = useState("");
  const { data, error, refetch } = useQuery({ queryKey: ["admin", "versions", version.id, "plan"], queryFn: () => api.get<{ items: Step[] }>(`/admin/versions/${version.id}/plan`), staleTime: 0, gcTime: 0 });
  const tried = useQuery({ queryKey: ["admin", "versions", version.id, "try"], queryFn: () => api.post(`/admin/versions/${version.id}/back`, { only_try: true }), enabled: (data?.items.length ?? 0) > 0, staleTime: 0, gcTime: 0, retry: false });
  const go = useMutation({
    mutationFn: () => api.post(`/admin/versions/${version.id}/back`, { reason: reason.trim() || null }),
    onSuccess: () => { void client.invalidateQueries({ queryKey: ["admin"] }); toast(say("versions.done")); onClose(); },
  });
  const refused = go.error ?? tried.error;
  const all = refused instanceof ApiError && Array.isArray(refused.details["errors"]) ? (refused.details["errors"] as { noun?: string; name?: string; message: string }[]).filter((one) => one.noun) : [];
  return (
    <DialogBox title={say("versions.back_title", { moment: `${day(version.at_ms, now)}, ${clock(version.at_ms)}` })} isOpen onClose={onClose} width="720px">
      {error && <Trouble title={say("common.not_read")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={5} />}
      {data?.items.length === 0 && <p>{say("versions.nothing")}</p>}
      {data && data.items.length > 0 && (
        <>
          <p className="two">{say("versions.back_lead")}</p>
          <ul className="plan">{data.items.map((one) => (
            <li key={`${one.noun}/${one.id}`}><p><span className="two">{say(`${one.noun}.one`)}</span> <b className="b">{one.name}</b></p><Differences noun={one.noun} before={one.before} after={one.after} /></li>
          ))}</ul>
          <TextInput label={say("common.why")} value={reason} onChange={setReason} hint={say("common.why_hint")} />
        </>
      )}
      {refused && all.length === 0 && <p className="refused" role="alert">{words(refused)}</p>}
      {all.length > 0 && <div className="refused" role="alert"><p>{say("versions.cannot")}</p><ul>{all.map((one, at) => <li key={at}><span className="two">{say(`${one.noun ?? ""}.one`)}</span> <b className="b">{one.name}</b> · {one.message}</li>)}</ul></div>}
      <div className="ends"><Button onPress={onClose}>{say("versions.stay")}</Button>
        <Button look="main" isDisabled={!data || data.items.length === 0 || tried.isError || tried.isPending} isPending={go.isPending} onPress={() => go.mutate()}>{say("versions.go")}</Button></div>
    </DialogBox>
  );
}
