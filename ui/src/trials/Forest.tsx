import { useTranslation } from "react-i18next";
import type { Effect, Trial } from "./queries";
import { mainOf } from "./queries";
import { useNow } from "../api/clock";
import { day, number } from "../i18n/format";
import { difference } from "./sizes";

const WIDTH = 300, HEIGHT = 34, EDGE = 8;
interface Drawn { value: number; low: number | null; high: number | null }
interface Props { measured: Drawn | null; forecast?: Drawn | null; margin?: number | null; better: "high" | "low" | null; label: string; tone: string }

/** One line of a forest: no effect in the middle, what was measured with its interval, what was foretold above it. */
export function ForestLine({ measured, forecast = null, margin = null, better, label, tone }: Props) {
  const all = [measured, forecast].flatMap((one) => (one ? [one.value, one.low ?? one.value, one.high ?? one.value] : []));
  const most = Math.max(...all.map(Math.abs), margin ?? 0, 1e-9) * 1.08;
  const x = (value: number): number => WIDTH / 2 + (value / most) * (WIDTH / 2 - EDGE);
  const bar = (one: Drawn, y: number, name: string) => (
    <g className={name}>
      {one.low !== null && one.high !== null && <line x1={x(one.low)} x2={x(one.high)} y1={y} y2={y} />}
      <path d={`M${x(one.value)},${y}h0.01`} />
    </g>
  );
  const wall = margin === null || better === null ? null : x(better === "high" ? -margin : margin);
  return (
    <svg className={`forest ${tone}`} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label} preserveAspectRatio="none">
      <line className="none" x1={WIDTH / 2} x2={WIDTH / 2} y1={2} y2={HEIGHT - 2} />
      {wall !== null && <line className="wall" x1={wall} x2={wall} y1={4} y2={HEIGHT - 4} />}
      {forecast && bar(forecast, measured ? 9 : HEIGHT / 2, "told")}
      {measured && bar(measured, forecast ? 24 : HEIGHT / 2, "seen")}
    </svg>
  );
}

/** What a line of a forest says, in words. */
export function useForestWords(): (trial: Trial, effect: Effect | undefined) => string {
  const { t } = useTranslation("trials");
  return (trial, effect) => {
    const parts: string[] = [];
    if (trial.forecast && (!effect || effect.key === trial.metric)) parts.push(t("forest.told", { value: difference(trial.forecast.value, trial.metric), low: difference(trial.forecast.low, trial.metric), high: difference(trial.forecast.high, trial.metric) }));
    if (!effect || effect.value === null) parts.push(t("forest.none"));
    else if (effect.low === null || effect.high === null) parts.push(t("forest.early", { value: difference(effect.value, effect.key) }));
    else parts.push(t("forest.seen", { value: difference(effect.value, effect.key), low: difference(effect.low, effect.key), high: difference(effect.high, effect.key) }));
    return parts.join(" ");
  };
}
const asDrawn = (effect: Effect | undefined): Drawn | null => (effect && effect.value !== null ? { value: effect.value, low: effect.low, high: effect.high } : null);

/** Whether what was measured is what was foretold: their intervals meet, or it does more good or less; `open` while it tells no effect from none. */
export function asForetold(trial: Trial, effect: Effect | undefined): "as" | "more" | "less" | "open" | null {
  const told = trial.forecast;
  if (!told || !effect || effect.value === null || effect.low === null || effect.high === null) return null;
  if (effect.low <= told.high && told.low <= effect.high) return effect.low <= 0 && effect.high >= 0 && !(told.low <= 0 && told.high >= 0) ? "open" : "as";
  return (effect.better === "high") === effect.value > told.value ? "more" : "less";
}

