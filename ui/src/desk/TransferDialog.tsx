import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Autocomplete, Header, Input, ListBox, ListBoxItem, ListBoxSection, SearchField, useFilter } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { directoryQuery } from "../api/queries";
import type { Row } from "../api/types";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { Mark } from "../parts/Mark";
import "../parts/menu.css";
import { ScrollingList } from "../parts/ScrollingList";
import { Skeleton } from "../parts/Skeleton";
import { TextInput } from "../parts/TextInput";
import { Trouble } from "../parts/Trouble";
import type { Acts } from "./acts";
import "./dialogs.css";
import { nameOf } from "./names";
import { customerName } from "./customerName";

interface Props { row: Row; acts: Acts; onClose: () => void; onDone: () => void }

export function TransferDialog({ row, acts, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const { contains } = useFilter({ sensitivity: "base" });
  const { data, error, refetch } = useQuery(directoryQuery);
  const [to, setTo] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const queues = data?.queues.filter((one) => one.id !== row.queue?.id && one.brand_id === row.brand.id && one.medium === row.medium) ?? [];
  const nobody = queues.length === 0 && !data?.agents.some((one) => one.id !== row.agent?.id && one.state !== "offline");
  const go = (): void => {
    if (!to) return;
    const [kind, id] = to.split(":");
    acts.transfer.mutate({ id: row.id, note: note.trim(), ...(kind === "q" ? { queue_id: Number(id) } : { agent_id: Number(id) }) }, { onSuccess: onDone });
  };
  return (
    <DialogBox title={t("transfer.title", { name: customerName(row.customer) })} isOpen onClose={onClose}>
      {error && <Trouble title={t("transfer.trouble")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={5} />}
      {data && nobody && <p className="two" role="status">{t("transfer.nobody")}</p>}
      {data && (
        <Autocomplete filter={contains}>
          <SearchField className="field" aria-label={t("transfer.find")} autoFocus><Input placeholder={t("transfer.find")} /></SearchField>
          <ScrollingList label={t("transfer.to")}><ListBox escapeKeyBehavior="none" className="menu" aria-label={t("transfer.to")} selectionMode="single" selectedKeys={to ? [to] : []}
            onSelectionChange={(keys) => setTo(keys === "all" ? null : String([...keys][0] ?? "") || null)} renderEmptyState={() => <p className="small three pad">{t("search.none")}</p>}>
            {queues.length > 0 && <ListBoxSection>
              <Header className="head">{t("transfer.queues")}</Header>
              {queues.map((one) => (
                <ListBoxItem key={one.id} id={`q:${one.id}`} className="item" textValue={one.name}><span className="grow cut">{one.name}</span>
                  <span className="small three">{one.open ? t("transfer.waiting", { count: one.waiting }) : t("transfer.shut")}</span></ListBoxItem>
              ))}
            </ListBoxSection>}
            <ListBoxSection>
              <Header className="head">{t("transfer.agents")}</Header>
              {data.agents.filter((one) => one.id !== row.agent?.id).sort((one, other) => Number(one.state === "offline") - Number(other.state === "offline")).map((one) => (
                <ListBoxItem key={one.id} id={`a:${one.id}`} className="item" isDisabled={one.state === "offline"} textValue={one.name}><Mark state={one.state} /><span className="grow cut">{one.name}</span>
                  <span className="small three">{[nameOf(one.team), t(`presence.${one.state}`)].filter(Boolean).join(" · ")}</span></ListBoxItem>
              ))}
            </ListBoxSection>
          </ListBox></ScrollingList>
        </Autocomplete>
      )}
      <TextInput label={t("transfer.note")} value={note} onChange={setNote} rows={2} hint={t("transfer.note_hint")} />
      <div className="ends"><Button onPress={onClose}>{t("common.cancel")}</Button><Button look="main" isDisabled={!to} isPending={acts.transfer.isPending} onPress={go}>{t("transfer.act")}</Button></div>
    </DialogBox>
  );
}
