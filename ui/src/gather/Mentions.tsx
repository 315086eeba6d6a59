import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { api, query } from "../api/client";
import { client, meQuery } from "../api/queries";
import type { Named } from "../api/types";
import "../parts/menu.css";
import { useSettled } from "../parts/useSettled";
import "./gather.css";

const SHOWN = 6;
const fold = (text: string): string => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
/** What is being typed after an @, up to the caret. */
function typedName(field: HTMLTextAreaElement): { from: number; typed: string } | null {
  const before = field.value.slice(0, field.selectionStart);
  const found = /(?:^|[\s(])@([\p{L}\p{M}'’.-]*(?: [\p{L}\p{M}'’.-]*)?)$/u.exec(before);
  return found ? { from: before.length - (found[1]?.length ?? 0), typed: found[1] ?? "" } : null;
}

/** While a note is written: colleagues whose name begins as what follows the @. Arrows choose, Enter or Tab takes. */
export function Mentions({ field, text, isNote, brandId, onTake }: { field: RefObject<HTMLTextAreaElement | null>; text: string; isNote: boolean; brandId: number; onTake: (next: string, caret: number) => void }) {
  const { t } = useTranslation("gather");
  const [at, setAt] = useState<{ from: number; typed: string } | null>(null);
  const [chosen, choose] = useState(0);
  const [dropped, drop] = useState<number | null>(null);
  useEffect(() => {
    const place = field.current;
    setAt(isNote && place && document.activeElement === place ? typedName(place) : null);
    choose(0);
  }, [text, isNote]);
  const words = useSettled(at?.typed ?? "");
  const { data: people = [] } = useQuery({
    queryKey: ["colleagues", brandId, words], enabled: at !== null, staleTime: 300_000, placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await api.get<{ items: Named[] }>(`/colleagues${query({ brand: brandId, q: words, limit: SHOWN + 1 })}`, { signal })).items,
  });
  // What was found a key ago still has to begin as what is typed now.
  const names = at === null || at.from === dropped ? [] : people.filter((one) => one.id !== client.getQueryData(meQuery.queryKey)?.id && fold(one.name).split(" ").some((_, i, all) => all.slice(i).join(" ").startsWith(fold(at.typed)))).slice(0, SHOWN);
  const done = at !== null && people.some((one) => fold(one.name) === fold(at.typed));
  const isOpen = names.length > 0 && !done;
  const take = (name: string): void => {
    if (!at || !field.current) return;
    const end = at.from + at.typed.length;
    onTake(`${text.slice(0, at.from)}${name} ${text.slice(end)}`, at.from + name.length + 1);
    setAt(null);
  };
  useEffect(() => {
    const place = field.current;
    if (!isOpen || !place) return;
    const press = (event: KeyboardEvent): void => {
      const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      const one = names[chosen];
      if (by) choose((chosen + by + names.length) % names.length);
      else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") { if (one) take(one.name); }
      else if (event.key === "Escape") drop(at?.from ?? null);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    place.addEventListener("keydown", press, true);
    place.setAttribute("aria-controls", "mentions");
    place.setAttribute("aria-activedescendant", `mention-${names[chosen]?.id ?? ""}`);
    return () => {
      place.removeEventListener("keydown", press, true);
      place.removeAttribute("aria-controls");
      place.removeAttribute("aria-activedescendant");
    };
  });
  if (!isOpen) return null;
  return (
    <div className="pop mentions">
      <ul className="menu" role="listbox" id="mentions" aria-label={t("mention.title")}>
        {names.map((one, i) => (
          <li key={one.id} id={`mention-${one.id}`} role="option" aria-selected={i === chosen} className="item" {...(i === chosen ? { "data-focused": true } : {})}
            onMouseDown={(event) => { event.preventDefault(); take(one.name); }}>{one.name}</li>
        ))}
      </ul>
    </div>
  );
}
