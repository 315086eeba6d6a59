import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError } from "../api/client";
import { client, skillsQuery } from "../api/queries";
import type { Conversation, Customer } from "../api/types";
import { languageName } from "../i18n/format";
import { Button } from "../parts/Button";
import { SelectInput } from "../parts/SelectInput";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { AddressFields, linesOf } from "./AddressFields";
import { NamedAgent } from "./NamedAgent";

const LANGUAGES = ["fr", "en", "de", "es", "it", "nl", "pt", "ar"];

export function CustomerForm({ conversation, onDone }: { conversation: Conversation; onDone: () => void }) {
  const { t } = useTranslation();
  const words = useTrouble();
  const { customer } = conversation;
  const [entry, setEntry] = useState({ name: customer.name, segment: customer.segment ?? "", note: customer.note ?? "", language: customer.language ?? "fr", named: customer.named_agent ?? null, wishes: customer.wish_ids ?? [] });
  const { data: skills = [] } = useQuery(skillsQuery);
  const [lines, setLines] = useState(() => linesOf(customer.addresses));
  const [known] = useState(() => lines.map((line) => line.value).join("\n"));
  // An emptied line is a line taken away. Untouched, they are not sent: a colleague may be changing them.
  const typed = lines.filter((line) => line.value.trim() !== "");
  const touched = typed.map((line) => line.value).join("\n") !== known;
  const save = useMutation({
    mutationFn: () => api.patch<Customer>(`/customers/${customer.id}`, {
      name: entry.name.trim(), segment: entry.segment.trim() || null, note: entry.note.trim(), language: entry.language,
      named_agent_id: entry.named?.id ?? null, wish_ids: entry.wishes,
      ...(touched ? { addresses: typed.map(({ kind, value }) => ({ kind, value: value.trim() })) } : {}),
    }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["contact"] });
      void client.invalidateQueries({ queryKey: ["desk"] });
      toast(t("common.saved"));
      onDone();
    },
  });
  const field = save.error instanceof ApiError ? save.error.field : null;
  const wrong = (name: string): string | null => (save.error && ((field && !field.startsWith("addresses.") ? field : field ? "" : "name")) === name ? words(save.error) : null);
  const wrongLine = (at: number): string | null => {
    const place = typed.findIndex((line) => line.key === lines[at]?.key);
    return save.error && place >= 0 && field?.startsWith(`addresses.${place}.`) ? words(save.error) : null;
  };
  const languages = [...new Set([entry.language, ...LANGUAGES])].map((key) => ({ key, name: languageName(key) }));
  return (
    <form className="edit" onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
      <TextInput label={t("card.name")} value={entry.name} onChange={(name) => setEntry({ ...entry, name })} isRequired autoFocus wrong={wrong("name")} />
      <AddressFields lines={lines} onChange={setLines} wrong={wrongLine} />
      <TextInput label={t("card.segment")} value={entry.segment} onChange={(segment) => setEntry({ ...entry, segment })} wrong={wrong("segment")} />
      <SelectInput label={t("card.language")} choices={languages} value={entry.language} onChange={(language) => setEntry({ ...entry, language })} />
      <NamedAgent value={entry.named} brandId={customer.brand_id} onChange={(named) => setEntry({ ...entry, named })} wrong={wrong("named_agent_id")} />
      {skills.length > 0 && (
        <fieldset className="field"><legend>{t("card.wishes")}</legend><span className="hint">{t("card.wishes_hint")}</span>
          <div className="wishes">{skills.map(({ id, name }) => (
            <label key={id} className="wish"><input type="checkbox" checked={entry.wishes.includes(id)}
              onChange={(event) => setEntry({ ...entry, wishes: event.target.checked ? [...entry.wishes, id] : entry.wishes.filter((one) => one !== id) })} />{name}</label>
          ))}</div>
        </fieldset>
      )}
      <TextInput label={t("card.note")} value={entry.note} onChange={(note) => setEntry({ ...entry, note })} rows={3} wrong={wrong("note")} />
      <div className="row"><Button look="main" type="submit" isPending={save.isPending}>{t("common.save")}</Button><Button onPress={onDone}>{t("common.cancel")}</Button></div>
    </form>
  );
}
