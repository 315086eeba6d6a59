import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, query } from "../api/client";
import { useNow } from "../api/clock";
import type { List } from "../api/types";
import { moment } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { alertTitle, alertWhy } from "./alertText";
import type { Alert } from "./model";

/** What was about to give way before, and from when to when. */
export function AlertHistory({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("board");
  const now = useNow();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["board", "alerts"], initialPageParam: null as string | null, staleTime: 0,
    queryFn: ({ pageParam }) => api.get<List<Alert>>(`/board/alerts${query({ cursor: pageParam })}`),
    getNextPageParam: (last) => last.next,
  });
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <DialogBox title={t("history.title")} isOpen onClose={onClose} width="640px">
      {error && <Trouble title={t("history.trouble")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={5} />}
      {data && items.length === 0 && <p className="two">{t("history.none")}</p>}
      <ul className="past">
        {items.map((one) => (
          <li key={one.id}>
            <span className={`shape ${one.level}`} aria-hidden="true" />
            <div className="grow"><b>{alertTitle(one)}</b><p className="small two">{alertWhy(one)}{one.seen_by ? ` · ${t("alert.seen", { name: one.seen_by })}` : ""}</p></div>
            <span className="small three when">{t("alert.from_to", { from: moment(one.began_ms, now), to: one.ended_ms === null ? t("history.still") : moment(one.ended_ms, now) })}</span>
          </li>
        ))}
      </ul>
      {hasNextPage && <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>{t("history.more")}</Button>}
    </DialogBox>
  );
}
