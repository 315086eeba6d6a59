import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { Button } from "../parts/Button";
import { ChoiceInput } from "../parts/ChoiceInput";
import { DialogBox } from "../parts/DialogBox";
import { SelectInput } from "../parts/SelectInput";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { useAct } from "./acts";
import type { Person } from "./model";

const REASONS = ["break", "lunch", "meeting", "training", "other"] as const;

/** Sends someone away or home, with a reason. */
export function PresenceDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation("board");
  const { t: main } = useTranslation();
  const act = useAct();
  const [state, setState] = useState<"away" | "offline">("away");
  const [reason, setReason] = useState<(typeof REASONS)[number]>("other");
  const [text, setText] = useState("");
  const go = (): void => {
    const body = state === "away" ? { state, reason, text } : { state, text };
    void act(api.put(`/board/agents/${person.id}/presence`, body), () => {
      toast(t("person.done", { name: person.name }));
      onClose();
    });
  };
  return (
    <DialogBox title={t("person.presence_title", { name: person.name })} isOpen onClose={onClose}>
      <ChoiceInput label={t("person.state")} value={state} onChange={setState} choices={[{ key: "away", name: main("presence.away") }, { key: "offline", name: main("presence.offline") }]} />
      {state === "away"
        ? <SelectInput label={t("person.reason")} value={reason} onChange={setReason} choices={REASONS.map((key) => ({ key, name: main(`reason.${key}`) }))} />
        : <p className="small two">{t("person.offline_note")}</p>}
      <TextInput label={t("person.text")} value={text} onChange={setText} maxLength={200} hint={t("person.text_hint")} />
      <div className="ends"><Button onPress={onClose}>{main("common.cancel")}</Button><Button look="main" onPress={go}>{t("person.act")}</Button></div>
    </DialogBox>
  );
}
