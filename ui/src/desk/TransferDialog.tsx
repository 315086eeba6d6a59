import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Row } from "../api/types";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { TextInput } from "../parts/TextInput";
import type { Acts } from "./acts";
import { customerName } from "./customerName";
import { Destinations, type Destination } from "./Destinations";

interface Props { row: Row; acts: Acts; onClose: () => void; onDone: () => void }

export function TransferDialog({ row, acts, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const [to, setTo] = useState<Destination | null>(null);
  const [note, setNote] = useState("");
  const go = (): void => {
    if (!to) return;
    acts.transfer.mutate({ id: row.id, note: note.trim(), ...("queue_id" in to ? { queue_id: to.queue_id } : { agent_id: to.agent_id }) }, { onSuccess: onDone });
  };
  return (
    <DialogBox title={t("transfer.title", { name: customerName(row.customer) })} isOpen onClose={onClose}>
      <Destinations brandId={row.brand.id} medium={row.medium} notQueue={row.queue?.id} notAgent={row.agent?.id} onChoose={setTo} />
      <TextInput label={t("transfer.note")} value={note} onChange={setNote} rows={2} hint={t("transfer.note_hint")} />
      <div className="ends"><Button onPress={onClose}>{t("common.cancel")}</Button><Button look="main" isDisabled={!to} isPending={acts.transfer.isPending} onPress={go}>{t("transfer.act")}</Button></div>
    </DialogBox>
  );
}
