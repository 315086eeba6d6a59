import { Fragment, type CSSProperties } from "react";
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import { clock, left, momentTo, number, percent, span, target } from "../i18n/format";
import { Icon } from "../parts/Icon";
import { MEDIUM_ICON } from "../parts/mediumIcon";
import "../parts/menu.css";
import { NowWaits } from "../waits/NowWaits";
import type { Ask } from "./asked";
import { marks, type QueueRow } from "./derive";
import { percent1 } from "./Figures";
import type { Drilled } from "./model";

interface Props { rows: readonly QueueRow[]; may: boolean; wall: boolean; ask: Ask }

/** A row a queue: every waiting contact is a dot on one axis, with one line for all targets. */
export function QueueTable({ rows, may, wall, ask }: Props) {
  const { t } = useTranslation("board");
  return (
    <div className="bscroll" role="region" aria-label={t("table.label")} tabIndex={0}>
      <table className="qt">
        <caption className="vh">{t("table.label")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("table.queue")}</th>
            <th scope="col" className="num">{t("table.waiting")}</th>
            <th scope="col" className="axis"><span className="axname">{t("table.share")}</span><span className="ax"><i style={{ left: 0 }}>0</i><i className="tl">{t("table.line")}</i><i className="te">{percent(1.5)}</i></span></th>
            <th scope="col" className="num">{t("table.oldest")}</th>
            <th scope="col" className="num w3">{t("table.next")}</th>
            <th scope="col" className="num w1">{t("table.in_hand")}</th>
            <th scope="col" className="num w1">{t("table.free")}</th>
            <th scope="col" className="w2">{t("table.level")}</th>
            <th scope="col" className="num w3">{t("table.abandoned")}</th>
            <th scope="col" className="num w4">{t("table.volume")}</th>
            {may && !wall && <th scope="col" className="w0"><span className="vh">{t("table.act", { name: "" })}</span></th>}
          </tr>
        </thead>
        <tbody>{rows.map((row) => <Line key={row.queue?.id ?? 0} row={row} may={may} wall={wall} ask={ask} />)}</tbody>
      </table>
    </div>
  );
}

function Line({ row, may, wall, ask }: { row: QueueRow; may: boolean; wall: boolean; ask: Ask }) {
  const { t } = useTranslation("board");
  const now = useNow();
  const { queue, today } = row;
  const name = queue?.name ?? t("table.stray");
  const drill = (figure: Drilled["figure"]): void => ask({ kind: "drill", drilled: { figure, title: `${t(`drill.${figure}`)} · ${name}`, queues: queue ? [queue.id] : [0] } });
  const missed = (figure: "service_level" | "abandonment"): void => ask({
    kind: "drill", drilled: { figure: "live", title: `${t(figure === "abandonment" ? "drill.abandoned" : "drill.missed")} · ${name}`, queues: queue ? [queue.id] : [], today: { figure, missed: true } },
  });
  const shy = row.waiting.length > 0 && row.there === 0 && queue !== null;
  return (
    <tr className={row.late ? "is-late" : ""}>
      <th scope="row">
        <div className="qname">
          {queue && <Icon name={MEDIUM_ICON[queue.medium]} />}
          <span className="grow"><b className="cut">{name.split(" ").map((word, i) => <Fragment key={i}>{i > 0 && " "}<span className="word">{word}</span></Fragment>)}</b><span className="qsub cut">{[queue ? row.brand : t("table.stray_note"), row.shut ? (row.opens_ms === null ? t("table.shut") : t("table.shut_until", { moment: momentTo(row.opens_ms, now) })) : ""].filter(Boolean).join(" · ")}</span>
            {queue?.raised && <span className="qsub up">{t("table.raised", { tier: queue.raised.tier, clock: clock(queue.raised.until_ms) })}</span>}
            <PromisedHours row={row} onPress={() => drill("promised")} />
            {queue && <NowWaits queueId={queue.id} served={row.waiting.length === 0 && row.free > 0} />}
            {row.doors.map((door) => <span key={door.id} className="qsub shut">{t("table.closed_door", { name: door.name, clock: clock(door.closed_until_ms ?? 0) })}</span>)}
          </span>
        </div>
      </th>
      <td className="num"><button type="button" className="fig big" onClick={() => drill("waiting")}>{number(row.waiting.length)}</button></td>
      <td className="axis"><Axis row={row} onPress={() => drill("waiting")} /></td>
      <td className={`num${row.late ? " late" : ""}`} title={row.oldest_ms === null ? undefined : t("table.oldest_hint")}>{row.oldest_ms === null ? "–" : span(now - row.oldest_ms)}</td>
      <td className="num w3">{row.next_due_ms === null ? "–" : row.next_due_ms < now ? <span className="late">{t("table.overdue")}</span> : left(row.next_due_ms - now)}</td>
      <td className="num w1"><button type="button" className="fig" onClick={() => drill("in_hand")}>{number(row.in_hand)}</button></td>
      <td className={`num w1${shy ? " late" : ""}`} title={queue ? t("table.free_hint", { able: queue.able.length }) : undefined}>{queue ? `${row.free}/${row.there}` : "–"}</td>
      <td className="w2">{queue && today?.owed ? <button type="button" className="fig" onClick={() => missed("service_level")}><Level row={row} /></button> : <Level row={row} />}{queue && <span className="aim">{t("table.target_is", { share: percent(queue.target_share), time: target(queue.target_ms) })}</span>}</td>
      <td className="num w3">{today?.offered ? <button type="button" className="fig" onClick={() => missed("abandonment")}>{percent1(today.abandoned / today.offered)}</button> : "–"}</td>
      <td className="num w4" title={today?.usual == null ? undefined : t("table.usual", { count: today.usual })}>{today ? number(today.arrived) : "–"}{today?.usual != null && <span className="three small"> / {number(today.usual)}</span>}</td>
      {may && !wall && <td className="w0">{queue && <QueueMenu row={row} ask={ask} />}</td>}
    </tr>
  );
}

