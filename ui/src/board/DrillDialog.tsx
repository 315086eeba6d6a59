import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useNow } from "../api/clock";
import type { Row } from "../api/types";
import { customerName } from "../desk/customerName";
import { momentTo, number, span } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { Icon } from "../parts/Icon";
import { Mark } from "../parts/Mark";
import { More } from "../parts/More";
import { MEDIUM_ICON } from "../parts/mediumIcon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { shareUsed, timeText, urgencyOf } from "../parts/urgency";
import { WAITS } from "./derive";
import { MoveDialog } from "./MoveDialog";
import type { Contacts, Drilled } from "./model";

const REFRESH_MS = 5000;
const PAGES_KEPT_FRESH = 4;

function path(drilled: Drilled, cursor: string | null): string {
  const search = new URLSearchParams();
  if (drilled.today) {
    search.set("figure", drilled.today.figure);
    if (drilled.today.missed) search.set("missed", "true");
    for (const id of drilled.queues ?? []) search.append("queues", String(id));
    if (cursor) search.set("cursor", cursor);
    return `/board/today/contacts?${search}`;
  }
  search.set("figure", drilled.figure);
  if (drilled.agent !== undefined) search.set("agent", String(drilled.agent));
  for (const id of drilled.queues ?? []) search.append("queues", String(id));
  if (cursor) search.set("cursor", cursor);
  return `/board/contacts?${search}`;
}

/** The contacts behind a figure, kept fresh while they are looked at; each opens its conversation. */
export function DrillDialog({ drilled, may, onClose }: { drilled: Drilled; may: boolean; onClose: () => void }) {
  const { t } = useTranslation("board");
  const [moving, move] = useState<Row | null>(null);
  const [asked, ask] = useState(1);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["board", "contacts", drilled], initialPageParam: null as string | null, staleTime: 0,
    // A list that one has scrolled far down is not read anew page after page.
    refetchInterval: drilled.today || asked > PAGES_KEPT_FRESH ? false : REFRESH_MS,
    queryFn: ({ pageParam }) => api.get<Contacts>(path(drilled, pageParam)),
    getNextPageParam: (last) => last.next,
  });
  // What moves between two pages may be on both.
  const rows = [...new Map(data?.pages.flatMap((page) => page.items).map((row) => [row.id, row])).values()];
  const first = data?.pages[0];
  if (moving) return <MoveDialog row={moving} onClose={() => move(null)} onDone={() => { move(null); void refetch(); }} />;
  return (
    <DialogBox title={drilled.title} isOpen onClose={onClose} width="760px">
      {error && <Trouble title={t("drill.trouble")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={6} />}
      {first && first.total > 0 && (
        <p className="two" role="status">{t("drill.count", { count: first.total, said: number(first.total) })}
          {first.counted > first.total && ` ${t("drill.counted", { count: first.counted, said: number(first.counted) })}`}</p>
      )}
      {data && rows.length === 0 && <p className="two">{t("drill.none")}</p>}
      <ul className="drill">{rows.map((row) => <Line key={row.id} row={row} may={may && !drilled.today} onMove={() => move(row)} onOpen={onClose} />)}</ul>
      {hasNextPage && <More isPending={isFetchingNextPage} onMore={() => { ask(asked + 1); void fetchNextPage(); }}>{t("drill.more")}</More>}
    </DialogBox>
  );
}

function Line({ row, may, onMove, onOpen }: { row: Row; may: boolean; onMove: () => void; onOpen: () => void }) {
  const { t } = useTranslation("board");
  const { t: main } = useTranslation();
  const now = useNow();
  const name = customerName(row.customer);
  const share = shareUsed(row, now);
  const since_ms = WAITS.has(row.state) && (row.not_before_ms ?? 0) <= now ? row.owed_ms ?? row.arrived_ms : null;
  const waits = since_ms !== null && [t("drill.waits", { span: span(now - since_ms) }), since_ms - row.arrived_ms > 60_000 && t("drill.arrived", { span: span(now - row.arrived_ms) })];
  return (
    <li>
      <Mark state={row.state} /><Icon name={MEDIUM_ICON[row.medium]} />
      <span className="grow who">
        <Link to="/desk/$contactId" params={{ contactId: String(row.id) }} onClick={onOpen} aria-label={t("drill.open", { name })}>{name}</Link>
        <span className="small two cut">{[main(`state.${row.state}`), row.not_before_ms && WAITS.has(row.state) && t("drill.promised_for", { moment: momentTo(row.not_before_ms, now) }), ...(waits || []), row.queue?.name, row.agent?.name, row.subject].filter(Boolean).join(" · ")}</span>
      </span>
      <span className={`small left ${share === null ? "" : urgencyOf(share)}`}>{timeText(row, now)}</span>
      {may && <Button small aria-label={t("drill.move_named", { name })} onPress={onMove}>{t("drill.move")}</Button>}
    </li>
  );
}
