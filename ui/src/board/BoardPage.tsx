import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import { meQuery } from "../api/queries";
import { clock } from "../i18n/format";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { useAsked } from "../parts/useAsked";
import { narrowingOf } from "./narrowing";
import { AlertHistory } from "./AlertHistory";
import { AlertList } from "./AlertList";
import { useAlertSignal } from "./alertSignal";
import { type Asked, type Ask, maySupervise } from "./asked";
import "./board.css";
import { derive } from "./derive";
import { ProblemList } from "../problems/ProblemList";
import { DoorDialog } from "./DoorDialog";
import { DrillDialog } from "./DrillDialog";
import { Figures } from "./Figures";
import { Filters } from "./Filters";
import { FlowChart } from "./FlowChart";
import { LiftDialog } from "./LiftDialog";
import { LimitsDialog } from "./LimitsDialog";
import type { Narrowing } from "./model";
import { PresenceDialog } from "./PresenceDialog";
import { QueueTable } from "./QueueTable";
import { RankDialog } from "./RankDialog";
import { SkillsDialog } from "./SkillsDialog";
import { StandingList } from "./StandingList";
import { boardStore } from "./store";
import { TeamList } from "./TeamList";
import { TellDialog } from "./TellDialog";

/** What is about to give way, and which lever? */
export function BoardPage() {
  const { t } = useTranslation("board");
  const { data: me } = useSuspenseQuery(meQuery);
  const navigate = useNavigate();
  const narrowing = useAsked(narrowingOf);
  const live = useSyncExternalStore(boardStore.subscribe, boardStore.get);
  const now = useNow();
  const [asked, setAsked] = useState<Asked | null>(null);
  const may = maySupervise(me.role);
  const sound = useAlertSignal(live.alerts);
  useEffect(() => { document.title = `${t("title")} · Affluent`; }, [t]);

  const shown = derive(live, narrowing, now);
  const wall = narrowing.wall === 1;
  const narrow = (next: Narrowing): void => void navigate({ to: "/board", search: next, replace: true });
  // A planner sees figures and no conversations: nothing opens for them.
  const ask: Ask = (next) => { if (next.kind !== "drill" || me.role !== "planner") setAsked(next); };
  const close = (): void => setAsked(null);
  const alerts = live.alerts.filter((one) => shown.queues.includes(one.queue.id));

  return (
    <main className={`board${wall ? " wall" : ""}${live.lost ? " lost-line" : ""}`}>
      <header className="bbar">
        <h1>{t("title")}</h1>
        {live.whole && <Filters whole={live.whole} narrowing={narrowing} onNarrow={narrow} />}
        <span className="grow" />
        {may && !wall && <Button className="tell" onPress={() => ask({ kind: "tell" })}><Icon name="megaphone" /><span>{t("tell.button")}</span></Button>}
        {!wall && <Button look="quiet" iconOnly aria-label={sound.on ? t("sound_on") : t("sound_off")} aria-pressed={sound.on} onPress={sound.toggle}><Icon name={sound.on ? "bell" : "bell-slash"} /></Button>}
        <Button look="quiet" iconOnly className="wallb" aria-label={wall ? t("wall_off") : t("wall_on")} onPress={() => { const { wall: _, ...rest } = narrowing; narrow(wall ? rest : { ...rest, wall: 1 }); }}><Icon name={wall ? "x" : "monitor"} /></Button>
        <span className={`live${live.lost ? " off" : ""}`} role="status">{live.lost ? `${t("not_live")}${live.heard_ms ? ` · ${t("as_of", { clock: clock(live.heard_ms, true) })}` : ""}` : t("live")}</span>
        <time className="two lang">{clock(now)}</time>
      </header>
      {!live.whole ? (
        <div className="bmain"><div className="bpad">{live.refused ? <Empty title={t("trouble")} /> : <Skeleton lines={8} />}</div></div>
      ) : (
        <>
          <div className="bmain">
            <Figures shown={shown} counting={live.today.counting} ask={ask} />
            {live.whole.queues.length === 0 && shown.rows.length === 0
              ? <div className="bpad"><Empty title={t("empty.queues")}>{t("empty.queues_how")}</Empty></div>
              : shown.rows.length === 0
                ? <div className="bpad"><Empty title={t("empty.filtered")} /></div>
                : <QueueTable rows={shown.rows} may={may} wall={wall} ask={ask} />}
            <FlowChart rows={shown.rows} />
          </div>
          <aside className="bside" aria-label={t("alert.title")}>
            <AlertList alerts={alerts} may={may} wall={wall} whole={live.whole} ask={ask} />
            <ProblemList brands={live.whole.brands} may={may} wall={wall} opens={me.role !== "planner"} />
            {!wall && <StandingList whole={live.whole} notices={live.notices} may={may} />}
            <TeamList people={shown.people} whole={live.whole} narrowing={narrowing} may={may} wall={wall} ask={ask} />
          </aside>
        </>
      )}
      {asked?.kind === "drill" && <DrillDialog drilled={asked.drilled} may={may} onClose={close} />}
      {live.whole && asked?.kind === "door" && <DoorDialog whole={live.whole} channelId={asked.channelId} onClose={close} />}
      {asked?.kind === "rank" && <RankDialog queue={asked.queue} onClose={close} />}
      {live.whole && asked?.kind === "tell" && <TellDialog whole={live.whole} person={asked.person} text={asked.text ?? ""} onClose={close} />}
      {asked?.kind === "presence" && <PresenceDialog person={asked.person} onClose={close} />}
      {asked?.kind === "skills" && <SkillsDialog person={asked.person} onClose={close} />}
      {asked?.kind === "lift" && <LiftDialog person={asked.person} onClose={close} />}
      {asked?.kind === "limits" && <LimitsDialog queue={asked.queue} onClose={close} />}
      {asked?.kind === "history" && <AlertHistory onClose={close} />}
    </main>
  );
}
