import { useId, type ReactNode } from "react";

interface Props {
  label: string;
  hint?: string | undefined;
  wrong?: string | null | undefined;
  children: (attributes: { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined }) => ReactNode;
}

/** A label, its native control, what helps and what is wrong, tied together for screen readers. */
export function Labelled({ label, hint, wrong, children }: Props) {
  const id = useId();
  const told = [hint && `${id}h`, wrong && `${id}w`].filter(Boolean).join(" ");
  return (
    <div className="field" data-invalid={wrong ? true : undefined}>
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": told || undefined, "aria-invalid": wrong ? true : undefined })}
      {hint && <span className="hint" id={`${id}h`}>{hint}</span>}
      {wrong && <span className="wrong" id={`${id}w`}>{wrong}</span>}
    </div>
  );
}
