import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, query } from "../api/client";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { Skeleton } from "../parts/Skeleton";
import { SwitchInput } from "../parts/SwitchInput";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { Trouble } from "../parts/Trouble";
import { useAct } from "./acts";
import type { Limits, Queue } from "./model";

interface Kept { queue_id: number | null; own: boolean; limits: Limits }

/** From when on alerts speak: for a queue, or for the whole centre. */
export function LimitsDialog({ queue, onClose }: { queue: Queue | null; onClose: () => void }) {
  const { t } = useTranslation("board");
  const { t: main } = useTranslation();
  const { data, error, refetch } = useQuery({ queryKey: ["board", "limits", queue?.id ?? 0], queryFn: () => api.get<Kept>(`/board/limits${query({ queue_id: queue?.id })}`), staleTime: 0, gcTime: 0 });
  return (
    <DialogBox title={t("limits.title", { name: queue?.name ?? t("limits.centre") })} isOpen onClose={onClose}>
      {error && <Trouble title={t("limits.trouble")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={4} />}
      {data && <Fields kept={data} queue={queue} onClose={onClose} />}
      {!data && <div className="ends"><Button onPress={onClose}>{main("common.cancel")}</Button></div>}
    </DialogBox>
  );
}

function Fields({ kept, queue, onClose }: { kept: Kept; queue: Queue | null; onClose: () => void }) {
  const { t } = useTranslation("board");
  const { t: main } = useTranslation();
  const act = useAct();
  const { limits } = kept;
  const [on, setOn] = useState(limits.on);
  const [texts, setTexts] = useState({
    oldest_share: String(Math.round(limits.oldest_share * 100)), abandonment: String(Math.round(limits.abandonment * 1000) / 10),
    contacts_least: String(limits.contacts_least), predicted_least: String(limits.predicted_least),
  });
  const path = queue ? `/board/limits/${queue.id}` : "/board/limits";
  const read = (text: string): number => Number(text.replace(",", "."));
  const wrong = Object.values(texts).some((text) => !text.trim() || !Number.isFinite(read(text)) || read(text) < 0);
  const send = (body: object): void => void act(api.put(path, body), () => { toast(t("limits.done")); onClose(); });
  const keys = ["oldest_share", "abandonment", "predicted_least", "contacts_least"] as const;
  return (
    <>
      <SwitchInput label={t("limits.on")} value={on} onChange={setOn} />
      {keys.map((key) => <TextInput key={key} label={t(`limits.${key}`)} value={texts[key]} onChange={(value) => setTexts({ ...texts, [key]: value })} isDisabled={!on} inputMode="decimal" />)}
      <div className="ends">
        {kept.own && <Button look="quiet" onPress={() => send({})}>{t("limits.usual")}</Button>}
        <Button onPress={onClose}>{main("common.cancel")}</Button>
        <Button look="main" isDisabled={wrong} onPress={() => send({
          on, oldest_share: read(texts.oldest_share) / 100, abandonment: read(texts.abandonment) / 100,
          contacts_least: Math.round(read(texts.contacts_least)), predicted_least: Math.round(read(texts.predicted_least)),
        })}>{t("limits.act")}</Button>
      </div>
    </>
  );
}
