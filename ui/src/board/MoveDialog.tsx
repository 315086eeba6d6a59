import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import type { Row } from "../api/types";
import { customerName } from "../desk/customerName";
import { Destinations, type Destination } from "../desk/Destinations";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { SwitchInput } from "../parts/SwitchInput";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { useAct } from "./acts";

interface Before { queue_id: number | null; agent_id: number | null }
interface Props { row: Row; onClose: () => void; onDone: () => void }

/** Puts a contact in another queue, or names a person for it. Taking it from a hand needs a reason. */
export function MoveDialog({ row, onClose, onDone }: Props) {
  const { t } = useTranslation("board");
  const { t: main } = useTranslation();
  const act = useAct();
  const [to, setTo] = useState<Destination | null>(null);
  const [now, setNow] = useState(true);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const held = row.state === "in_hand" || row.state === "sleeping";
  const put = (body: object): Promise<Before> => api.post<Before>(`/board/contacts/${row.id}/reassign`, body);
  const go = async (): Promise<void> => {
    if (!to) return;
    setBusy(true);
    const body = "queue_id" in to ? { queue_id: to.queue_id, reason } : { agent_id: to.agent_id, now: now && to.ready, reason };
    const { name } = to;
    await act(put(body), (before) => {
      const back = before.agent_id !== null ? { agent_id: before.agent_id, queue_id: before.queue_id, reason: t("move.undo") } : { queue_id: before.queue_id, reason: t("move.undo") };
      toast(t("move.done", { name }), before.queue_id === null ? {} : { action: { name: t("move.undo"), run: () => void act(put(back), () => toast(t("move.undone"))) }, for_ms: 10_000 });
      onDone();
    });
    setBusy(false);
  };
  return (
    <DialogBox title={t("move.title", { name: customerName(row.customer) })} isOpen onClose={onClose}>
      <Destinations brandId={row.brand.id} medium={row.medium} notQueue={held ? undefined : row.queue?.id} notAgent={row.agent?.id} onChoose={setTo} />
      {to && "ready" in to && to.ready && <SwitchInput label={t("move.now")} value={now} onChange={setNow} />}
      <TextInput label={t("move.reason")} value={reason} onChange={setReason} maxLength={200} hint={held ? t("move.reason_must") : t("move.reason_hint")} />
      <div className="ends"><Button onPress={onClose}>{main("common.cancel")}</Button>
        <Button look="main" isDisabled={!to || (held && !reason.trim())} isPending={busy} onPress={() => void go()}>{t("move.act")}</Button></div>
    </DialogBox>
  );
}
