import { useTranslation } from "react-i18next";
import { useWidth } from "../figures/useWidth";
import type { QueueFound } from "./queries";
import { money, share, wait } from "./said";

const HEIGHT = 300, LEFT = 76, RIGHT = 20, TOP = 26, BOTTOM = 44;

function ticks(low: number, high: number): number[] {
  const step = [1, 2, 5].flatMap((d) => Array.from({ length: 9 }, (_, e) => d * 10 ** e)).sort((a, b) => a - b).find((one) => (high - low) / one <= 6) ?? high - low;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, i) => (first + i) * step);
}

/** What each target comes to a day, with its band; the best one, and today's. `of`: one class alone, without a band. */
export function NetCurve({ found, of, level }: { found: QueueFound; of: string | null; level: number }) {
  const { t } = useTranslation("target");
  const [frame, width] = useWidth(720);
  const alone = found.classes.find((one) => one.class === of);
  const points = found.targets.map((one, i) => ({ ...one, ...(alone ? { net: alone.net[i] ?? 0, net_low: alone.net[i] ?? 0, net_high: alone.net[i] ?? 0 } : {}) }));
  const best_ms = alone ? alone.best_ms : found.best_ms;
  const low = Math.min(...points.map((one) => one.net_low)), high = Math.max(...points.map((one) => one.net_high));
  const room = Math.max(1, high - low) * 0.06, bottom = low - room, top = high + room;
  const inner = Math.max(80, width - LEFT - RIGHT);
  const least = Math.log(points[0]?.wait_ms ?? 1), most = Math.log(points.at(-1)?.wait_ms ?? 2);
  const x = (ms: number): number => LEFT + ((Math.log(Math.max(1, ms)) - least) / Math.max(1e-9, most - least)) * inner;
  const y = (value: number): number => TOP + (1 - (value - bottom) / (top - bottom)) * (HEIGHT - TOP - BOTTOM);
  const best = points.find((one) => one.wait_ms === best_ms), today = points.find((one) => one.wait_ms === found.target_today_ms);
  const [from, to] = found.best_between_ms;
  let last = -100;
  const named = points.filter((one) => { const at = x(one.wait_ms); if (at - last < 46) return false; last = at; return true; });
  return (
    <div className="net-curve" ref={frame}>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} role="img" aria-label={t("curve.label", { queue: found.queue, best: wait(best_ms), net: money(best?.net ?? 0) })}>
        {!alone && from !== to && <rect className="flat" x={x(from)} width={Math.max(2, x(to) - x(from))} y={TOP} height={HEIGHT - TOP - BOTTOM} />}
        {ticks(bottom, top).map((one) => <g key={one}><line className={one === 0 ? "zero" : "rule"} x1={LEFT} x2={width - RIGHT} y1={y(one)} y2={y(one)} /><text className="tick" x={LEFT - 8} y={y(one) + 4} textAnchor="end">{money(one)}</text></g>)}
        {!alone && found.worlds > 1 && <path className="band" d={`M${points.map((one) => `${x(one.wait_ms)},${y(one.net_high)}`).join("L")}L${[...points].reverse().map((one) => `${x(one.wait_ms)},${y(one.net_low)}`).join("L")}Z`} />}
        <path className="line" d={`M${points.map((one) => `${x(one.wait_ms)},${y(one.net)}`).join("L")}`} />
        {today && <g className="today"><line x1={x(today.wait_ms)} x2={x(today.wait_ms)} y1={TOP} y2={HEIGHT - BOTTOM} /><circle cx={x(today.wait_ms)} cy={y(today.net)} r={5} /><text x={Math.min(width - RIGHT, Math.max(LEFT, x(today.wait_ms)))} y={TOP - 12} textAnchor={x(today.wait_ms) > width - 120 ? "end" : x(today.wait_ms) < LEFT + 60 ? "start" : "middle"}>{t("curve.today", { wait: wait(today.wait_ms) })}</text></g>}
        {best && <g className="best"><line x1={x(best.wait_ms)} x2={x(best.wait_ms)} y1={y(best.net)} y2={HEIGHT - BOTTOM} /><circle cx={x(best.wait_ms)} cy={y(best.net)} r={6} /></g>}
        {points.map((one) => <circle key={one.wait_ms} className="catch" cx={x(one.wait_ms)} cy={y(one.net)} r={9}><title>{`${wait(one.wait_ms)}\u00a0: ${money(one.net)}`}</title></circle>)}
        {named.map((one) => <text key={one.wait_ms} className={`tick${one.wait_ms === best_ms ? " chosen" : ""}`} x={x(one.wait_ms)} y={HEIGHT - BOTTOM + 18} textAnchor="middle">{wait(one.wait_ms)}</text>)}
        <text className="tick" x={width - RIGHT} y={HEIGHT - 8} textAnchor="end">{t("curve.axis")}</text>
      </svg>
      <p className="small three">{alone ? t("curve.alone") : t("curve.reading", { level: share(level, 0) })}</p>
    </div>
  );
}
