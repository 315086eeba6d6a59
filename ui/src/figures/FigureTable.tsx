import { useTranslation } from "react-i18next";
import { byOf, IN_TIME, type Definition, type Figure, type FigureSearch, type Figures, type Group } from "./asking";
import { besideOf, changeOf } from "./change";
import { share, shown, useGroupName } from "./shown";

interface Props {
  figures: Figures;
  /** The period compared with. */
  then: Figures | undefined;
  definitions: readonly Definition[];
  search: FigureSearch;
  chosen: string;
  onDefine: (key: string) => void;
  /** None for those who see figures and not whose they are. */
  onOpen: ((key: string, group: Group | null) => void) | null;
}

/** Every group a line, every indicator a column; each figure opens its contacts, each head its definition. */
export function FigureTable({ figures, then, definitions, search, chosen, onDefine, onOpen }: Props) {
  const { t } = useTranslation("figures");
  const by = byOf(search);
  const name = useGroupName(by, figures.timezone);
  const beside = besideOf(then, by);
  const before = new Map(figures.groups.map((group, i) => [group.key, beside(group, i)]));
  const lines = by === "hour" ? figures.groups.filter((group) => Object.values(group.figures).some((one) => one && one.count > 0)) : figures.groups;
  return (
    <div className="fig-sheet" tabIndex={0} role="region" aria-label={t("table.title")}>
      <table>
        <caption className="vh">{t("table.title")}</caption>
        <thead>
          <tr>
            <th scope="col">{t(`by.${by}`)}</th>
            {definitions.map((one) => (
              <th key={one.key} scope="col" className="num" {...(one.key === chosen ? { "data-chosen": "" } : {})}>
                <button type="button" onClick={() => onDefine(one.key)} aria-label={t("table.define", { name: one.name })}>{one.name}</button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...(IN_TIME.includes(by) || by === "weekday" ? { className: "timed" } : {})}>
          {lines.map((group) => (
            <tr key={group.key}>
              <th scope="row">{name(group)}</th>
              {definitions.map((one) => <Cell key={one.key} figure={group.figures[one.key]} then={then && (before.get(group.key)?.figures[one.key] ?? null)} definition={one} line={name(group)} onOpen={onOpen && (() => onOpen(one.key, group))} />)}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("table.total")}</th>
            {definitions.map((one) => <Cell key={one.key} figure={figures.total[one.key]} then={then && (then.total[one.key] ?? null)} definition={one} line={t("table.total")} onOpen={onOpen && (() => onOpen(one.key, null))} />)}
          </tr>
        </tfoot>
      </table>
      {lines.length === 0 && !IN_TIME.includes(by) && <p className="none two">{t("table.none")}</p>}
    </div>
  );
}

function Cell({ figure, then, definition, line, onOpen }: { figure: Figure | undefined; then: Figure | null | undefined; definition: Definition; line: string; onOpen: (() => void) | null }) {
  const { t } = useTranslation("figures");
  const value = shown(figure, definition);
  const change = then ? changeOf(figure, then, definition) : null;
  const was = then === undefined ? null : (
    <span className={`small change${change?.verdict === "worse" ? " late" : ""}`} title={change ? [t("against.was", { value: shown(then ?? undefined, definition) }), change.why].filter(Boolean).join(" · ") : undefined}>
      {change?.text ?? (then && then.count > 0 ? t("against.was", { value: shown(then, definition) }) : "\u00a0")}
    </span>
  );
  if (!figure || figure.count === 0) return <td className="num three">{definition.unit === "contacts" && figure ? "0" : "–"}{was}</td>;
  const range = figure.low !== null && figure.high !== null ? t("range", { low: share(figure.low), high: share(figure.high) }) : "";
  if (definition.over === "agents" || !onOpen) return <td className="num">{value}{was}</td>;
  return (
    <td className="num">
      <button type="button" onClick={onOpen} title={[t("counts", { part: figure.part, count: figure.count, context: definition.measure }), range].filter(Boolean).join(" · ")}
        aria-label={t("table.open", { line, name: definition.name, value })}>{value}</button>
      {was}
    </td>
  );
}
