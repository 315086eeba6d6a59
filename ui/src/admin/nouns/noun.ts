import type { ComponentType } from "react";
import type { IconName } from "../../parts/icons";
import type { Field } from "../fields/field";
import type { Look } from "../look";
import type { Draft, Item } from "../model";

export interface PanelProps { item: Item; draft: Draft; dirty: boolean; look: Look }

/** One kind of setting, as data: what its form asks, how its items read in a list. */
export interface Noun {
  /** Its name in the API, in addresses and in the catalogue. */
  key: string;
  icon: IconName;
  fields: readonly Field[];
  blank: (look: Look) => Draft;
  /** The second line of an item in the list; `say` gives catalogue texts. */
  side?: (item: Item, look: Look, say: (key: string, values?: Record<string, unknown>) => string) => string | undefined;
  compare?: (a: Item, b: Item) => number;
  /** It decides who serves whom: each change is a version, can say why, and be tried before. */
  routed?: boolean;
  /** The house gives its items: they are changed, and neither made nor put away. */
  given?: boolean;
  /** What an item is called, where that is no field of its own. */
  called?: (item: Item, say: (key: string, values?: Record<string, unknown>) => string) => string;
  /** Items stand in an order people set; its field. */
  ordered?: string;
  /** Stands under the form. `forNew`: also before the first save. */
  panels?: readonly { Panel: ComponentType<PanelProps>; forNew?: boolean; when?: (draft: Draft) => boolean }[];
}

export const firstId = (look: Look, noun: Parameters<Look["items"]>[0]): number | null => look.items(noun).find((item) => !item.archived)?.id ?? null;
