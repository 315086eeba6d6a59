import type { ReactNode } from "react";
import "./state.css";

/** Nothing here yet: what will come, and from where. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return <div className="box-state"><h3>{title}</h3>{children && <p>{children}</p>}</div>;
}
