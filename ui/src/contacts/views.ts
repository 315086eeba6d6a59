import { queryOptions } from "@tanstack/react-query";
import { api } from "../api/client";
import type { List, Named } from "../api/types";
import type { ColumnKey } from "./columns";
import { filtersOf, type Filters, type ListSearch, type Sort } from "./filters";

export type Shared = "nobody" | "team" | "everyone";
export interface SavedView {
  id: number; name: string; filters: Record<string, unknown>; sort: Sort | null; columns: ColumnKey[]; shared: Shared; owner: Named; may_change: boolean;
}
export interface ViewCount { id: number; count: number; more: boolean }

export const viewsQuery = queryOptions({
  queryKey: ["views", "list"], queryFn: async () => (await api.get<List<SavedView>>("/views")).items, staleTime: 60_000,
});
export const viewCountsQuery = queryOptions({
  queryKey: ["views", "counts"], queryFn: async () => (await api.get<List<ViewCount>>("/views/counts")).items, staleTime: 5_000, refetchInterval: 15_000,
});

/** The filters of a view, without what the server fills in for those not set. */
export const filtersOfView = (view: SavedView): Filters => filtersOf(Object.fromEntries(Object.entries(view.filters).filter(([, value]) => value !== null)) as ListSearch);
/** The address of a view. */
export const searchOf = (view: SavedView): ListSearch => ({ ...filtersOfView(view), ...(view.sort ? { sort: view.sort } : {}), view: view.id });

/** Views that everyone has. */
export const BUILT_IN: readonly { key: "all" | "mine" | "waiting" | "late"; search: ListSearch }[] = [
  { key: "all", search: {} },
  { key: "mine", search: { agent: ["me"], state: ["open"], sort: "due" } },
  { key: "waiting", search: { state: ["waiting", "offered"], sort: "due" } },
  { key: "late", search: { late: true, sort: "due" } },
];
