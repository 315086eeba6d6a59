/** Which items of a noun a list shows: what was typed, and what narrows it. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, query } from "../api/client";
import type { Page } from "./model";
import type { Noun } from "./nouns";

export const PAGE = 50;
export const NARROWED = ["brand", "team", "role", "medium", "language"] as const;
export type Narrowed = (typeof NARROWED)[number];
const FIELD: Record<Narrowed, readonly string[]> = { brand: ["brand_id", "brand_ids"], team: ["team_id"], role: ["role"], medium: ["medium"], language: ["language"] };

export interface Asked extends Partial<Record<Narrowed, string>> {
  words: string;
  /** In use, switched off, or put away. */
  state: "live" | "off" | "away";
}

/** By what a noun's list can be narrowed: what its form asks. */
export const narrowedBy = (noun: Noun): Narrowed[] => NARROWED.filter((one) => noun.fields.some((field) => FIELD[one].includes(field.path)));
export const switchable = (noun: Noun): boolean => noun.fields.some((field) => field.path === "active");
export const isNarrow = ({ words, state, ...rest }: Asked): boolean => words !== "" || state === "off" || Object.values(rest).some(Boolean);

/** A noun's items, a page at a time. */
export const pagesQuery = (noun: string, { words, state, ...narrowed }: Asked) => infiniteQueryOptions({
  queryKey: ["admin", noun, "pages", words, state, narrowed],
  initialPageParam: "",
  queryFn: ({ pageParam, signal }) => api.get<Page>(`/admin/${noun}${query({ q: words, archived: state === "away" ? 1 : null, active: state === "off" ? "false" : null, ...narrowed, cursor: pageParam, limit: PAGE })}`, { signal }),
  getNextPageParam: (page) => page.next ?? undefined,
});
