import { useMemo, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { number } from "../i18n/format";
import { PERSONS, type Content } from "./content";
import { BOX, layout, type Spot } from "./layout";
import type { Edge, Problem } from "./queries";

/** How many calls went a way or came to a step; null where nothing was measured. */
export interface Measured { calls: number; came: Record<string, number>; left: Record<string, number>; ways: Record<string, number> }
interface Props {
  content: Content; edges: readonly Edge[]; problems: readonly Problem[]; chosen: string | null; onChoose: (name: string) => void;
  /** Steps of a call that is tried, in order. */
  taken: readonly { step: string; choice: string }[]; measured: Measured | null;
}
const LETTERS = 21;
const cut = (text: string): string => (text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text);
export const wayOf = (edge: { source: string; choice: string; target: string }): string => `${edge.source}\n${edge.choice}\n${edge.target}`;

/** The flow as it is: boxes that open by a press or Enter, lines by what leads from one to the next. */
export function Drawing({ content, edges, problems, chosen, onChoose, taken, measured }: Props) {
  const { t } = useTranslation("menus");
  const names = useMemo(() => Object.keys(content.steps), [content.steps]);
  const drawn = useMemo(() => layout(names, content.start, edges), [names, content.start, edges]);
  const walked = useMemo(() => new Set(taken.map((one, at) => `${taken[at - 1]?.step ?? ""}\n${one.choice}\n${one.step}`)), [taken]);
  const visited = useMemo(() => new Set(taken.map((one) => one.step)), [taken]);
  const wrong = useMemo(() => new Set(problems.map((one) => /^\/steps\/([^/]+)/.exec(one.path)?.[1]).filter(Boolean)), [problems]);
  const lines = useMemo(() => grouped(edges.filter((edge) => edge.why !== "human" || walked.has(wayOf(edge)))), [edges, walked]);
  return (
    <div className="menu-flow" tabIndex={0} role="group" aria-label={t("drawing")}>
      <svg width={drawn.wide} height={drawn.high} viewBox={`0 0 ${drawn.wide} ${drawn.high}`}>
        <g className="ways">
          {lines.map((line) => {
            const from = drawn.spots.get(line.source), to = drawn.spots.get(line.target);
            if (!from || !to) return null;
            const count = measured ? line.ways.reduce((sum, way) => sum + (measured.ways[way] ?? 0), 0) : 0;
            const wide = measured && measured.calls > 0 ? 1.5 + (18 * count) / measured.calls : 1.5;
            const on = line.ways.some((way) => walked.has(way));
            return <Way key={`${line.source} ${line.target}`} from={from} to={to} label={line.label} wide={wide} look={`${line.why}${on ? " on" : ""}`} />;
          })}
        </g>
        {names.map((name) => {
          const spot = drawn.spots.get(name), step = content.steps[name];
          if (!spot || !step) return null;
          const look = [PERSONS.includes(step.kind) ? "human-step" : "", step.kind === "goodbye" ? "end" : "", name === chosen ? "chosen" : "", wrong.has(name) ? "wrong" : "", visited.has(name) ? "on" : ""].filter(Boolean).join(" ");
          const here = step.title || t(`kind.${step.kind}`);
          const choose = (event: KeyboardEvent): void => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); onChoose(name); } };
          return (
            <g key={name} className={`step ${look}`} transform={`translate(${spot.x} ${spot.y})`} role="button" tabIndex={0} aria-pressed={name === chosen} onClick={() => onChoose(name)} onKeyDown={choose}>
              <rect width={BOX.wide} height={BOX.high} rx="4" />
              <text x="11" y="21" className="name">{cut(here)}</text>
              <text x="11" y="36" className="kind">{cut(step.title ? t(`kind.${step.kind}`) : name)}{name === content.start ? ` · ${t("first")}` : ""}</text>
              {measured && <text x="11" y="51" className="count">{number(measured.came[name] ?? 0)}{(measured.left[name] ?? 0) > 0 && <tspan className="left" dx="8">{t("left", { count: measured.left[name] ?? 0 })}</tspan>}</text>}
              {wrong.has(name) && <g className="sign" role="img" aria-label={t("has_problem")} transform={`translate(${BOX.wide - 20} 10)`}><path d="M6 0 12 11H0Z" /><path className="bar" d="M6 4v4" /></g>}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

interface Line { source: string; target: string; label: string; why: string; ways: string[] }
/** Ways between the same two steps are one line, with all their keys on it. */
function grouped(edges: readonly Edge[]): Line[] {
  const lines = new Map<string, Line>();
  for (const edge of edges) {
    const key = `${edge.source}\n${edge.target}`;
    const line = lines.get(key) ?? { source: edge.source, target: edge.target, label: "", why: edge.why, ways: [] };
    if (/^[0-9*]$/.test(edge.choice)) line.label = line.label ? `${line.label} ${edge.choice}` : edge.choice;
    line.ways.push(wayOf(edge));
    if (edge.why === "key") line.why = "key";
    lines.set(key, line);
  }
  return [...lines.values()];
}

function Way({ from, to, label, wide, look }: { from: Spot; to: Spot; label: string; wide: number; look: string }) {
  const ahead = to.column > from.column;
  const x1 = from.x + (ahead ? BOX.wide : BOX.wide / 2), y1 = from.y + (ahead ? BOX.high / 2 : BOX.high);
  const x2 = to.x + (ahead ? 0 : BOX.wide / 2), y2 = to.y + (ahead ? BOX.high / 2 : BOX.high);
  const bend = ahead ? Math.max(30, (x2 - x1) / 2) : 0;
  // A line that passes over a column of the same height goes above its box, not through it.
  const above = ahead && to.column - from.column > 1 && Math.abs(y2 - y1) < BOX.high;
  const path = above
    ? `M${x1} ${y1}C${x1 + 46} ${y1 - 66} ${x2 - 46} ${y2 - 66} ${x2} ${y2}`
    : ahead
    ? `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
    : `M${x1} ${y1}C${x1} ${y1 + 40} ${x2} ${y2 + 40} ${x2} ${y2 + 2}`;
  return (
    <g className={`way ${look}`}>
      <path d={path} strokeWidth={wide} />
      {label && <g transform={`translate(${ahead ? x1 + 16 : x1 + 12} ${above ? y1 - 18 : ahead ? y1 + (y2 - y1) * 0.12 : y1 + 12})`}><rect className="keycap" x={-4 - 3 * label.length} y="-8" width={8 + 6.5 * label.length} height="16" rx="3" /><text textAnchor="middle" y="4">{label}</text></g>}
    </g>
  );
}
