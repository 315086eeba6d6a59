import { useQueries } from "@tanstack/react-query";
import { currentLocale } from "../i18n";
import type { Item } from "./model";
import { adminQuery } from "./queries";

const REFERRED = ["brands", "teams", "skills", "hours", "queues", "channels", "motives", "groups", "voice_servers"] as const;
export type Referred = (typeof REFERRED)[number];

/** What an item is called in the reader's language. */
export function nameOf(item: Item): string {
  const own = item[`name_${currentLocale()}`] ?? item["name"] ?? item["title"] ?? item["name_fr"];
  return typeof own === "string" && own ? own : `#${item.id}`;
}

export interface Look {
  /** Every list has been read once, or could not be. */
  ready: boolean;
  items: (noun: Referred) => Item[];
  name: (noun: Referred, id: unknown) => string | undefined;
}

/** The other nouns, for fields and lines that refer to them. People are too many: they are looked for by name. */
export function useLook(): Look {
  const found = useQueries({ queries: REFERRED.map((noun) => adminQuery(noun)) });
  const items = (noun: Referred): Item[] => found[REFERRED.indexOf(noun)]?.data ?? [];
  return {
    ready: found.every((one) => !one.isPending),
    items,
    name: (noun, id) => {
      const item = items(noun).find((one) => one.id === id);
      return item && nameOf(item);
    },
  };
}