/** What is kept with a rule beside its figures: why it stopped, whether the forecast was right, what was decided, by whom and why. */
function Kept({ trial, effect }: { trial: Trial; effect: Effect | undefined }) {
  const { t } = useTranslation("trials");
  const now = useNow();
  const told = asForetold(trial, effect);
  const guarded = trial.end_reason === "guardrail" && trial.crossed;
  if (!guarded && !told && !trial.verdict) return null;
  return (
    <span className="kept small two">
      {guarded && <span className="late">{t("registry.guarded", { metric: t(`metric.${trial.crossed ?? trial.metric}`) })}</span>}
      {told && <span>{t(`registry.foretold.${told}`)}</span>}
      {trial.verdict && trial.verdict_ms !== null && <span>{t("registry.decided", { verdict: t(`verdict.${trial.verdict}`), name: trial.decided ?? "–", when: day(trial.verdict_ms, now) })}{trial.verdict_why && ` — ${trial.verdict_why}`}</span>}
    </span>
  );
}

/** Every rule that is or was on trial: what was expected and foretold of it, what was seen, what was decided. */
export function Registry({ trials, onOpen }: { trials: readonly Trial[]; onOpen: (id: number) => void }) {
  const { t } = useTranslation("trials");
  const words = useForestWords();
  const unknown = trials.filter((trial) => mainOf(trial)?.value == null);
  return (
    <section className="registry" aria-labelledby="registry-title">
      <h2 id="registry-title">{t("registry.title")}</h2>
      <p className="two">{t("registry.lead")}</p>
      {unknown.length > 0 && <p className="two" role="status">{t(unknown.length === trials.length ? "registry.none_yet" : "registry.some_yet", { count: unknown.length, said: number(unknown.length) })}</p>}
      <p className="legend small two"><i className="dot seen" /> {t("forest.seen_key")} <i className="dot told" /> {t("forest.told_key")}</p>
      <ul>
        {trials.map((trial) => {
          const effect = mainOf(trial);
          return (
            <li key={trial.id}>
              <button type="button" onClick={() => onOpen(trial.id)}>
                <span className="what"><b className="b">{trial.name}</b><span className="small two">{t(`metric.${trial.metric}`)} · {t(trial.verdict ? `verdict.${trial.verdict}` : `state.${trial.state}`)}</span></span>
                {effect?.value == null && !trial.forecast
                  ? <span className="small two nothing">{t(`registry.why_none.${trial.state === "draft" ? "draft" : trial.state === "running" ? "early" : "never"}`)}</span>
                  : <ForestLine measured={asDrawn(effect)} forecast={trial.forecast} better={effect?.better ?? null} label={words(trial, effect)} tone={effect?.finding ?? "early"} />}
                <span className="num">{effect?.value != null ? difference(effect.value, trial.metric) : "–"}<span className="small two">{trial.expected !== null && t("expected_short", { value: difference(trial.expected, trial.metric) })}</span></span>
                <Kept trial={trial} effect={effect} />
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The effects of one trial, an indicator a line. */
export function Effects({ trial }: { trial: Trial }) {
  const { t } = useTranslation("trials");
  const words = useForestWords();
  const ordered = [...trial.effects].sort((a, b) => Number(b.key === trial.metric) - Number(a.key === trial.metric));
  return (
    <ul className="effects">
      {ordered.map((one) => (
        <li key={one.key} {...(one.key === trial.metric ? { "data-main": "" } : {})}>
          <span className="what"><b className="b">{t(`metric.${one.key}`)}</b><span className={`small finding ${one.finding}`}>{one.crossed ? t("crossed_now") : t(`finding.${one.finding}`)}</span></span>
          <ForestLine measured={asDrawn(one)} forecast={one.key === trial.metric ? trial.forecast : null} margin={one.margin} better={one.better} label={words(trial, one)} tone={one.finding} />
          <Figures one={one} />
        </li>
      ))}
    </ul>
  );
}
function Figures({ one }: { one: Effect }) {
  const { t } = useTranslation("trials");
  return (
    <span className="num">
      <b className="b">{one.value === null ? "–" : difference(one.value, one.key)}</b>
      {one.low !== null && one.high !== null && <span className="small two">{t("range", { low: difference(one.low, one.key), high: difference(one.high, one.key) })}</span>}
      {one.margin !== null && <span className="small three">{t("allowed", { margin: difference(one.better === "high" ? -one.margin : one.margin, one.key) })}</span>}
    </span>
  );
}
