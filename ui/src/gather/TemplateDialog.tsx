import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import type { Macro } from "../api/types";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { SelectInput } from "../parts/SelectInput";
import { Skeleton } from "../parts/Skeleton";
import { TextInput } from "../parts/TextInput";
import { Trouble } from "../parts/Trouble";
import type { Filled, TemplateField } from "./types";

export type Template = Macro & { fields?: TemplateField[] };
/** Whether the server has to fill it in: it asks for something, or has parts for one language. */
export const asks = (macro: Template): boolean => (macro.fields?.length ?? 0) > 0 || /\{\{\s*#/.test(macro.body);

/** A ready text asks for what it needs, shows what it becomes, and goes into the answer. */
export function TemplateDialog({ macro, contactId, onInsert, onClose }: { macro: Template; contactId: number; onInsert: (text: string) => void; onClose: () => void }) {
  const { t } = useTranslation("gather");
  const { t: main } = useTranslation();
  const [values, setValues] = useState<Record<string, string>>({});
  const [known, setKnown] = useState<TemplateField[] | null>(null);
  const late = useDeferredValue(values);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["fill", macro.id, contactId, late], staleTime: Infinity, placeholderData: (before) => before,
    queryFn: async () => {
      const filled = await api.post<Filled>(`/macros/${macro.id}/fill`, { contact_id: contactId, values: late });
      setKnown((before) => before ?? filled.missing);
      return filled;
    },
  });
  const fields = known ?? [];
  const ready = data !== undefined && data.missing.length === 0 && !isFetching && late === values;
  const put = (label: string, value: string): void => setValues((before) => ({ ...before, [label]: value }));
  return (
    <DialogBox title={macro.title} isOpen onClose={onClose} width="560px">
      <form className="stack" onSubmit={(event) => { event.preventDefault(); if (ready) onInsert(data.text); }}>
        {error && !data && <Trouble title={t("fill.trouble")} error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton lines={3} />}
        {fields.map((one, at) => (one.kind === "choice"
          ? <SelectInput key={one.label} label={one.label} placeholder={t("fill.choose")} value={values[one.label] ?? null} onChange={(value) => put(one.label, value)} choices={one.choices.map((key) => ({ key, name: key }))} />
          : <TextInput key={one.label} label={one.label} value={values[one.label] ?? ""} onChange={(value) => put(one.label, value)} autoFocus={at === 0} isRequired maxLength={2000} />))}
        {data && <><span className="label">{t("fill.preview")}</span><div className="fill-preview" lang={data.language ?? undefined} aria-live="polite">{data.text}</div></>}
        <div className="ends"><Button onPress={onClose}>{main("common.cancel")}</Button><Button look="main" type="submit" isDisabled={!ready}>{t("fill.insert")}</Button></div>
      </form>
    </DialogBox>
  );
}
