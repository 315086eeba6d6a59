import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, ApiError, query } from "../api/client";
import type { List } from "../api/types";
import type { Content, Names } from "./content";

export interface Problem { code: string; path: string; line: number; message: string }
export type Why = "key" | "silent" | "closed" | "open" | "branch" | "human";
export interface Edge { source: string; choice: string; target: string; why: Why }
export interface MenuLine {
  id: number; brand_id: number; name: string; version: number; published: number | null;
  created_ms: number; created_by: string | null; changed_ms: number; changed_by: string | null;
}
export interface Checked { problems: Problem[]; document: string; content: Content | null; edges: Edge[] }
export interface Menu extends MenuLine, Checked { shown: number }
export interface Version { number: number; name: string; at_ms: number; by: string | null; why: string; published_ms: number | null; published_by: string | null }
export interface Recording { id: number; brand_id: number; name: string; language: string; said: string; duration_ms: number; created_ms: number; created_by: string | null }

export interface Spoken { text: string; language: string; sound: string }
export interface Turn {
  spoken: Spoken[]; steps: { step: string; choice: string }[]; asked: string[];
  listening: { most: number; end_key: string; patience_ms: number } | null;
  end: { kind: "queue" | "callback" | "voicemail" | "hang_up"; queue_id: number | null; reason: "served" | "closed" | "ended"; collected: Record<string, string> } | null;
  place: Record<string, unknown> | null;
}

export const menusQuery = infiniteQueryOptions({
  queryKey: ["menus"], initialPageParam: "",
  queryFn: ({ pageParam }) => api.get<List<MenuLine>>(`/menus${query({ cursor: pageParam })}`),
  getNextPageParam: (page) => page.next ?? undefined, staleTime: 0,
});
export const menuQuery = (id: string) => queryOptions({ queryKey: ["menu", id], queryFn: () => api.get<Menu>(`/menus/${id}`), staleTime: 0, gcTime: 0 });
export const versionsQuery = (id: number) => queryOptions({
  queryKey: ["menu", String(id), "versions"], queryFn: async () => (await api.get<{ items: Version[] }>(`/menus/${id}/versions`)).items, staleTime: 0,
});
export const namesQuery = (brand: number) => queryOptions({ queryKey: ["menu-names", brand], queryFn: () => api.get<Names>(`/menus/names${query({ brand_id: brand })}`), staleTime: 0 });
export const recordingsQuery = (brand: number) => queryOptions({
  queryKey: ["prompts", brand], queryFn: async () => (await api.get<{ items: Recording[] }>(`/prompts${query({ brand_id: brand })}`)).items, staleTime: 0,
});
export const check = (brand_id: number, document: string): Promise<Checked> => api.post<Checked>("/menus/check", { brand_id, document });

/** The problems that a refused menu came back with. */
export function problemsOf(error: unknown): Problem[] {
  if (!(error instanceof ApiError)) return [];
  const errors = error.details["errors"];
  return Array.isArray(errors) ? (errors as { code: string; field: string; line: number; message: string }[]).map((one) => ({ code: one.code, path: one.field, line: one.line, message: one.message })) : [];
}
