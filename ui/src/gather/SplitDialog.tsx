import { useState } from "react";
import { CheckboxGroup, Checkbox, Label } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import type { Conversation } from "../api/types";
import { clock } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { Icon } from "../parts/Icon";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { refreshContacts } from "./undo";

/** Messages about something else leave for a request of their own. */
export function SplitDialog({ conversation, onClose, onDone }: { conversation: Conversation; onClose: () => void; onDone: (id: number) => void }) {
  const { t } = useTranslation("gather");
  const { t: main } = useTranslation();
  const trouble = useTrouble();
  const { contact, messages } = conversation;
  const own = messages.filter((one) => one.contact_id === contact.id && one.direction !== "event");
  const [ids, setIds] = useState<string[]>([]);
  const [subject, setSubject] = useState("");
  const [wrong, setWrong] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const go = async (): Promise<void> => {
    setBusy(true);
    try {
      const { contact_id } = await api.post<{ contact_id: number }>(`/contacts/${contact.id}/split`, { message_ids: ids.map(Number), subject });
      refreshContacts();
      toast(t("split.done"));
      onClose();
      onDone(contact_id);
    } catch (error) {
      setWrong(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <DialogBox title={t("split.title")} isOpen onClose={onClose} width="620px">
      <p className="small two">{t("split.lead")}</p>
      <CheckboxGroup className="field picks-in" value={ids} onChange={(next) => { setWrong(null); setIds(next); }}>
        <Label>{t("split.which")}</Label>
        {own.map((one) => (
          <Checkbox key={one.id} value={String(one.id)} className="pick-line">
            {({ isSelected }) => <><span className={`box-tick${isSelected ? " on" : ""}`} aria-hidden="true">{isSelected && <Icon name="check" />}</span>
              <span className="grow cut"><b className="b">{one.author.name}</b> <span className="three small">{clock(one.at_ms)}</span> {one.new_text || one.text}</span></>}
          </Checkbox>
        ))}
      </CheckboxGroup>
      <TextInput label={t("split.subject")} value={subject} onChange={setSubject} hint={t("split.subject_hint")} maxLength={200} />
      {wrong !== null && <p className="wrong" role="alert">{trouble(wrong)}</p>}
      <div className="ends"><Button onPress={onClose}>{main("common.cancel")}</Button><Button look="main" isDisabled={ids.length === 0} isPending={busy} onPress={() => void go()}>{t("split.go")}</Button></div>
    </DialogBox>
  );
}
