import type { ReactNode } from "react";

/** Around a list that a search field steers: its options are never focused, so the frame is, for whoever scrolls by keys. */
export function ScrollingList({ label, children }: { label: string; children: ReactNode }) {
  return <div className="list-in" role="group" aria-label={label} tabIndex={0}>{children}</div>;
}
