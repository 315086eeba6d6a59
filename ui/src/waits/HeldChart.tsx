import { useTranslation } from "react-i18next";
import { currentLocale } from "../i18n";
import { useWidth } from "../figures/useWidth";
import { interval, verdict, type Sums } from "./queries";
import { share } from "./said";

const HEIGHT = 200, LEFT = 48, RIGHT = 16, TOP = 18, BOTTOM = 28;
export const dayName = (day: string): string =>
  new Intl.DateTimeFormat(currentLocale() === "fr" ? "fr-FR" : "en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).format(Date.parse(day));

/** How often what was announced held, day by day, against what was promised. */
export function HeldChart({ days }: { days: readonly { day: string; sums: Sums }[] }) {
  const { t } = useTranslation("waits");
  const [frame, width] = useWidth(720);
  const points = days.flatMap(({ day, sums }) => {
    const found = interval(sums.held, sums.looked_at, sums.waits);
    return found ? [{ day, sums, ...found, promised: sums.promised / sums.looked_at }] : [];
  });
  if (points.length === 0) return null;
  const least = Math.min(0.5, ...points.map((one) => Math.floor(one.low * 10) / 10));
  const inner = Math.max(80, width - LEFT - RIGHT);
  const x = (i: number): number => LEFT + ((i + 0.5) / points.length) * inner;
  const y = (value: number): number => TOP + ((1 - value) / (1 - least)) * (HEIGHT - TOP - BOTTOM);
  const every = Math.max(1, Math.ceil(points.length / Math.max(2, Math.floor(inner / 92))));
  const scale = [0, 0.25, 0.5, 0.75, 1].filter((one) => one >= least);
  const total = points.reduce((sum, one) => ({ held: sum.held + one.sums.held, of: sum.of + one.sums.looked_at }), { held: 0, of: 0 });
  return (
    <div className="wchart" ref={frame}>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} role="img" aria-label={t("chart.label", { held: share(total.held / total.of), count: points.length })}>
        {scale.map((one) => <g key={one}><line className="rule" x1={LEFT} x2={width - RIGHT} y1={y(one)} y2={y(one)} /><text className="tick" x={LEFT - 8} y={y(one) + 4} textAnchor="end">{share(one)}</text></g>)}
        <path className="goal" fill="none" d={`M${points.map((one, i) => `${x(i) - inner / points.length / 2},${y(one.promised)}H${x(i) + inner / points.length / 2}`).join("L")}`} />
        <text className="name" x={width - RIGHT} y={TOP - 3} textAnchor="end">{t("chart.promised", { share: share(points.at(-1)?.promised ?? 0.8) })}</text>
        {points.map((one, i) => (
          <g key={one.day} className={verdict(one.sums)}>
            <title>{`${dayName(one.day)}\u00a0: ${t("chart.point", { held: share(one.value, 1), low: share(one.low), high: share(one.high), count: one.sums.looked_at })}`}</title>
            <line className="span" x1={x(i)} x2={x(i)} y1={y(one.low)} y2={y(one.high)} />
            <circle className="dot" cx={x(i)} cy={y(one.value)} r={4} />
          </g>
        ))}
        {points.map((one, i) => i % every === 0 && <text key={one.day} className="tick" x={x(i)} y={HEIGHT - 8} textAnchor="middle">{dayName(one.day)}</text>)}
      </svg>
      <p className="small three">{t("chart.reading")}</p>
    </div>
  );
}
