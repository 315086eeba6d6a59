/** What every setting has in common: an item as the server keeps it, a draft as the form changes it. */
import type { List } from "../api/types";

export type Draft = Record<string, unknown>;
export type Item = Draft & { id: number; archived?: boolean; warnings?: { code: string; message: string }[] };
export interface Page extends List<Item> { total: number }
export type Change = (path: string, value: unknown) => void;

export const isRecord = (value: unknown): value is Draft => value !== null && typeof value === "object" && !Array.isArray(value);

/** The value at `path` ("settings.imap.host"), or undefined. */
export const readAt = (value: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);

/** A copy of `value` with `next` at `path`; what does not change keeps its identity. */
export function writeAt(value: Draft, path: string, next: unknown): Draft {
  const [head = "", ...rest] = path.split(".");
  if (rest.length === 0) return { ...value, [head]: next };
  const inner = value[head];
  return { ...value, [head]: writeAt(isRecord(inner) ? inner : {}, rest.join("."), next) };
}

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const NOT_FIELDS = ["id", "archived", "warnings", "has_password"];

/** A draft as it is sent: lists of words without the empty ones, an empty password as none, servers without a host as none. */
export function sent(draft: Draft): Draft {
  const clean = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) {
      const cleaned = value.map((one: unknown) => (typeof one === "string" ? one.trim() : clean(one, "")));
      return key === "" ? cleaned : cleaned.filter((one) => one !== "");
    }
    if (key === "password" && value === "") return null;
    if ((key === "imap" || key === "smtp") && isRecord(value) && !value["host"]) return null;
    return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, clean(inner, name)])) : value;
  };
  return Object.fromEntries(Object.entries(draft).filter(([key]) => !NOT_FIELDS.includes(key)).map(([key, value]) => [key, clean(value, key)]));
}

/** Only the fields of `draft` that differ from what is saved: what a change sends. */
export function changedFields(saved: Draft, draft: Draft): Draft {
  return sent(Object.fromEntries(Object.entries(draft).filter(([key, value]) => !same(value, saved[key]))));
}

export const textAt = (value: unknown, path: string): string => {
  const found = readAt(value, path);
  return found === null || found === undefined ? "" : String(found);
};
export const listAt = <T>(value: unknown, path: string): T[] => {
  const found = readAt(value, path);
  return Array.isArray(found) ? (found as T[]) : [];
};
