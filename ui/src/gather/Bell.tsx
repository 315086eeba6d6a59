import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { Button as Pressable, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useNow } from "../api/clock";
import { client } from "../api/queries";
import { customerName } from "../desk/customerName";
import { moment } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import "./gather.css";
import type { Notice, Notices } from "./types";

const ICON = { mention: "chat-teardrop-text", assigned: "arrow-bend-up-right", woke: "moon-stars", reply_failed: "warning-circle" } as const;

/** What happened to you while you looked elsewhere: a number on the bell, the list behind it. */
export function Bell() {
  const { t } = useTranslation("gather");
  const now = useNow();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const list = useInfiniteQuery({
    queryKey: ["notifications"], staleTime: Infinity, initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => api.get<Notices>(`/notifications${pageParam ? `?cursor=${pageParam}` : ""}`),
    getNextPageParam: (page) => page.next,
  });
  const unread = list.data?.pages[0]?.unread ?? 0;
  const before = useRef(unread);
  const [said, say] = useState("");
  useEffect(() => {
    const latest = list.data?.pages[0]?.items[0];
    if (unread > before.current && latest) say(words(latest));
    before.current = unread;
  }, [unread]);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const words = (one: Notice): string => t(`notice.${one.kind}`, { by: one.by?.name ?? "", name: customerName(one.customer) });
  const read = (what: { ids?: number[] }): void => void api.post("/notifications/read", what).then(() => client.invalidateQueries({ queryKey: ["notifications"] }), () => undefined);
  const go = (one: Notice): void => {
    setOpen(false);
    if (!one.read) read({ ids: [one.id] });
    void navigate({ to: "/desk/$contactId", params: { contactId: String(one.contact_id) } });
  };
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <Pressable className="bell" aria-label={t("notice.bell", { count: unread })}>
        <span className="bell-in"><Icon name="bell" />{unread > 0 && <b className="unread" aria-hidden="true">{unread > 99 ? "99+" : unread}</b>}</span>
        <span aria-hidden="true">{t("notice.short")}</span>
      </Pressable>
      <span className="vh" role="status">{said}</span>
      <Popover className="pop bell-pop" placement="right bottom">
        <Dialog aria-label={t("notice.title")} className="bell-list">
          <header className="row"><h2 className="grow">{t("notice.title")}</h2>{unread > 0 && <Button small look="quiet" onPress={() => read({})}>{t("notice.read_all")}</Button>}</header>
          {list.error && !list.data && <Trouble title={t("notice.trouble")} error={list.error} onRetry={() => void list.refetch()} />}
          {list.isPending && <Skeleton lines={4} />}
          {list.data && items.length === 0 && <p className="small two pad">{t("notice.none")}</p>}
          <ul>
            {items.map((one) => (
              <li key={one.id}>
                <button type="button" className={`bell-line${one.read ? "" : " new"}`} onClick={() => go(one)}>
                  <Icon name={ICON[one.kind]} />
                  <span className="grow"><b className="b">{words(one)}</b>{!one.read && <span className="vh"> {t("notice.new")}</span>}<br />
                    <span className="small two cut-2">{one.kind === "mention" ? one.text : one.subject}</span></span>
                  <time className="small three">{moment(one.at_ms, now)}</time>
                </button>
              </li>
            ))}
          </ul>
          {list.hasNextPage && <Button small wide look="quiet" onPress={() => void list.fetchNextPage()} isPending={list.isFetchingNextPage}>{t("notice.older")}</Button>}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
