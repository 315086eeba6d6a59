import type { Row } from "../api/types";

const due = (row: Row): number => row.due_ms ?? Number.MAX_SAFE_INTEGER;

/** Ours first, by what is due first; then those waiting for the customer. Ties end in the identifier. */
export const byDue = (a: Row, b: Row): number =>
  Number(a.awaiting !== "us") - Number(b.awaiting !== "us") || due(a) - due(b) || a.arrived_ms - b.arrived_ms || a.id - b.id;
