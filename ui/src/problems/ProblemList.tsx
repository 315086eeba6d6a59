import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useNow } from "../api/clock";
import { client } from "../api/queries";
import { useAct } from "../board/acts";
import { momentTo, number } from "../i18n/format";
import { Button } from "../parts/Button";
import { Trouble } from "../parts/Trouble";
import { ProblemDialog } from "./ProblemDialog";
import "./problems.css";
import { problemsQuery, type Standing } from "./types";

interface Props { brands: readonly { id: number; name: string }[]; may: boolean; wall: boolean; opens: boolean }

/** Known problems on the board: how many contacts, whether it grows, and the way to its end. */
export function ProblemList({ brands, may, wall, opens }: Props) {
  const { t } = useTranslation("problems");
  const act = useAct();
  const [declaring, declare] = useState(false);
  const { data, error, refetch } = useQuery({ ...problemsQuery, enabled: opens });
  const again = (): void => void client.invalidateQueries({ queryKey: ["problems"] });
  const items = (data?.items ?? []).filter((one) => !wall || one.state === "open");
  if (!opens || (wall && items.length === 0)) return null;
  return (
    <section className="blk problems" aria-label={t("title")}>
      <div className="row between">
        <h2>{t("title")}</h2>
        {may && !wall && <Button small onPress={() => declare(true)}>{t("declare")}</Button>}
      </div>
      {error && !data ? <Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} />
        : items.length === 0 ? <p className="small two">{t("none")}</p>
          : <ul>{items.map((one) => <Line key={one.id} one={one} may={may && !wall} onEnd={() => void act(api.post(`/problems/${one.id}/end`), again)} />)}</ul>}
      {declaring && <ProblemDialog brands={brands} onClose={() => declare(false)} onDone={() => { declare(false); again(); }} />}
    </section>
  );
}

function Line({ one, may, onEnd }: { one: Standing; may: boolean; onEnd: () => void }) {
  const { t } = useTranslation("problems");
  const now = useNow();
  const [sure, ask] = useState(false);
  const half = one.flow.length / 2;
  const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
  const lately = sum(one.flow.slice(half)), before = sum(one.flow.slice(0, half));
  const trend = lately > before ? "more" : lately < before ? "fewer" : "same";
  const most = Math.max(1, ...one.flow);
  const when = one.state === "planned" ? t("begins", { moment: momentTo(one.begins_ms, now) }) : one.state === "over" ? t("over") : one.ends_ms === null ? "" : t("ends", { moment: momentTo(one.ends_ms, now) });
  return (
    <li className={one.state}>
      <div className="row between">
        <b className="b cut" title={one.name}>{one.name}</b>
        <Link to="/contacts" search={{ problem: [one.id], state: ["open"] }} className="small">{t("contacts", { count: one.marked, said: number(one.marked) })}</Link>
      </div>
      <p className="small two">{[t("waiting", { count: one.waiting, said: number(one.waiting) }), one.state === "open" ? t(`trend_${trend}`, { count: lately, said: number(lately) }) : "", when, one.owner ? t("owner", { name: one.owner.name }) : ""].filter(Boolean).join(" · ")}</p>
      {one.state === "open" && (
        <svg className="spark" viewBox={`0 0 ${one.flow.length * 8} 24`} preserveAspectRatio="none" role="img" aria-label={t("flow", { counts: one.flow.map((count) => number(count)).join(", ") })}>
          {one.flow.map((count, at) => <rect key={at} x={at * 8} width={6} y={24 - (22 * count) / most - 1} height={(22 * count) / most + 1} />)}
        </svg>
      )}
      {may && one.state !== "over" && (
        <div className="row">
          {sure ? <><span className="small">{t("end_sure")}</span><Button small look="danger" onPress={onEnd}>{t("end_yes")}</Button><Button small look="quiet" onPress={() => ask(false)}>{t("end_no")}</Button></>
            : <Button small aria-label={t("end_named", { name: one.name })} onPress={() => ask(true)}>{t("end")}</Button>}
        </div>
      )}
      {may && one.state === "over" && one.waiting > 0 && <p className="small">{t("answer_hint")}</p>}
    </li>
  );
}
