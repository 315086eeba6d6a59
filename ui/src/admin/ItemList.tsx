import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { api } from "../api/client";
import { number } from "../i18n/format";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { toast } from "../parts/toasts";
import { Trouble, useTrouble } from "../parts/Trouble";
import { useSettled } from "../parts/useSettled";
import { isNarrow, pagesQuery, type Asked } from "./listing";
import { nameOf, type Look } from "./look";
import type { Item } from "./model";
import { NarrowBar } from "./NarrowBar";
import type { Noun } from "./nouns";
import { awayQuery, keep } from "./queries";
import { useWords } from "./words";

interface Props { noun: Noun; look: Look; chosen: string | undefined; mayChange: boolean }

const SEARCH_FROM = 9;
const LINES = ".lines a, .lines ~ .foot button";

/** The items of a noun, a page at a time: one line each, those put away apart. Arrows go up and down the lines. */
export function ItemList({ noun, look, chosen, mayChange }: Props) {
  const { say } = useWords();
  const words = useTrouble();
  const [typed, type] = useState("");
  const [narrowed, narrow] = useState<Asked>({ words: "", state: "live" });
  const asked = { ...narrowed, words: useSettled(typed) };
  const place = useRef<HTMLElement>(null);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({ ...pagesQuery(noun.key, asked), placeholderData: keepPreviousData });
  const { data: away = 0 } = useQuery(awayQuery(noun.key));
  const field = noun.ordered ?? "";
  const reorder = useMutation({
    // Each gets its place in tens; only those whose place changes are sent.
    mutationFn: async (peers: Item[]) => {
      for (const [at, item] of peers.entries())
        if (item[field] !== (at + 1) * 10) keep(noun.key, await api.patch<Item>(`/admin/${noun.key}/${item.id}`, { [field]: (at + 1) * 10 }));
    },
    onError: (refusal) => toast(words(refusal), { tone: "wrong" }),
  });
  const read = data?.pages.flatMap((page) => page.items) ?? [];
  const items = noun.compare ? [...read].sort(noun.compare) : read;
  const total = data?.pages.at(-1)?.total ?? 0;
  // Neighbours change places: all of them must be there.
  useEffect(() => { if (noun.ordered && hasNextPage && !isFetchingNextPage) void fetchNextPage(); }, [noun.ordered, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const most = useRef(0);
  if (asked.state === "live" && !isNarrow(asked)) most.current = total;
  const movable = noun.ordered !== undefined && mayChange && asked.state === "live" && asked.words === "" && !hasNextPage;
  const mover = (item: Item, step: 1 | -1) => {
    const peers = items.filter((one) => one["brand_id"] === item["brand_id"]);
    const at = peers.indexOf(item), to = at + step;
    const moved = peers.map((one, i) => (i === at ? (peers[to] ?? one) : i === to ? item : one));
    return (
      <Button look="quiet" small iconOnly isDisabled={to < 0 || to >= peers.length || reorder.isPending} aria-label={say(step < 0 ? "common.up" : "common.down", { name: nameOf(item) })} onPress={() => reorder.mutate(moved)}>
        <span className={step < 0 ? "flip" : ""}><Icon name="caret-down" /></span>
      </Button>
    );
  };
  const steer = (event: KeyboardEvent<HTMLElement>): void => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0 || event.altKey || event.ctrlKey || event.metaKey || event.target instanceof HTMLSelectElement) return;
    const lines = [...(place.current?.querySelectorAll<HTMLElement>(LINES) ?? [])];
    const at = lines.indexOf(event.target as HTMLElement);
    const to = at < 0 && by < 0 ? null : lines[at + by];
    if (to) to.focus();
    else if (at === 0) place.current?.querySelector<HTMLElement>(".seek")?.focus();
    else return;
    event.preventDefault();
  };
  const clear = (): void => { type(""); narrow({ words: "", state: "live" }); };
  const seeks = most.current >= SEARCH_FROM || isNarrow(asked) || typed !== "" || (asked.state === "away" && away >= SEARCH_FROM);
  return (
    <section ref={place} className="items" aria-label={say(`${noun.key}.many`)} onKeyDown={steer}>
      <header>
        <h2>{say(`${noun.key}.many`)}</h2>
        {data && total > 0 && <span className="small three">{number(total)}</span>}
        {mayChange && !noun.given && <Link className="btn sm" to="/admin/$noun/$id" params={{ noun: noun.key, id: "new" }}><Icon name="plus" />{say("common.add")}</Link>}
      </header>
      {seeks && <input className="seek" type="search" value={typed} onChange={(event) => type(event.target.value)} aria-label={say("common.seek")} placeholder={say("common.seek")} maxLength={200} />}
      {seeks && <NarrowBar noun={noun} look={look} asked={asked} onAsk={narrow} />}
      <p className="vh" role="status">{data && isNarrow(asked) ? say("common.found", { count: total, said: number(total) }) : ""}</p>
      {error && <Trouble title={say("common.not_read")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={4} />}
      {data && total === 0 && (
        <div className="rest">
          {isNarrow(asked) ? <Empty title={say("common.none_such")}><Button small onPress={clear}>{say("common.narrow_none")}</Button></Empty>
            : asked.state === "away" ? <Empty title={say("common.none_away")} />
              : <Empty title={say(`${noun.key}.empty`)}>{say(`${noun.key}.empty_lead`)}</Empty>}
        </div>
      )}
      <ul className="lines">
        {items.map((item) => {
          const side = noun.side?.(item, look, say);
          return (
            <li key={item.id}>
              <Link to="/admin/$noun/$id" params={{ noun: noun.key, id: String(item.id) }} {...(String(item.id) === chosen ? { "aria-current": "true" as const } : {})}>
                <span className="cut b">{noun.called?.(item, say) ?? nameOf(item)}</span>
                {(side || item.archived) && <span className="cut small two">{item.archived ? say("common.archived") : side}</span>}
              </Link>
              {movable && <span className="moves">{mover(item, -1)}{mover(item, 1)}</span>}
            </li>
          );
        })}
      </ul>
      {hasNextPage && <div className="foot"><Button small onPress={() => { if (!isFetchingNextPage) void fetchNextPage(); }}>{say("common.more", { shown: number(items.length), total: number(total) })}</Button></div>}
      {(away > 0 || asked.state === "away") && (
        <div className="foot"><Button look="quiet" small onPress={() => narrow({ ...narrowed, state: asked.state === "away" ? "live" : "away" })}>{say(asked.state === "away" ? "common.archived_hide" : "common.archived_show", { count: away })}</Button></div>
      )}
    </section>
  );
}
