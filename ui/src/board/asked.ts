import type { Role } from "../api/types";
import type { Drilled, Person, Queue } from "./model";

/** The dialog that is open. */
export type Asked =
  | { kind: "drill"; drilled: Drilled }
  | { kind: "door"; channelId?: number }
  | { kind: "rank"; queue: Queue }
  | { kind: "tell"; person?: Person; text?: string }
  | { kind: "presence"; person: Person }
  | { kind: "skills"; person: Person }
  | { kind: "lift"; person: Person }
  | { kind: "limits"; queue: Queue | null }
  | { kind: "history" };
export type Ask = (what: Asked) => void;

export const maySupervise = (role: Role): boolean => role === "administrator" || role === "supervisor";
