import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { menusQuery } from "../../menus/queries";
import { useWords } from "../words";
import type { EditorProps } from "./field";
import { Labelled } from "./Labelled";
import { NativeSelect } from "./NativeSelect";

const NONE = "none";

/** Which of the brand's published menus greets the callers of a channel. */
export function MenuPick({ noun, path, draft, change, wrong }: EditorProps) {
  const { say } = useWords();
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(menusQuery);
  useEffect(() => { if (hasNextPage && !isFetchingNextPage) void fetchNextPage(); }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const settings = (draft["settings"] ?? {}) as Record<string, unknown>;
  const chosen = settings["menu_id"];
  const menus = (data?.pages.flatMap((page) => page.items) ?? []).filter((one) => one.brand_id === draft["brand_id"] && (one.published !== null || one.id === chosen));
  const choices = [{ key: NONE, name: say(`${noun}.settings_menu_id_empty`) }, ...menus.map((one) => ({ key: String(one.id), name: one.name }))];
  return (
    <Labelled label={say(`${noun}.settings_menu_id`)} wrong={wrong(path)}>
      {(tied) => <NativeSelect {...tied} choices={choices} value={typeof chosen === "number" ? String(chosen) : NONE} onChange={(key) => change(path, key === NONE ? null : Number(key))} />}
    </Labelled>
  );
}
