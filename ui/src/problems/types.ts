/** Shapes of the API for known problems. Instants are milliseconds since the epoch. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "../api/client";
import type { List, Named } from "../api/types";

export interface Problem {
  id: number; name: string; brand_id: number | null; state: "open" | "planned" | "over";
  message_fr: string; message_en: string; begins_ms: number; ends_ms: number | null;
}
/** `flow` counts the contacts marked, by `slot_ms`, up to now. */
export interface Standing extends Problem { owner: Named | null; marked: number; waiting: number; in_hand: number; slot_ms: number; flow: number[] }
export interface Reason { code: "fits" | "alike"; params: { count?: number } }
export interface OfContact { marked: Problem | null; open: (Problem & { why: Reason[] })[] }

export const problemsQuery = queryOptions({
  queryKey: ["problems"], queryFn: ({ signal }) => api.get<List<Standing>>("/problems", { signal }), staleTime: 2000, refetchInterval: 5000,
});
export const ofContactQuery = (id: number) => queryOptions({
  queryKey: ["problems", "contact", id], queryFn: ({ signal }) => api.get<OfContact>(`/contacts/${id}/problems`, { signal }), staleTime: 15_000,
});
/** What a customer who writes in a language is told. */
export const messageOf = (one: Problem, language: string | null): string => (language === "en" ? one.message_en || one.message_fr : one.message_fr || one.message_en);