/** Customers who were promised an hour: how many, the next one, and who is let down. */
function PromisedHours({ row, onPress }: { row: QueueRow; onPress: () => void }) {
  const { t } = useTranslation("board");
  const now = useNow();
  const { ahead, next_ms, late } = row.promised;
  if (!ahead && !late) return null;
  const said = [
    late > 0 && t("table.promised_late", { count: late }),
    next_ms !== null && t("table.promised", { count: ahead, moment: momentTo(next_ms, now) }),
  ].filter(Boolean).join(" · ");
  return <button type="button" className={`fig qsub${late ? " late" : ""}`} onClick={onPress}>{late > 0 && <b aria-hidden="true">◆ </b>}{said}</button>;
}

function Axis({ row, onPress }: { row: QueueRow; onPress: () => void }) {
  const { t } = useTranslation("board");
  const now = useNow();
  const drawn = marks(row.waiting, now);
  return (
    <button type="button" className="track" onClick={onPress}>
      <span className="vh">{t("table.dots", { count: row.waiting.length, late: row.late, soon: row.soon })}</span>
      {drawn.marks.map((mark, i) => (
        <i key={i} aria-hidden="true" className={`pip ${mark.urgency}${mark.offered ? " offered" : ""}${mark.count > 1 ? " many" : ""}`} style={{ left: `${mark.left}%`, "--lift": mark.lift } as CSSProperties}>{mark.count > 1 && mark.count}</i>
      ))}
      {drawn.beyond > 0 && <span className="beyond" aria-hidden="true">{t("table.beyond", { count: drawn.beyond })}</span>}
    </button>
  );
}

/** Today's service level against the target, as a word and as a bar with its line. */
function Level({ row }: { row: QueueRow }) {
  const { queue, today } = row;
  if (!queue || !today?.owed) return <span className="three">–</span>;
  const share = today.in_target / today.owed;
  const missed = share < queue.target_share;
  const look = !missed ? "" : share < queue.target_share - 0.05 ? " late" : " soon";
  return (
    <span className={`level${look}`}>
      <b>{percent(share)}</b>
      <span className="lb" aria-hidden="true"><i style={{ width: `${share * 100}%` }} /><s style={{ left: `${queue.target_share * 100}%` }} /></span>
    </span>
  );
}

function QueueMenu({ row, ask }: { row: QueueRow; ask: Ask }) {
  const { t } = useTranslation("board");
  const queue = row.queue;
  if (!queue) return null;
  return (
    <MenuTrigger>
      <Button className="btn quiet sm icon" aria-label={t("table.act", { name: queue.name })}><Icon name="dots-three-vertical" /></Button>
      <Popover className="pop" placement="bottom end">
        <Menu className="menu" onAction={(key) => {
          if (key === "rank") ask({ kind: "rank", queue });
          if (key === "door") ask({ kind: "door" });
          if (key === "limits") ask({ kind: "limits", queue });
          if (key === "tell") ask({ kind: "tell" });
        }}>
          <MenuItem id="rank" className="item">{t("alert.raise")}</MenuItem>
          <MenuItem id="door" className="item">{t("alert.close")}</MenuItem>
          <MenuItem id="tell" className="item">{t("alert.tell")}</MenuItem>
          <MenuItem id="limits" className="item">{t("alert.limits")}</MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
