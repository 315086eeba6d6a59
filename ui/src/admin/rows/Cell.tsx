import type { ReactNode } from "react";

/** A control with its small label above, inside a row. */
export function Cell({ label, children, wide }: { label: string; children: ReactNode; wide?: boolean }) {
  return <label className={wide ? "cell wide" : "cell"}><span>{label}</span>{children}</label>;
}
