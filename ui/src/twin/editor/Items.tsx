import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";

export interface Item { name: string; said: string; values?: readonly number[]; wrong: string | null }
interface Props {
  title: string; lead: string; items: readonly Item[]; empty: string;
  /** What is done to an opened one, beside its form. */
  acts: (name: string) => ReactNode;
  form: (name: string) => ReactNode;
  add: ReactNode;
  open: string | null; onOpen: (name: string | null) => void;
}

/** Things of a scenario by name: a line each, one of them opened to be changed. */
export function Items({ title, lead, items, empty, acts, form, add, open, onOpen }: Props) {
  const { t } = useTranslation("scenario");
  return (
    <section className="sc-items" aria-label={title}>
      <div><h4>{title}</h4><p className="two">{lead}</p></div>
      {items.length === 0 && <p className="two">{empty}</p>}
      <ul>
        {items.map((one) => (
          <li key={one.name} className={open === one.name ? "open" : ""}>
            <button type="button" className="sc-head" aria-expanded={open === one.name} onClick={() => onOpen(open === one.name ? null : one.name)}>
              <Icon name="caret-down" />
              <span className="sc-name"><b className="b">{one.name}</b><span className="small two">{one.said}</span></span>
              {one.values && <Spark values={one.values} />}
              {one.wrong && <span className="late small">{t("to_mend")}</span>}
            </button>
            {open === one.name && <div className="sc-body">{form(one.name)}<div className="sc-row sc-acts">{acts(one.name)}</div></div>}
          </li>
        ))}
      </ul>
      {add}
    </section>
  );
}

/** The shape of a day in a few pixels; the figures stand beside it. */
function Spark({ values }: { values: readonly number[] }) {
  const top = Math.max(...values, 1e-9), wide = 120 / values.length;
  return <svg className="sc-spark" viewBox="0 0 120 28" preserveAspectRatio="none" aria-hidden="true">{values.map((one, i) => <rect key={i} x={i * wide} width={Math.max(0.8, wide - 0.4)} y={28 - (one / top) * 27} height={(one / top) * 27 + 1} />)}</svg>;
}

/** Removing asks once more in place: a second press does it. */
export function RemoveButton({ name, blocked, onRemove }: { name: string; blocked?: string | null; onRemove: () => void }) {
  const { t } = useTranslation("scenario");
  const [sure, ask] = useState(false);
  if (blocked) return <span className="small three">{blocked}</span>;
  return <Button look={sure ? "danger" : "quiet"} small onPress={() => { if (sure) onRemove(); else ask(true); }} onBlur={() => ask(false)}>{t(sure ? "act.remove_sure" : "act.remove")}<span className="vh"> {name}</span></Button>;
}
