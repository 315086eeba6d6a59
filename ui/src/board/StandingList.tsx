import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useNow } from "../api/clock";
import type { List } from "../api/types";
import { clock, percent } from "../i18n/format";
import { Button } from "../parts/Button";
import { useAct } from "./acts";
import type { Notice, Reserve, Whole } from "./model";

const RESERVES_MS = 5000;

/** Levers that are pulled now, each with its way back. */
export function StandingList({ whole, notices, may }: { whole: Whole; notices: number; may: boolean }) {
  const { t } = useTranslation("board");
  const act = useAct();
  const now = useNow();
  const { data, refetch } = useQuery({ queryKey: ["board", "notices"], queryFn: () => api.get<List<Notice>>("/board/notices"), staleTime: 0 });
  useEffect(() => { if (notices) void refetch(); }, [notices, refetch]);
  const doors = whole.channels.filter((one) => one.closed_until_ms !== null && one.closed_until_ms > now);
  const raised = whole.queues.filter((one) => one.raised !== null && one.raised.until_ms > now);
  const told = (data?.items ?? []).filter((one) => one.until_ms > now);
  const { data: kept } = useQuery({ queryKey: ["board", "reserves"], queryFn: () => api.get<List<Reserve>>("/board/reserves"), refetchInterval: RESERVES_MS });
  const shut = (kept?.items ?? []).filter((one) => one.shut);
  if (doors.length + raised.length + told.length + shut.length === 0) return null;
  return (
    <section className="blk standing">
      <h2>{t("standing.title")}</h2>
      <ul>
        {doors.map((one) => (
          <li key={`d${one.id}`}><span className="grow">{t("standing.closed", { name: one.name, clock: clock(one.closed_until_ms ?? 0) })}</span>
            {may && <Button small aria-label={t("standing.open_named", { name: one.name })} onPress={() => void act(api.post(`/board/channels/${one.id}/open`))}>{t("standing.open")}</Button>}</li>
        ))}
        {raised.map((one) => (
          <li key={`q${one.id}`}><span className="grow">{t("standing.raised", { name: one.name, tier: one.raised?.tier ?? 0, clock: clock(one.raised?.until_ms ?? 0) })}</span>
            {may && <Button small aria-label={t("standing.lower_named", { name: one.name })} onPress={() => void act(api.post(`/board/queues/${one.id}/lower`))}>{t("standing.lower")}</Button>}</li>
        ))}
        {shut.map((one) => (
          <li key={`r${one.id}`}><span className="grow">{t("standing.shut", { name: one.name })} <span className="two small">{one.level !== null ? t(one.level.cause === "wait" ? "standing.shut_wait" : "standing.shut_level", { goal: percent(one.level.goal_percent / 100), share: percent(one.level.owed ? one.level.in_time / one.level.owed : 1), used: percent(one.level.used_percent / 100), clock: clock(one.level.since_ms ?? now) }) : one.most !== null && one.waiting > one.most
            ? t("standing.shut_waiting", { count: one.waiting, most: one.most }) : t("standing.shut_free", { count: one.free, keeps: one.keeps })}</span></span></li>
        ))}
        {told.map((one) => (
          <li key={`n${one.id}`}><span className="grow">{t("standing.notice", { text: one.text })} <span className="three small">{t("standing.notice_read", { read: one.read, told: one.told })}</span></span>
            {may && <Button small aria-label={t("standing.take_back_named", { text: one.text })} onPress={() => void act(api.delete(`/board/notices/${one.id}`))}>{t("standing.take_back")}</Button>}</li>
        ))}
      </ul>
    </section>
  );
}
