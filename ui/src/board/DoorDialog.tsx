import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { clock } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { SelectInput } from "../parts/SelectInput";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { useAct } from "./acts";
import { type For, ForHow, untilOf } from "./ForHow";
import type { Whole } from "./model";

/** Closes a door for a while, with what customers are told. */
export function DoorDialog({ whole, channelId, onClose }: { whole: Whole; channelId: number | undefined; onClose: () => void }) {
  const { t } = useTranslation("board");
  const { t: main } = useTranslation();
  const act = useAct();
  const [id, setId] = useState<number | null>(channelId ?? (whole.channels.length === 1 ? whole.channels[0]?.id ?? null : null));
  const [how, setHow] = useState<For>("m30");
  const [fr, setFr] = useState("");
  const [en, setEn] = useState("");
  const channel = whole.channels.find((one) => one.id === id);
  const brand = (brand_id: number): string => whole.brands.find((one) => one.id === brand_id)?.name ?? "";
  const go = (): void => {
    const until_ms = untilOf(how);
    void act(api.post(`/board/channels/${id}/close`, { until_ms, message_fr: fr, message_en: en }), () => {
      toast(t("door.done", { name: channel?.name ?? "", clock: clock(until_ms) }), { action: { name: t("standing.open"), run: () => void act(api.post(`/board/channels/${id}/open`)) }, for_ms: 10_000 });
      onClose();
    });
  };
  return (
    <DialogBox title={t("door.title")} isOpen onClose={onClose}>
      {whole.channels.length === 0 && <p className="two">{t("door.none")}</p>}
      <SelectInput label={t("door.channel")} value={id} onChange={setId} choices={whole.channels.map((one) => ({ key: one.id, name: one.name, note: `${main(`media.${one.medium}`)} · ${brand(one.brand_id)}` }))} />
      <ForHow label={t("door.until")} value={how} onChange={setHow} />
      {channel?.medium === "email" ? <p className="small two">{t("door.mail")}</p> : (
        <>
          <TextInput label={t("door.message_fr")} value={fr} onChange={setFr} maxLength={500} hint={t("door.message_hint")} lang="fr" />
          <TextInput label={t("door.message_en")} value={en} onChange={setEn} maxLength={500} lang="en" />
          <p className="small two">{t("door.goes_on")}</p>
        </>
      )}
      <div className="ends"><Button onPress={onClose}>{main("common.cancel")}</Button><Button look="danger" isDisabled={!channel} onPress={go}>{t("door.act")}</Button></div>
    </DialogBox>
  );
}
