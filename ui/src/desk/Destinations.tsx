import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Autocomplete, Header, Input, ListBox, ListBoxItem, ListBoxSection, SearchField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { directoryQuery } from "../api/queries";
import type { Directory, Medium } from "../api/types";
import { Mark } from "../parts/Mark";
import "../parts/menu.css";
import { ScrollingList } from "../parts/ScrollingList";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import { useSettled } from "../parts/useSettled";
import { useRange } from "../waits/said";
import "./dialogs.css";
import { nameOf } from "./names";

export type Destination = { queue_id: number; name: string } | { agent_id: number; name: string; ready: boolean };
interface Props {
  /** Whose contacts, and how they came: only who can serve them is shown. Nothing said: everyone. */
  brandId?: number; medium?: Medium;
  /** Where it is already. */
  notQueue?: number | undefined; notAgent?: number | undefined;
  onChoose: (to: Destination | null) => void;
}

/** Queues and people to hand a contact to; of thousands, those that the server finds by what is typed. */
export function Destinations({ brandId, medium, notQueue, notAgent, onChoose }: Props) {
  const { t } = useTranslation();
  const { t: told } = useTranslation("waits");
  const range = useRange();
  const [typed, type] = useState("");
  const words = useSettled(typed);
  const [to, setTo] = useState<string | null>(null);
  const { data, error, refetch } = useQuery({ ...directoryQuery({ q: words, brand: brandId, medium }), placeholderData: keepPreviousData });
  const queues = data?.queues.filter((one) => one.id !== notQueue) ?? [];
  const agents = data?.agents.filter((one) => one.id !== notAgent) ?? [];
  const choose = (key: string | null): void => {
    setTo(key);
    onChoose(key === null ? null : destination(key, data));
  };
  if (error && !data) return <Trouble title={t("transfer.trouble")} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={5} />;
  const nobody = words === "" && queues.length === 0 && agents.every((one) => one.state === "offline");
  return (
    <>
      {nobody && <p className="two" role="status">{t("transfer.nobody")}</p>}
      <Autocomplete inputValue={typed} onInputChange={type}>
        <SearchField className="field" aria-label={t("transfer.find")} autoFocus><Input placeholder={t("transfer.find")} maxLength={100} /></SearchField>
        <ScrollingList label={t("transfer.to")}><ListBox escapeKeyBehavior="none" className="menu" aria-label={t("transfer.to")} selectionMode="single" selectedKeys={to ? [to] : []}
          onSelectionChange={(keys) => choose(keys === "all" ? null : String([...keys][0] ?? "") || null)} renderEmptyState={() => <p className="small three pad">{t("search.none")}</p>}>
          {queues.length > 0 && <ListBoxSection>
            <Header className="head">{t("transfer.queues")}</Header>
            {queues.map((one) => (
              <ListBoxItem key={one.id} id={`q:${one.id}`} className="item" textValue={one.name}><span className="grow cut">{one.name}</span>
                <span className="small three">{[medium ? "" : t(`media.${one.medium}`), one.open ? t("transfer.waiting", { count: one.waiting }) : t("transfer.shut"), one.open && one.wait ? told(one.waiting > 0 ? "here" : "if_busy", { range: range(one.wait) }) : ""].filter(Boolean).join(" · ")}</span></ListBoxItem>
            ))}
          </ListBoxSection>}
          {agents.length > 0 && <ListBoxSection>
            <Header className="head">{t("transfer.agents")}</Header>
            {agents.map((one) => (
              <ListBoxItem key={one.id} id={`a:${one.id}`} className="item" isDisabled={one.state === "offline"} textValue={one.name}><Mark state={one.state} /><span className="grow cut">{one.name}</span>
                <span className="small three">{[nameOf(one.team), t(`presence.${one.state}`)].filter(Boolean).join(" · ")}</span></ListBoxItem>
            ))}
          </ListBoxSection>}
        </ListBox></ScrollingList>
      </Autocomplete>
      {data.more && <p className="small three" role="status">{t("transfer.more")}</p>}
    </>
  );
}

function destination(key: string, data: Directory | undefined): Destination | null {
  const [kind, text] = key.split(":");
  const id = Number(text);
  if (kind === "q") return { queue_id: id, name: data?.queues.find((one) => one.id === id)?.name ?? "" };
  const agent = data?.agents.find((one) => one.id === id);
  return { agent_id: id, name: agent?.name ?? "", ready: agent?.state === "ready" };
}
