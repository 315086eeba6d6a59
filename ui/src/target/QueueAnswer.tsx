import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NativeSelect } from "../admin/fields/NativeSelect";
import { number } from "../i18n/format";
import { Apply } from "./Apply";
import { NetCurve } from "./NetCurve";
import type { QueueFound } from "./queries";
import { money, share, signed, wait } from "./said";

/** One queue: the sentence, the curve, where a second more stops paying, the table, and what to do with it. */
export function QueueAnswer({ found, shareOf, level, mayApply, twinMs }: { found: QueueFound; shareOf: number; level: number; mayApply: boolean; twinMs?: number | undefined }) {
  const { t } = useTranslation("target");
  const [of, setOf] = useState("");
  const best = found.targets.find((one) => one.wait_ms === found.best_ms), today = found.targets.find((one) => one.wait_ms === found.target_today_ms);
  const gain = best && today ? best.net - today.net : null;
  const [from, to] = found.best_between_ms;
  const same = found.best_ms === found.target_today_ms;
  return (
    <section className="answer" aria-labelledby="answer-name">
      <h2 id="answer-name">{found.queue}</h2>
      <p className="lead">{same ? t("lead.same", { share: share(shareOf, 0), wait: wait(found.best_ms) }) : t("lead.other", { share: share(shareOf, 0), wait: wait(found.best_ms), today: wait(found.target_today_ms), gain: gain === null ? "–" : money(gain) })}{" "}
        {from === to ? t("lead.sure", { level: share(level, 0) }) : t("lead.between", { level: share(level, 0), low: wait(from), high: wait(to) })}</p>
      {twinMs !== undefined && twinMs !== found.best_ms && <p>{t("lead.twin", { wait: wait(twinMs) })}</p>}
      <Stops found={found} />
      {found.classes.length > 1 && <label className="of">{t("curve.of")}<NativeSelect value={of} choices={[{ key: "", name: t("curve.whole") }, ...found.classes.map((one) => ({ key: one.class, name: one.class }))]} onChange={setOf} /></label>}
      <NetCurve found={found} of={of || null} level={level} />
      {found.classes.length > 1 && <p className="two">{t("by_class", { parts: found.classes.map((one) => `${one.class}\u00a0${wait(one.best_ms)}`).join(", ") })}</p>}
      {found.regret > 0 && <p className="small two">{t("regret", { regret: money(found.regret) })}</p>}
      <details>
        <summary>{t("table.show")}</summary>
        <div className="tscroll" role="region" tabIndex={0} aria-label={t("table.label", { queue: found.queue })}>
          <table className="tt">
            <thead><tr><th scope="col">{t("table.wait")}</th>{(["net", "range", "second", "cost", "hours", "abandonment", "level"] as const).map((key) => <th key={key} scope="col" className="num">{t(`table.${key}`)}</th>)}</tr></thead>
            <tbody>
              {found.targets.map((one) => (
                <tr key={one.wait_ms} {...(one.wait_ms === found.best_ms ? { "data-best": "" } : {})}>
                  <th scope="row">{wait(one.wait_ms)}{one.wait_ms === found.best_ms && <span className="sub">{t("table.best")}</span>}{one.wait_ms === found.target_today_ms && <span className="sub">{t("table.today")}</span>}</th>
                  <td className="num">{money(one.net)}</td><td className="num">{t("range", { low: money(one.net_low), high: money(one.net_high) })}</td><td className="num">{one.a_second_more === null ? "–" : signed(one.a_second_more, 2)}</td>
                  <td className="num">{money(one.cost)}</td><td className="num">{number(one.agent_hours, 1)}</td><td className="num">{share(one.abandonment)}</td><td className="num">{share(one.service_level)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
      {!mayApply && <p className="small two">{t("apply.reader")}</p>}
      {mayApply && <Apply key={found.queue} queue={found.queue} bestMs={twinMs ?? found.best_ms} share={shareOf} targets={found.targets.map((one) => one.wait_ms)} />}
    </section>
  );
}

/** Where one more second stops paying: what it brings before, what it costs after. */
function Stops({ found }: { found: QueueFound }) {
  const { t } = useTranslation("target");
  const at = found.targets.findIndex((one) => one.wait_ms === found.best_ms);
  const before = found.targets[at - 1]?.a_second_more, after = found.targets[at]?.a_second_more;
  return (
    <p>{[
      before != null && before > 0 && t("stops.before", { wait: wait(found.best_ms), gain: money(before, 2) }),
      after != null && t("stops.after", { loss: money(Math.abs(after), 2) }),
      at === found.targets.length - 1 && t("stops.never"), at === 0 && t("stops.always"),
    ].filter(Boolean).join(" ")}</p>
  );
}
