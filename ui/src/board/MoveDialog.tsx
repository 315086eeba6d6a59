import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Autocomplete, Header, Input, ListBox, ListBoxItem, ListBoxSection, SearchField, useFilter } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { directoryQuery } from "../api/queries";
import type { Row } from "../api/types";
import { customerName } from "../desk/customerName";
import "../desk/dialogs.css";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { Mark } from "../parts/Mark";
import { ScrollingList } from "../parts/ScrollingList";
import { Skeleton } from "../parts/Skeleton";
import { SwitchInput } from "../parts/SwitchInput";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { Trouble } from "../parts/Trouble";
import { useAct } from "./acts";

interface Before { queue_id: number | null; agent_id: number | null }
interface Props { row: Row; onClose: () => void; onDone: () => void }

/** Puts a contact in another queue, or names a person for it. Taking it from a hand needs a reason. */
export function MoveDialog({ row, onClose, onDone }: Props) {
  const { t } = useTranslation("board");
  const { t: main } = useTranslation();
  const { contains } = useFilter({ sensitivity: "base" });
  const act = useAct();
  const { data, error, refetch } = useQuery(directoryQuery);
  const [to, setTo] = useState<string | null>(null);
  const [now, setNow] = useState(true);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const held = row.state === "in_hand" || row.state === "sleeping";
  const [kind, id] = (to ?? ":").split(":");
  const agent = kind === "a" ? data?.agents.find((one) => one.id === Number(id)) : undefined;
  const put = (body: object): Promise<Before> => api.post<Before>(`/board/contacts/${row.id}/reassign`, body);
  const go = async (): Promise<void> => {
    setBusy(true);
    const body = kind === "q" ? { queue_id: Number(id), reason } : { agent_id: Number(id), now: now && agent?.state === "ready", reason };
    const name = agent?.name ?? data?.queues.find((one) => one.id === Number(id))?.name ?? "";
    await act(put(body), (before) => {
      const back = before.agent_id !== null ? { agent_id: before.agent_id, queue_id: before.queue_id, reason: t("move.undo") } : { queue_id: before.queue_id, reason: t("move.undo") };
      toast(t("move.done", { name }), before.queue_id === null ? {} : { action: { name: t("move.undo"), run: () => void act(put(back), () => toast(t("move.undone"))) }, for_ms: 10_000 });
      onDone();
    });
    setBusy(false);
  };
  return (
    <DialogBox title={t("move.title", { name: customerName(row.customer) })} isOpen onClose={onClose}>
      {error && <Trouble title={t("move.trouble")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={5} />}
      {data && (
        <Autocomplete filter={contains}>
          <SearchField className="field" aria-label={t("move.find")} autoFocus><Input placeholder={t("move.find")} /></SearchField>
          <ScrollingList label={t("move.to")}><ListBox escapeKeyBehavior="none" className="menu" aria-label={t("move.to")} selectionMode="single" selectedKeys={to ? [to] : []}
            onSelectionChange={(keys) => setTo(keys === "all" ? null : String([...keys][0] ?? "") || null)}>
            <ListBoxSection>
              <Header className="head">{t("move.queues")}</Header>
              {data.queues.filter((one) => one.brand_id === row.brand.id && one.medium === row.medium && (held || one.id !== row.queue?.id)).map((one) => (
                <ListBoxItem key={one.id} id={`q:${one.id}`} className="item" textValue={one.name}><span className="grow cut">{one.name}</span></ListBoxItem>
              ))}
            </ListBoxSection>
            <ListBoxSection>
              <Header className="head">{t("move.agents")}</Header>
              {data.agents.filter((one) => one.id !== row.agent?.id && one.state !== "offline").map((one) => (
                <ListBoxItem key={one.id} id={`a:${one.id}`} className="item" textValue={one.name}><Mark state={one.state} /><span className="grow cut">{one.name}</span><span className="small three">{main(`presence.${one.state}`)}</span></ListBoxItem>
              ))}
            </ListBoxSection>
          </ListBox></ScrollingList>
        </Autocomplete>
      )}
      {agent?.state === "ready" && <SwitchInput label={t("move.now")} value={now} onChange={setNow} />}
      <TextInput label={t("move.reason")} value={reason} onChange={setReason} maxLength={200} hint={held ? t("move.reason_must") : t("move.reason_hint")} />
      <div className="ends"><Button onPress={onClose}>{main("common.cancel")}</Button>
        <Button look="main" isDisabled={!to || (held && !reason.trim())} isPending={busy} onPress={() => void go()}>{t("move.act")}</Button></div>
    </DialogBox>
  );
}
