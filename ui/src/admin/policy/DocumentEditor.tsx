import { useEffect, useImperativeHandle, useMemo, useRef, useState, type KeyboardEvent, type Ref } from "react";

/** In px; the style sheet has the same. */
const LINE = 20;
export interface Jump { to: (line: number) => void }
interface Props {
  label: string;
  text: string;
  onChange: (text: string) => void;
  /** Ctrl+S. */
  onTry: () => void;
  readOnly: boolean;
  /** Lines that something is wrong with, and those only warned about. */
  wrong: readonly number[];
  warned: readonly number[];
  jump: Ref<Jump>;
}

/** A plain text area with numbered lines. Tab leaves it, as everywhere: two spaces are typed. */
export function DocumentEditor({ label, text, onChange, onTry, readOnly, wrong, warned, jump }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(1);
  const lines = useMemo(() => text.split("\n").length, [text]);
  const numbers = useMemo(() => Array.from({ length: lines }, (_, place) => place + 1).join("\n"), [lines]);
  useImperativeHandle(jump, () => ({
    to: (line) => {
      const box = area.current;
      if (!box) return;
      const starts = text.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
      const ends = text.indexOf("\n", starts);
      box.focus();
      box.setSelectionRange(starts, ends < 0 ? text.length : ends);
      box.scrollTop = Math.max(0, (line - 4) * LINE);
      setAt(line);
    },
  }), [text]);
  const follow = (): void => { if (gutter.current && area.current) gutter.current.scrollTop = area.current.scrollTop; };
  useEffect(follow, [text]);
  const look = (): void => { const box = area.current; if (box) setAt(text.slice(0, box.selectionStart).split("\n").length); };
  const key = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") { event.preventDefault(); onTry(); }
  };
  return (
    <div className="document">
      <div ref={gutter} className="gutter" aria-hidden="true">
        <pre>{numbers}</pre>
        {[...new Set(warned)].map((line) => <i key={`w${line}`} className="soon" style={{ top: (line - 1) * LINE }} />)}
        {[...new Set(wrong)].map((line) => <i key={`x${line}`} className="late" style={{ top: (line - 1) * LINE }} />)}
        <i className="at" style={{ top: (at - 1) * LINE }} />
      </div>
      <textarea ref={area} aria-label={label} value={text} readOnly={readOnly} spellCheck={false} autoCapitalize="off" autoCorrect="off" wrap="off"
        {...(wrong.length ? { "aria-invalid": true } : {})} onChange={(event) => onChange(event.target.value)} onScroll={follow} onSelect={look} onKeyDown={key} />
    </div>
  );
}
