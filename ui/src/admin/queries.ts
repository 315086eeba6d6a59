import { queryOptions } from "@tanstack/react-query";
import { api } from "../api/client";
import { client, itemsOf } from "../api/queries";
import type { List } from "../api/types";
import type { Item } from "./model";

/** All items of a noun, those put away included and marked. */
export const adminQuery = (noun: string) => queryOptions({
  queryKey: ["admin", noun],
  queryFn: async () => {
    const [live, away] = await Promise.all([0, 1].map(async (archived) => itemsOf(await api.get<Item[] | List<Item>>(`/admin/${noun}?archived=${archived}`))));
    const found = new Map<number, Item>();
    for (const item of [...(away ?? []), ...(live ?? [])]) found.set(item.id, item);
    return [...found.values()];
  },
});

/** One item, with what the server says will not work as it stands. */
export const itemQuery = (noun: string, id: string) => queryOptions({
  queryKey: ["admin", noun, id], queryFn: () => api.get<Item>(`/admin/${noun}/${id}`), enabled: id !== "new", staleTime: 0,
});

/** Puts the saved item where it is shown, and has what depends on it read again. */
export function keep(noun: string, item: Item): void {
  client.setQueryData<Item[]>(adminQuery(noun).queryKey, (items = []) => (items.some((one) => one.id === item.id) ? items.map((one) => (one.id === item.id ? item : one)) : [...items, item]));
  client.setQueryData(itemQuery(noun, String(item.id)).queryKey, item);
  void client.invalidateQueries({ queryKey: ["admin"] });
  if (noun === "brands" || noun === "agents") void client.invalidateQueries({ queryKey: ["me"] });
}
