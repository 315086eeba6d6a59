import { useTranslation } from "react-i18next";
import { span } from "../i18n/format";
import type { Checked as Found, Gain, Neighbour } from "./queries";
import { money, share, signed, wait } from "./said";

/** Whether the days tell it from none. */
const apart = (one: Gain): boolean => one.low !== null && one.high !== null && (one.low > 0 || one.high < 0);
/** Whether its interval is narrower than what is shown: every day came to the same. */
const exact = (one: Gain): boolean => one.low !== null && one.high !== null && money(one.low) === money(one.high);
type Between = (low: string, high: string) => string;
const range = (one: Gain, between: Between): string => (one.low === null || one.high === null ? "–" : exact(one) ? signed(one.mean) : between(signed(one.low), signed(one.high)));

/** What the twin says of the targets: whether they hold, what they bring beside today's, and how surely they are told from their neighbours. */
export function Checked({ found }: { found: Found }) {
  const { t } = useTranslation("target");
  const between: Between = (low, high) => t("range", { low, high });
  const gain = found.today_gain;
  const level = share(found.confidence, 0);
  const named = Object.entries(found.best_ms).map(([queue, ms]) => `${queue}\u00a0${wait(ms)}`).join(", ");
  return (
    <section className="checked" aria-labelledby="checked-title">
      <h2 id="checked-title">{t("check.title")}</h2>
      <p className="lead">{gain === null ? t("check.at", { targets: named }) : !apart(gain) ? t("check.open", { targets: named, gain: signed(gain.mean), range: range(gain, between) }) : t(gain.mean > 0 ? (exact(gain) ? "check.brings_exact" : "check.brings") : "check.costs", { targets: named, gain: money(Math.abs(gain.mean)), low: money(Math.min(Math.abs(gain.low ?? 0), Math.abs(gain.high ?? 0))), high: money(Math.max(Math.abs(gain.low ?? 0), Math.abs(gain.high ?? 0))), level })}</p>
      <p>{found.holds ? t("check.holds") : t("check.moved", { gain: found.gain ? money(found.gain.mean) : "–", range: found.gain ? range(found.gain, between) : "–" })} {!found.settled && t("check.unsettled")}</p>
      <div className="tscroll" role="region" tabIndex={0} aria-label={t("check.targets")}>
        <table className="tt">
          <caption className="vh">{t("check.targets")}</caption>
          <thead><tr><th scope="col">{t("queue")}</th><th scope="col" className="num">{t("plan.today")}</th><th scope="col" className="num">{t("check.formulas")}</th><th scope="col" className="num">{t("check.best")}</th><th scope="col" className="num">{t("check.between")}</th></tr></thead>
          <tbody>{Object.entries(found.best_ms).map(([queue, ms]) => (
            <tr key={queue}><th scope="row">{queue}</th><td className="num">{wait(found.today_ms[queue] ?? 0)}</td><td className="num">{wait(found.formulas_ms[queue] ?? 0)}</td><td className="num"><b className="b">{wait(ms)}</b></td><td className="num">{alike(queue, ms, found.neighbours, between)}</td></tr>
          ))}</tbody>
        </table>
      </div>
      {found.neighbours.length > 0 && <Around found={found} />}
      <p className="small three">{t("check.how", { count: found.days, said: String(found.days), level, net: money(found.net.mean), cost: money(found.cost) })}</p>
    </section>
  );
}

/** From the shortest to the longest target that the days cannot tell from the best. */
function alike(queue: string, best_ms: number, neighbours: readonly Neighbour[], between: Between): string {
  const near = [best_ms, ...neighbours.filter((one) => one.queue === queue && !apart(one)).map((one) => one.wait_ms)];
  const low = Math.min(...near), high = Math.max(...near);
  return low === high ? wait(low) : between(wait(low), wait(high));
}

/** Where one more second stops paying: each queue a target shorter or longer, against none. */
function Around({ found }: { found: Found }) {
  const { t } = useTranslation("target");
  const between: Between = (low, high) => t("range", { low, high });
  const reach = Math.max(...found.neighbours.flatMap((one) => [Math.abs(one.mean), Math.abs(one.low ?? 0), Math.abs(one.high ?? 0)])) * 1.05 || 1;
  const at = (of: number): number => 50 + (of / reach) * 50;
  return (
    <>
      <h3>{t("check.around")}</h3>
      <div className="tscroll" role="region" tabIndex={0} aria-label={t("check.around")}>
        <table className="tt around">
          <caption className="vh">{t("check.around")}</caption>
          <thead><tr><th scope="col">{t("queue")}</th><th scope="col" className="num">{t("table.wait")}</th><th scope="col" className="num">{t("check.a_day")}</th><th scope="col" className="num">{t("check.second")}</th><th scope="col" className="num">{t("table.range")}</th><th scope="col"><span className="vh">{t("check.drawn")}</span></th><th scope="col">{t("check.reading")}</th></tr></thead>
          <tbody>{found.neighbours.map((one) => {
            const best = found.best_ms[one.queue] ?? 0, longer = one.wait_ms > best, sure = apart(one);
            return (
              <tr key={`${one.queue}/${one.wait_ms}`}>
                <th scope="row">{one.queue}</th>
                <td className="num">{wait(one.wait_ms)}<span className="sub">{t(longer ? "check.longer" : "check.shorter", { by: span(Math.abs(one.wait_ms - best)) })}</span></td>
                <td className="num"><b className="b">{signed(one.mean)}</b></td>
                <td className="num">{signed((one.mean / Math.max(1, Math.abs(one.wait_ms - best))) * 1000, 2)}</td>
                <td className="num">{range(one, between)}</td>
                <td className="drawn-cell"><svg className={`forest ${!sure ? "open" : one.mean < 0 ? "worse" : "better"}`} viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true"><line className="none" x1="50" x2="50" y1="0" y2="20" />{one.low !== null && one.high !== null && <line className="seen" x1={at(one.low)} x2={at(one.high)} y1="10" y2="10" />}<path className="dot" d={`M${at(one.mean)} 10h.001`} /></svg></td>
                <td className={`reading ${sure ? (one.mean < 0 ? "worse" : "better") : "open"}`}>{t(sure ? (one.mean < 0 ? "check.worse" : "check.better") : "check.same")}</td>
              </tr>
            );
          })}</tbody>
        </table>
      </div>
    </>
  );
}
