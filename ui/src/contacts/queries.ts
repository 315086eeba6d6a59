import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api } from "../api/client";
import type { List } from "../api/types";
import { asQuery, filtersOf, type Agents, type Choices, type Found, type ListSearch } from "./filters";

/** Between two looks at a list that is open: contacts come and go by themselves. */
const AGAIN_MS = 15_000;

export const listQuery = (search: ListSearch) => infiniteQueryOptions({
  queryKey: ["contacts", "list", filtersOf(search), search.sort ?? null],
  queryFn: ({ pageParam, signal }) => api.get<List<Found>>(`/contacts${asQuery(search, { cursor: pageParam ?? undefined })}`, { signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
  placeholderData: keepPreviousData,
  staleTime: 3000,
  refetchInterval: AGAIN_MS,
});
export const countQuery = (search: ListSearch) => queryOptions({
  queryKey: ["contacts", "count", filtersOf(search)],
  queryFn: ({ signal }) => api.get<{ count: number; more: boolean }>(`/contacts/count${asQuery(filtersOf(search))}`, { signal }),
  staleTime: 3000,
  refetchInterval: AGAIN_MS,
});
/** Who can be named by the filter of people: those who are chosen, and whom the server finds for what is typed. */
export const agentsQuery = (q: string, named: readonly string[]) => queryOptions({
  queryKey: ["contacts", "choices", "agents", q, named],
  queryFn: ({ signal }) => api.get<Agents>(`/contacts/choices/agents${asQuery({}, { q, named: [...named] })}`, { signal }),
  placeholderData: keepPreviousData, staleTime: 60_000,
});
export const choicesQuery = queryOptions({
  queryKey: ["contacts", "choices"], queryFn: () => api.get<Choices>("/contacts/choices"), staleTime: 300_000,
});
