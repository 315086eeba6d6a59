import { useInfiniteQuery, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { Button as Pressable, Input, ListBox, ListBoxItem, Popover, SearchField, Dialog, DialogTrigger, type Selection } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { meQuery } from "../api/queries";
import { number } from "../i18n/format";
import { BulkBar } from "../gather/BulkBar";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { useAsked } from "../parts/useAsked";
import { COLUMNS, keepColumns, keptColumns, type ColumnKey } from "./columns";
import "./contacts.css";
import { FilterBar } from "./FilterBar";
import { filtersOf, isNarrowed, readSearch, type ListSearch, type Sort } from "./filters";
import { countQuery, listQuery } from "./queries";
import { ResultTable } from "./ResultTable";
import { ViewList } from "./ViewList";

/** A pause in typing after which the list follows. */
const TYPED_MS = 250;

/** Every contact of one's brands: found by words and filters, sorted, opened by keyboard. */
export function ContactsPage() {
  const { t } = useTranslation("contacts");
  const navigate = useNavigate();
  const search = useAsked(readSearch);
  const { data: me } = useSuspenseQuery(meQuery);
  const [words, setWords] = useState(search.q ?? "");
  const [columns, setColumns] = useState<ColumnKey[]>(keptColumns);
  const [selected, select] = useState<Selection>(new Set());
  const field = useRef<HTMLInputElement>(null);
  const list = useInfiniteQuery(listQuery(search));
  const { data: total } = useQuery(countQuery(search));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  // A filter chosen while words are still being typed must not be lost when they are sent off.
  const latest = useRef(search);
  latest.current = search;
  const change = (next: Partial<ListSearch>): void => {
    const now = latest.current;
    const sort = "sort" in next ? next.sort : now.sort;
    select(new Set());
    void navigate({ to: "/contacts", search: { ...filtersOf({ ...now, ...next }), ...(sort ? { sort } : {}) }, replace: true });
  };
  useEffect(() => {
    const typed = words.trim();
    if (typed === (search.q ?? "")) return;
    const timer = setTimeout(() => change({ q: typed || undefined, sort: undefined }), TYPED_MS);
    return () => clearTimeout(timer);
  }, [words]);
  // Another view, or the way back: the field follows the address.
  useEffect(() => { if ((search.q ?? "") !== words.trim()) setWords(search.q ?? ""); }, [search.q]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        field.current?.focus();
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
  const open = (id: number): void => void navigate({ to: "/desk/$contactId", params: { contactId: String(id) } });
  const selects = me.role === "administrator" || me.role === "supervisor" || me.role === "agent";
  const chosen = selected === "all" ? items.map((row) => row.id) : [...selected].map(Number);
  const count = total ? t("count", { count: total.count, said: number(total.count), more: total.more ? "+" : "" }) : "";
  return (
    <main className="contacts">
      <ViewList search={search} />
      <section className="found-in" aria-label={t("title")}>
        <header className="find-head">
          <h1>{t("title")}</h1>
          <SearchField className="field grow" aria-label={t("find")} value={words} onChange={setWords}>
            <Input ref={field} placeholder={t("hint")} aria-keyshortcuts="Control+K" />
          </SearchField>
          <span className="small two count" role="status">{count}</span>
          <DialogTrigger>
            <Pressable className="btn sm quiet"><Icon name="sliders-horizontal" />{t("columns")}</Pressable>
            <Popover className="pop" placement="bottom end">
              <Dialog aria-label={t("columns")}>
                <ListBox escapeKeyBehavior="none" className="menu" aria-label={t("columns")} selectionMode="multiple" selectedKeys={columns} autoFocus="first"
                  onSelectionChange={(keys) => { const next = COLUMNS.filter((key) => keys === "all" || keys.has(key)); setColumns(next); keepColumns(next); }}>
                  {COLUMNS.map((key) => <ListBoxItem key={key} id={key} className="item" textValue={t(`column.${key}`)}>{({ isSelected }) => <><span className="tick">{isSelected && <Icon name="check" />}</span>{t(`column.${key}`)}</>}</ListBoxItem>)}
                </ListBox>
              </Dialog>
            </Popover>
          </DialogTrigger>
        </header>
        <FilterBar search={search} onChange={change} onClear={() => { setWords(""); void navigate({ to: "/contacts", search: {}, replace: true }); }} />
        <div className="found-scroll">
          {list.error && !list.data && <div className="pad"><Trouble title={t("trouble")} error={list.error} onRetry={() => void list.refetch()} /></div>}
          {list.isPending && <Skeleton lines={10} />}
          {list.data && items.length === 0 && (
            <div className="pad"><Empty title={t(isNarrowed(search) ? "none_for" : "none")}>{t(isNarrowed(search) ? "none_for_hint" : "none_hint")}</Empty></div>
          )}
          {items.length > 0 && <ResultTable items={items} columns={columns} search={search} selects={selects} selected={selected} onSelect={select} onOpen={open} onSort={(sort: Sort) => change({ sort })} />}
          {list.hasNextPage && <p className="more"><Button onPress={() => void list.fetchNextPage()} isPending={list.isFetchingNextPage}>{t("more")}</Button></p>}
        </div>
        <BulkBar ids={chosen} onClear={() => select(new Set())} />
      </section>
    </main>
  );
}
