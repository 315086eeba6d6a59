import type { Medium } from "../api/types";
import type { Narrowing } from "./model";

const MEDIA: readonly string[] = ["voice", "chat", "email", "sms", "message", "social", "form", "post", "fax", "video"];

/** What an address narrows the board to; what it cannot mean is left out. */
export function narrowingOf(search: Record<string, unknown>): Narrowing {
  const id = (value: unknown): number | null => (Number.isSafeInteger(Number(value)) && Number(value) > 0 ? Number(value) : null);
  const narrowing: Narrowing = {};
  const brand = id(search["brand"]), queue = id(search["queue"]), team = id(search["team"]);
  if (brand) narrowing.brand = brand;
  if (typeof search["medium"] === "string" && MEDIA.includes(search["medium"])) narrowing.medium = search["medium"] as Medium;
  if (queue) narrowing.queue = queue;
  if (team) narrowing.team = team;
  if (Number(search["wall"]) === 1) narrowing.wall = 1;
  return narrowing;
}
