import type { ReactNode } from "react";

/** A control with its small label above, inside a row. */
export function Cell({ label, children, wide, className }: { label: string; children: ReactNode; wide?: boolean; className?: string }) {
  return <label className={["cell", wide && "wide", className].filter(Boolean).join(" ")}><span>{label}</span>{children}</label>;
}
