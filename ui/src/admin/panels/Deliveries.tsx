import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, query } from "../../api/client";
import { useNow } from "../../api/clock";
import { client } from "../../api/queries";
import type { List } from "../../api/types";
import { moment } from "../../i18n/format";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { Skeleton } from "../../parts/Skeleton";
import { toast } from "../../parts/toasts";
import { Trouble, useTrouble } from "../../parts/Trouble";
import { NativeSelect } from "../fields/NativeSelect";
import type { PanelProps } from "../nouns/noun";
import { tellOnce, useOnce } from "../once";
import { useWords } from "../words";
import { Secret } from "./Secret";

interface Delivery {
  id: number; event: string; kind: string; contact_id: number | null; at_ms: number; state: "due" | "done" | "parked"; due_ms: number; attempts: number;
  attempted_ms: number | null; status: number | null; error: string | null; excerpt: string; took_ms: number | null; done_ms: number | null;
}
const STATES = ["", "failing", "parked", "due", "done"] as const;
const EVERY_MS = 5_000;

/** Where a delivery stands, in a word and a mark; never by colour alone. */
function stands(one: Delivery): "done" | "parked" | "failing" | "due" {
  return one.state === "due" && one.attempts > 0 ? "failing" : one.state;
}

/** What was sent to a webhook, what did not arrive and why; a test, sending again, a new secret. */
export function Deliveries({ item, dirty }: PanelProps) {
  const { say, maybe } = useWords();
  const words = useTrouble();
  const now = useNow();
  const [state, setState] = useState("");
  const secret = useOnce("webhooks", item.id);
  const base = `/admin/webhooks/${item.id}`;
  const key = ["webhook", item.id, "deliveries", state];
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: key, initialPageParam: "", refetchInterval: EVERY_MS,
    queryFn: ({ pageParam }) => api.get<List<Delivery>>(`${base}/deliveries${query({ state, cursor: pageParam, limit: 20 })}`),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const refused = (refusal: unknown): void => { toast(words(refusal), { tone: "wrong" }); };
  const read = (): void => void client.invalidateQueries({ queryKey: ["webhook", item.id] });
  const test = useMutation({ mutationFn: () => api.post(`${base}/test`), onSuccess: () => { toast(say("webhooks.test_sent")); read(); }, onError: refused });
  const again = useMutation({ mutationFn: (id: number | null) => api.post(id === null ? `${base}/again` : `${base}/deliveries/${id}/again`), onSuccess: () => { toast(say("webhooks.again_sent")); read(); }, onError: refused });
  const rotate = useMutation({ mutationFn: () => api.post<{ secret: string }>(`${base}/rotate`), onSuccess: (told) => tellOnce("webhooks", item.id, told.secret), onError: refused });
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  const why = (one: Delivery): string => (one.error ? (maybe(`webhooks.error_${one.error}`) ?? one.error) : one.status ? `HTTP ${one.status}` : "");
  return (
    <section className="beside" aria-labelledby="deliveries">
      <h3 id="deliveries">{say("webhooks.deliveries")}</h3>
      {secret && <Secret secret={secret} words="webhooks" />}
      <p className="two">{say("webhooks.deliveries_lead")} <a href="/docs/api">{say("keys.reference")}</a></p>
      <div className="row wrap">
        <NativeSelect label={say("webhooks.shown")} value={state} choices={STATES.map((one) => ({ key: one, name: say(`webhooks.state_${one || "all"}`) }))} onChange={setState} />
        <Button small isDisabled={dirty || test.isPending} isPending={test.isPending} onPress={() => test.mutate()}><Icon name="plugs-connected" />{say("webhooks.test")}</Button>
        <Button small look="quiet" isDisabled={again.isPending} onPress={() => again.mutate(null)}><Icon name="arrow-clockwise" />{say("webhooks.again_all")}</Button>
        <Button small look="quiet" isDisabled={rotate.isPending} onPress={() => rotate.mutate()}><Icon name="key" />{say("webhooks.rotate")}</Button>
      </div>
      {error && <Trouble title={say("webhooks.not_read")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={4} />}
      {data && rows.length === 0 && <p className="two">{say(state ? "webhooks.none_such" : "webhooks.none")}</p>}
      {rows.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label={say("webhooks.deliveries")}>
          <table className="sent">
            <thead><tr>{["event", "when", "stands", "tries"].map((one) => <th key={one} scope="col">{say(`webhooks.th_${one}`)}</th>)}<th><span className="vh">{say("webhooks.again")}</span></th></tr></thead>
            <tbody>
              {rows.map((one) => (
                <tr key={one.id}>
                  <td><b className="b">{maybe(`event.${one.kind.replaceAll(".", "_")}`) ?? one.kind}</b><br /><span className="two">{one.contact_id === null ? one.event : `${one.event} · ${say("webhooks.contact", { id: String(one.contact_id) })}`}</span></td>
                  <td>{moment(one.at_ms, now)}</td>
                  <td>
                    <span className={stands(one) === "parked" ? "wrong-word" : stands(one) === "failing" ? "soon-word" : ""}><Icon name={stands(one) === "done" ? "check" : stands(one) === "due" ? "clock" : "warning-circle"} /> {say(`webhooks.state_${stands(one)}`)}</span>
                    {stands(one) === "failing" && <span className="detail">{say("webhooks.next_try", { at: moment(one.due_ms, now) })}</span>}
                    {why(one) && <span className="detail">{why(one)}{one.took_ms !== null && ` · ${one.took_ms} ms`}</span>}
                    {one.excerpt && <code className="detail">{one.excerpt}</code>}
                  </td>
                  <td>{one.attempts}</td>
                  <td><Button small look="quiet" iconOnly isDisabled={again.isPending} aria-label={say("webhooks.again_of", { event: one.event })} onPress={() => again.mutate(one.id)}><Icon name="arrow-clockwise" /></Button></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hasNextPage && <div><Button small isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>{say("audit.more")}</Button></div>}
    </section>
  );
}
