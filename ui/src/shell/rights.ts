/** Which page is open to which role; the server holds the same in `centre/wall.py` and refuses by itself. */
import type { Role } from "../api/types";

export type PageKey = "desk" | "contacts" | "board" | "figures" | "waits" | "target" | "trials" | "twin" | "menus" | "admin" | "audit";

const OPEN: Record<PageKey, readonly Role[]> = {
  desk: ["administrator", "supervisor", "agent"],
  contacts: ["administrator", "supervisor", "agent", "auditor", "knowledge"],
  board: ["administrator", "supervisor", "planner", "auditor"],
  figures: ["administrator", "supervisor", "planner", "auditor", "agent"],
  target: ["administrator", "planner"],
  waits: ["administrator", "supervisor", "planner", "auditor"],
  trials: ["administrator", "supervisor", "planner", "auditor"],
  twin: ["administrator", "planner"],
  menus: ["administrator", "supervisor", "planner", "auditor"],
  admin: ["administrator", "supervisor", "planner", "auditor"],
  audit: ["administrator", "auditor"],
};
export const isOpenTo = (role: Role, page: PageKey): boolean => OPEN[page].includes(role);

/** Where somebody of this role begins. */
export const HOME: Record<Role, "/desk" | "/contacts" | "/board" | "/figures"> = {
  administrator: "/desk", supervisor: "/desk", agent: "/desk", planner: "/figures", auditor: "/figures", knowledge: "/contacts",
};

/** The page that an address belongs to; a conversation is read by whoever reads contacts. */
export function pageAt(pathname: string): PageKey | null {
  if (/^\/desk\/\d+/.test(pathname)) return "contacts";
  if (pathname.startsWith("/admin/audit")) return "audit";
  const first = pathname.split("/")[1] ?? "";
  return first in OPEN ? (first as PageKey) : null;
}
