import { queryOptions } from "@tanstack/react-query";
import { api, query } from "../api/client";
import { client } from "../api/queries";
import type { Item, Page } from "./model";

/** All items of a noun that others refer to, those put away included and marked. */
export const adminQuery = (noun: string) => queryOptions({
  queryKey: ["admin", noun],
  queryFn: async () => {
    const [live, away] = await Promise.all([0, 1].map((archived) => whole(noun, archived)));
    const found = new Map<number, Item>();
    for (const item of [...(away ?? []), ...(live ?? [])]) found.set(item.id, item);
    return [...found.values()];
  },
});

/** Every page of a list, one after the other. */
async function whole(noun: string, archived: number): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: Page = await api.get<Page>(`/admin/${noun}${query({ archived, cursor, limit: 100 })}`);
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
}

/** How many of a noun are put away. */
export const awayQuery = (noun: string) => queryOptions({
  queryKey: ["admin", noun, "away"], queryFn: async () => (await api.get<Page>(`/admin/${noun}?archived=1&limit=1`)).total,
});

/** One item, with what the server says will not work as it stands. */
export const itemQuery = (noun: string, id: string) => queryOptions({
  queryKey: ["admin", noun, id], queryFn: () => api.get<Item>(`/admin/${noun}/${id}`), enabled: id !== "new", staleTime: 0,
});

/** Puts the saved item where it is shown, and has what depends on it read again. */
export function keep(noun: string, item: Item): void {
  client.setQueryData<Item[]>(adminQuery(noun).queryKey, (items) => items && (items.some((one) => one.id === item.id) ? items.map((one) => (one.id === item.id ? item : one)) : [...items, item]));
  client.setQueryData(itemQuery(noun, String(item.id)).queryKey, item);
  void client.invalidateQueries({ queryKey: ["admin"] });
  if (noun === "brands" || noun === "agents") void client.invalidateQueries({ queryKey: ["me"] });
}
