import { Icon } from "./Icon";
import "./mark.css";
import type { ContactState, PresenceState } from "../api/types";

/** A state as a shape; the word stands beside it. */
export function Mark({ state, big = false }: { state: ContactState | PresenceState | "contact"; big?: boolean }) {
  if (state === "closed") return <Icon name="check" />;
  return <span className={`m ${state}${big ? " big" : ""}`} aria-hidden="true" />;
}
