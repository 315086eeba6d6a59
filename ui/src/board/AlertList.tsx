import { useEffect, useRef, useState } from "react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useNow } from "../api/clock";
import { span } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import "../parts/menu.css";
import { useAct } from "./acts";
import { alertTitle, alertWhy } from "./alertText";
import type { Ask } from "./asked";
import type { Alert, Whole } from "./model";

interface Props { alerts: readonly Alert[]; may: boolean; wall: boolean; whole: Whole; ask: Ask }

/** How many alerts are shown at first, and how many of them with every lever in sight. */
const SHOWN = 5;
const FULL = 2;

/** What is about to give way, the worst first; each with the levers that could help. No effect is promised. */
export function AlertList({ alerts, may, wall, whole, ask }: Props) {
  const { t } = useTranslation("board");
  const order = (one: Alert): number => (one.seen_ms === null ? 0 : 2) + (one.level === "late" ? 0 : 1);
  const [all, showAll] = useState(false);
  const sorted = [...alerts].sort((one, other) => order(one) - order(other) || one.began_ms - other.began_ms);
  const shown = all ? sorted : sorted.slice(0, SHOWN);
  return (
    <section className="blk alerts">
      <div className="bhead"><h2>{t("alert.title")}</h2>{!wall && <Button look="quiet" small onPress={() => ask({ kind: "history" })}>{t("alert.history")}</Button>}</div>
      <Said alerts={alerts} />
      {sorted.length === 0 && <p className="small two">{t("alert.none")} <span className="three">{t("alert.none_how")}</span></p>}
      {shown.map((one, i) => <One key={one.id} alert={one} full={i < FULL} may={may && !wall} whole={whole} ask={ask} />)}
      {sorted.length > SHOWN && <Button look="quiet" small onPress={() => showAll(!all)}>{all ? t("alert.fewer") : t("alert.more", { count: sorted.length - SHOWN })}</Button>}
      {may && !wall && <p className="end"><Button look="quiet" small onPress={() => ask({ kind: "limits", queue: null })}>{t("alert.limits")}</Button></p>}
    </section>
  );
}

/** Told once to who does not see the column; at most one sentence a time. */
function Said({ alerts }: { alerts: readonly Alert[] }) {
  const { t } = useTranslation("board");
  const known = useRef<ReadonlySet<number>>(new Set(alerts.map((one) => one.id)));
  const [said, say] = useState("");
  useEffect(() => {
    const fresh = alerts.find((one) => !known.current.has(one.id));
    known.current = new Set(alerts.map((one) => one.id));
    if (fresh) say(t("alert.said", { text: alertTitle(fresh) }));
  }, [alerts, t]);
  return <div className="vh" role="status" aria-live="polite">{said}</div>;
}

function One({ alert, full, may, whole, ask }: { alert: Alert; full: boolean; may: boolean; whole: Whole; ask: Ask }) {
  const { t } = useTranslation("board");
  const act = useAct();
  const now = useNow();
  const queue = whole.queues.find((one) => one.id === alert.queue.id);
  const door = whole.channels.find((one) => one.queue_id === alert.queue.id);
  const title = alertTitle(alert);
  const show = (): void => ask({ kind: "drill", drilled: { figure: "waiting", title: `${t("drill.waiting")} · ${alert.queue.name}`, queues: [alert.queue.id] } });
  const levers: { key: string; name: string; pull: () => void }[] = [];
  if (may && queue) levers.push({ key: "rank", name: t("alert.raise"), pull: () => ask({ kind: "rank", queue }) });
  if (may) levers.push({ key: "tell", name: t("alert.tell"), pull: () => ask({ kind: "tell", text: `${title}.` }) });
  if (may && door && (alert.kind === "nobody" || alert.kind === "oldest")) levers.push({ key: "door", name: t("alert.close"), pull: () => ask({ kind: "door", channelId: door.id }) });
  return (
    <article className={`al ${alert.level}${alert.seen_ms === null ? "" : " seen"}`}>
      <h3><span className={`shape ${alert.level}`} aria-hidden="true" />{title}</h3>
      <p>{alertWhy(alert)} <span className="three">{t("alert.since", { span: span(now - alert.began_ms) })}{alert.seen_by ? ` · ${t("alert.seen", { name: alert.seen_by })}` : ""}</span></p>
      <div className="lev">
        <Button small onPress={show}>{t("alert.show")}</Button>
        {full && levers.map((one) => <Button key={one.key} small onPress={one.pull}>{one.name}</Button>)}
        {!full && levers.length > 0 && (
          <MenuTrigger>
            <Button small>{t("alert.act")}<Icon name="caret-down" /></Button>
            <Popover className="pop" placement="bottom start">
              <Menu className="menu" aria-label={title} onAction={(key) => levers.find((one) => one.key === key)?.pull()}>
                {levers.map((one) => <MenuItem key={one.key} id={one.key} className="item">{one.name}</MenuItem>)}
              </Menu>
            </Popover>
          </MenuTrigger>
        )}
        {may && alert.seen_ms === null && <Button look="quiet" small onPress={() => void act(api.post(`/board/alerts/${alert.id}/seen`))}>{t("alert.see")}<span className="vh">{title}</span></Button>}
      </div>
    </article>
  );
}
