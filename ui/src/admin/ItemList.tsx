import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../api/client";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { toast } from "../parts/toasts";
import { Trouble, useTrouble } from "../parts/Trouble";
import { nameOf, type Look } from "./look";
import type { Item } from "./model";
import type { Noun } from "./nouns";
import { adminQuery, keep } from "./queries";
import { useWords } from "./words";

interface Props { noun: Noun; look: Look; chosen: string | undefined; mayChange: boolean }

const SEARCH_FROM = 9;

/** The items of a noun: one line each, the archived ones apart. */
export function ItemList({ noun, look, chosen, mayChange }: Props) {
  const { say } = useWords();
  const words = useTrouble();
  const { data, error, refetch } = useQuery(adminQuery(noun.key));
  const [typed, type] = useState("");
  const [withArchived, showArchived] = useState(false);
  const field = noun.ordered ?? "";
  const reorder = useMutation({
    // Each gets its place in tens; only those whose place changes are sent.
    mutationFn: async (peers: Item[]) => {
      for (const [at, item] of peers.entries())
        if (item[field] !== (at + 1) * 10) keep(noun.key, await api.patch<Item>(`/admin/${noun.key}/${item.id}`, { [field]: (at + 1) * 10 }));
    },
    onError: (refusal) => toast(words(refusal), { tone: "wrong" }),
  });
  const all = [...(data ?? [])].sort(noun.compare ?? ((a, b) => nameOf(a).localeCompare(nameOf(b)) || a.id - b.id));
  const archived = all.filter((item) => item.archived).length;
  const shown = all.filter((item) => (withArchived || !item.archived || String(item.id) === chosen) && `${nameOf(item)} ${noun.side?.(item, look, say) ?? ""}`.toLowerCase().includes(typed.toLowerCase()));
  const mover = (item: Item, step: 1 | -1) => {
    const peers = all.filter((one) => one["brand_id"] === item["brand_id"] && !one.archived);
    const at = peers.indexOf(item), to = at + step;
    const moved = peers.map((one, i) => (i === at ? (peers[to] ?? one) : i === to ? item : one));
    return (
      <Button look="quiet" small iconOnly isDisabled={to < 0 || to >= peers.length || reorder.isPending} aria-label={say(step < 0 ? "common.up" : "common.down", { name: nameOf(item) })} onPress={() => reorder.mutate(moved)}>
        <span className={step < 0 ? "flip" : ""}><Icon name="caret-down" /></span>
      </Button>
    );
  };
  return (
    <section className="items" aria-label={say(`${noun.key}.many`)}>
      <header>
        <h2>{say(`${noun.key}.many`)}</h2>
        {mayChange && <Link className="btn sm" to="/admin/$noun/$id" params={{ noun: noun.key, id: "new" }}><Icon name="plus" />{say("common.add")}</Link>}
      </header>
      {all.length >= SEARCH_FROM && <input className="seek" type="search" value={typed} onChange={(event) => type(event.target.value)} aria-label={say("common.seek")} placeholder={say("common.seek")} />}
      {error && <Trouble title={say("common.not_read")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={4} />}
      {data && all.length === archived && !withArchived && <div className="rest"><Empty title={say(`${noun.key}.empty`)}>{say(`${noun.key}.empty_lead`)}</Empty></div>}
      <ul>
        {shown.map((item) => {
          const side = noun.side?.(item, look, say);
          return (
            <li key={item.id}>
              <Link to="/admin/$noun/$id" params={{ noun: noun.key, id: String(item.id) }} {...(String(item.id) === chosen ? { "aria-current": "true" as const } : {})}>
                <span className="cut b">{nameOf(item)}</span>
                {(side || item.archived) && <span className="cut small two">{item.archived ? say("common.archived") : side}</span>}
              </Link>
              {noun.ordered && mayChange && !item.archived && <span className="moves">{mover(item, -1)}{mover(item, 1)}</span>}
            </li>
          );
        })}
      </ul>
      {archived > 0 && <div className="foot"><Button look="quiet" small onPress={() => showArchived(!withArchived)}>{say(withArchived ? "common.archived_hide" : "common.archived_show", { count: archived })}</Button></div>}
    </section>
  );
}
