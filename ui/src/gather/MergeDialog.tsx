import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { Input, ListBox, ListBoxItem, SearchField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, query } from "../api/client";
import { useNow } from "../api/clock";
import type { Conversation, List } from "../api/types";
import type { Found } from "../contacts/filters";
import { customerName } from "../desk/customerName";
import { moment } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { Icon } from "../parts/Icon";
import { MEDIUM_ICON } from "../parts/mediumIcon";
import "../parts/menu.css";
import { SwitchInput } from "../parts/SwitchInput";
import { useTrouble } from "../parts/Trouble";
import { refreshContacts, toastWithUndo } from "./undo";

/** Another contact about the same thing comes into this request. First those of the same customer. */
export function MergeDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useTranslation("gather");
  const { t: main } = useTranslation();
  const now = useNow();
  const trouble = useTrouble();
  const { contact, customer } = conversation;
  const [words, setWords] = useState("");
  const [other, setOther] = useState<Found | null>(null);
  const [close, setClose] = useState(false);
  const [wrong, setWrong] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const q = useDeferredValue(words.trim());
  const { data } = useQuery({
    queryKey: ["contacts", "merge", contact.id, q], staleTime: 3000,
    queryFn: ({ signal }) => api.get<List<Found>>(`/contacts${query({ ...(q ? { q } : { customer: customer.id }), brand: contact.brand.id })}`, { signal }),
  });
  const rows = (data?.items ?? []).filter((row) => row.request_id !== contact.request_id).slice(0, 20);
  const isOpen = other !== null && other.state !== "closed" && other.state !== "abandoned";
  const isTwo = other !== null && other.customer.id !== customer.id;
  const go = async (): Promise<void> => {
    if (!other) return;
    setBusy(true);
    try {
      const { merge_id } = await api.post<{ merge_id: number }>(`/contacts/${contact.id}/merge`, { contact_id: other.id, close_other: isOpen && close, customers: isTwo });
      refreshContacts();
      toastWithUndo(t("merge.done"), () => void api.post(`/merges/${merge_id}/undo`).then(refreshContacts));
      onClose();
    } catch (error) {
      setWrong(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <DialogBox title={t("merge.title")} isOpen onClose={onClose} width="620px">
      <SearchField className="field" aria-label={t("merge.find")} autoFocus value={words} onChange={setWords}><Input placeholder={t("merge.find")} /></SearchField>
      <ListBox escapeKeyBehavior="none" className="menu list-in" aria-label={t("merge.which")} selectionMode="single" selectedKeys={other ? [other.id] : []}
        onSelectionChange={(keys) => { setWrong(null); setOther(keys === "all" ? null : rows.find((row) => keys.has(row.id)) ?? null); }}
        renderEmptyState={() => <p className="small three pad">{q ? t("merge.none_for") : t("merge.none")}</p>}>
        {rows.map((row) => (
          <ListBoxItem key={row.id} id={row.id} className="item" textValue={`${customerName(row.customer)} ${row.subject}`}>
            <Icon name={MEDIUM_ICON[row.medium]} /><span className="grow cut"><b className="b">{customerName(row.customer)}</b> · {row.subject || row.preview}</span>
            <span className="small three">{main(`state.${row.state}`)} · {moment(row.arrived_ms, now)}</span>
          </ListBoxItem>
        ))}
      </ListBox>
      {isTwo && <p className="small" role="status"><b>{t("merge.two", { one: customerName(customer), other: customerName(other.customer) })}</b></p>}
      {isOpen && other.medium !== "chat" && <SwitchInput label={t("merge.close")} value={close} onChange={setClose} />}
      {isOpen && !close && <p className="small two">{t("merge.follows")}</p>}
      {wrong !== null && <p className="wrong" role="alert">{trouble(wrong)}</p>}
      <div className="ends"><Button onPress={onClose}>{main("common.cancel")}</Button><Button look="main" isDisabled={!other} isPending={busy} onPress={() => void go()}>{t("merge.go")}</Button></div>
    </DialogBox>
  );
}
