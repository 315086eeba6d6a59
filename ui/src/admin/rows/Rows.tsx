import type { ReactNode } from "react";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { useWords } from "../words";

interface Props<T> {
  legend: string;
  hint?: string | undefined;
  wrong?: string | null | undefined;
  rows: T[];
  onChange: (rows: T[]) => void;
  blank: () => T;
  add: string;
  empty?: string | undefined;
  /** What a row is called in "Remove …", for screen readers. */
  nameOf: (row: T, at: number) => string;
  /** Rows stand in an order that counts: they can be moved. */
  ordered?: boolean;
  children: (row: T, set: (change: Partial<T>) => void, at: number) => ReactNode;
}

/** A list of small records inside a form: one line each, added at the end, removed or moved in place. */
export function Rows<T>({ legend, hint, wrong, rows, onChange, blank, add, empty, nameOf, ordered, children }: Props<T>) {
  const { say } = useWords();
  const move = (at: number, to: number): void => {
    const next = [...rows];
    const [moved] = next.splice(at, 1);
    if (moved !== undefined) next.splice(to, 0, moved);
    onChange(next);
  };
  return (
    <fieldset className="field rows" data-invalid={wrong ? true : undefined}>
      <legend>{legend}</legend>
      {hint && <span className="hint">{hint}</span>}
      {rows.length === 0 && empty && <p className="three none">{empty}</p>}
      {rows.map((row, at) => (
        <div key={at} className="line">
          <div className="cells">{children(row, (change) => onChange(rows.map((one, i) => (i === at ? { ...one, ...change } : one))), at)}</div>
          {ordered && <Button look="quiet" small iconOnly isDisabled={at === 0} aria-label={say("common.up", { name: nameOf(row, at) })} onPress={() => move(at, at - 1)}><span className="flip"><Icon name="caret-down" /></span></Button>}
          {ordered && <Button look="quiet" small iconOnly isDisabled={at === rows.length - 1} aria-label={say("common.down", { name: nameOf(row, at) })} onPress={() => move(at, at + 1)}><Icon name="caret-down" /></Button>}
          <Button look="quiet" small iconOnly aria-label={say("common.remove", { name: nameOf(row, at) })} onPress={() => onChange(rows.filter((_, i) => i !== at))}><Icon name="x" /></Button>
        </div>
      ))}
      <div><Button small onPress={() => onChange([...rows, blank()])}><Icon name="plus" />{add}</Button></div>
      {wrong && <span className="wrong">{wrong}</span>}
    </fieldset>
  );
}
