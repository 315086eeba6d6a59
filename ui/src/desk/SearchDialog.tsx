import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { Input, SearchField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, query } from "../api/client";
import { useNow } from "../api/clock";
import type { ContactState, List, Me } from "../api/types";
import type { Found } from "../contacts/filters";
import { Snippet } from "../contacts/Snippet";
import { searchOf, viewsQuery } from "../contacts/views";
import { moment } from "../i18n/format";
import { Button } from "../parts/Button";
import { ChoiceInput } from "../parts/ChoiceInput";
import { DialogBox } from "../parts/DialogBox";
import { Icon } from "../parts/Icon";
import { Mark } from "../parts/Mark";
import { MEDIUM_ICON } from "../parts/mediumIcon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import type { Acts } from "./acts";
import "./dialogs.css";
import { customerName } from "./customerName";

type Where = "all" | "waiting" | "mine" | "closed";
const WHERE: readonly Where[] = ["all", "waiting", "mine", "closed"];

/** Every contact of one's brands: found by name or words, opened, or taken by hand while it waits. */
export function SearchDialog({ me, acts, onClose }: { me: Me; acts: Acts; onClose: () => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const navigate = useNavigate();
  const [words, setWords] = useState("");
  const [where, setWhere] = useState<Where>("all");
  const { data: views = [] } = useQuery(viewsQuery);
  const q = useDeferredValue(words.trim());
  const state: ContactState | null = where === "waiting" ? "waiting" : where === "closed" ? "closed" : null;
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["contacts", where, q], placeholderData: keepPreviousData, staleTime: 3000,
    queryFn: ({ signal }) => api.get<List<Found>>(`/contacts${query({ q, state, agent: where === "mine" ? me.id : null })}`, { signal }),
  });
  const open = (id: number): void => {
    onClose();
    void navigate({ to: "/desk/$contactId", params: { contactId: String(id) } });
  };
  return (
    <DialogBox title={t("search.title")} isOpen onClose={onClose} width="680px">
      <SearchField className="field" aria-label={t("search.title")} autoFocus value={words} onChange={setWords} onSubmit={() => { const first = data?.items[0]; if (first) open(first.id); }}>
        <Input placeholder={t("search.hint")} />
      </SearchField>
      <ChoiceInput label={t("search.where")} value={where} onChange={setWhere} choices={WHERE.map((key) => ({ key, name: t(`search.${key}`) }))} />
      {!q && views.length > 0 && <p className="row wrap small">{views.slice(0, 8).map((view) => <Link key={view.id} className="tag box" to="/contacts" search={searchOf(view)} onClick={onClose}>{view.name}</Link>)}</p>}
      {error && <Trouble title={t("search.trouble")} error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton lines={6} />}
      {data && data.items.length === 0 && <p className="two" role="status">{q ? t("search.none_for", { words: q }) : t("search.none")}</p>}
      <ul className="found" aria-label={t("search.results")}>
        {data?.items.map((row) => (
          <li key={row.id}>
            <button type="button" className="open" onClick={() => open(row.id)}>
              <Icon name={MEDIUM_ICON[row.medium]} />
              <span className="grow cut"><b className="b">{customerName(row.customer)}</b> <span className="two">· {row.subject || row.preview}</span><br />
                <span className="small three"><Mark state={row.state} /> {t(`state.${row.state}`)}{row.agent ? ` · ${row.agent.name}` : row.queue ? ` · ${row.queue.name}` : ""} · {moment(row.arrived_ms, now)}</span>{row.snippet && <span className="small cut line-2"><Snippet found={row} /></span>}</span>
            </button>
            {row.state === "waiting" && <Button small onPress={() => { onClose(); acts.take.mutate(row.id); }}>{t("search.take")}</Button>}
          </li>
        ))}
      </ul>
      <div className="ends under-list"><Button onPress={() => { onClose(); void navigate({ to: "/contacts", search: { ...(q ? { q } : {}), ...(state ? { state: [state] } : {}), ...(where === "mine" ? { agent: ["me"] } : {}) } }); }}>{t("search.all", { ns: "contacts" })}</Button></div>
    </DialogBox>
  );
}
