import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { clock } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { SelectInput } from "../parts/SelectInput";
import { toast } from "../parts/toasts";
import { useAct } from "./acts";
import { type For, ForHow, untilOf } from "./ForHow";
import type { Queue } from "./model";

/** Gives a queue another tier for a while. */
export function RankDialog({ queue, onClose }: { queue: Queue; onClose: () => void }) {
  const { t } = useTranslation("board");
  const { t: main } = useTranslation();
  const act = useAct();
  const [tier, setTier] = useState(Math.min(9, (queue.raised?.tier ?? queue.tier) + 1));
  const [how, setHow] = useState<For>("m30");
  const go = (): void => {
    const until_ms = untilOf(how);
    void act(api.post(`/board/queues/${queue.id}/raise`, { tier, until_ms }), () => {
      toast(t("rank.done", { name: queue.name, tier, clock: clock(until_ms) }), { action: { name: t("move.undo"), run: () => void act(api.post(`/board/queues/${queue.id}/lower`)) }, for_ms: 10_000 });
      onClose();
    });
  };
  return (
    <DialogBox title={t("rank.title", { name: queue.name })} isOpen onClose={onClose}>
      <SelectInput label={t("rank.tier")} hint={t("rank.tier_hint", { tier: queue.tier })} value={tier} onChange={setTier} choices={Array.from({ length: 10 }, (_, key) => ({ key, name: String(key) }))} />
      <ForHow label={t("rank.until")} value={how} onChange={setHow} />
      <div className="ends"><Button onPress={onClose}>{main("common.cancel")}</Button><Button look="main" onPress={go}>{t("rank.act")}</Button></div>
    </DialogBox>
  );
}
