import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { NativeSelect } from "../admin/fields/NativeSelect";
import { api, query, upload } from "../api/client";
import { useNow } from "../api/clock";
import { number, percent, moment } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { Skeleton } from "../parts/Skeleton";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { Trouble, useTrouble } from "../parts/Trouble";

interface CallList { id: number; name: string; numbers: number; uploaded_ms: number }
const COUNTRIES = ["FR", "BE", "CH", "LU", "DE", "ES", "IT", "GB", "CA", "US"] as const;

/** Lists of those who are not to be called for selling. Only digests of the numbers are kept. */
export function CallLists() {
  const { t } = useTranslation("outbound");
  const now = useNow();
  const client = useQueryClient();
  const words = useTrouble();
  const [dropping, drop] = useState<CallList | null>(null);
  const { data, error, refetch } = useQuery({ queryKey: ["outbound", "lists"], queryFn: () => api.get<{ items: CallList[] }>("/outbound/lists") });
  const again = (): void => void client.invalidateQueries({ queryKey: ["outbound", "lists"] });
  const remove = useMutation({
    mutationFn: (one: CallList) => api.delete(`/outbound/lists/${one.id}`),
    onSuccess: (_, one) => { toast(t("lists.dropped", { name: one.name })); drop(null); again(); },
    onError: (fault) => toast(words(fault), { tone: "wrong" }),
  });
  return (
    <section className="calls-part" aria-labelledby="call-lists">
      <h3 id="call-lists">{t("lists.title")}</h3>
      <p className="two">{t("lists.lead")}</p>
      {error && <Trouble title={t("lists.trouble")} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={3} />}
      {data?.items.length === 0 && <p className="two" role="status">{t("lists.none")}</p>}
      {data && data.items.length > 0 && (
        <ul className="call-lists">
          {data.items.map((one) => (
            <li key={one.id}>
              <span className="grow"><b className="b">{one.name}</b><span className="small two below">{t("lists.holds", { count: one.numbers, said: number(one.numbers) })} · {t("lists.since", { moment: moment(one.uploaded_ms, now) })}</span></span>
              <Button look="quiet" small onPress={() => drop(one)}>{t("lists.drop")}</Button>
            </li>
          ))}
        </ul>
      )}
      <NewList taken={data?.items.map((one) => one.name) ?? []} onKept={again} />
      {dropping && (
        <DialogBox title={t("lists.drop_title", { name: dropping.name })} isOpen onClose={() => drop(null)}>
          <p>{t("lists.drop_lead")}</p>
          <div className="row ends"><Button onPress={() => drop(null)}>{t("lists.keep")}</Button><Button look="danger" isPending={remove.isPending} onPress={() => remove.mutate(dropping)}>{t("lists.drop")}</Button></div>
        </DialogBox>
      )}
    </section>
  );
}

/** A file of numbers becomes a list; one of the same name is replaced. */
function NewList({ taken, onKept }: { taken: readonly string[]; onKept: () => void }) {
  const { t, i18n } = useTranslation("outbound");
  const words = useTrouble();
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useState("");
  const [country, setCountry] = useState<string>("FR");
  const [file, setFile] = useState<File | null>(null);
  const [share, setShare] = useState<number | null>(null);
  const place = new Intl.DisplayNames([i18n.language], { type: "region" });
  const keep = useMutation({
    mutationFn: (chosen: File) => upload<CallList>(chosen, setShare, undefined, `/outbound/lists${query({ name: name.trim(), country })}`),
    onSuccess: (kept) => { toast(t("lists.kept", { name: kept.name, count: kept.numbers, said: number(kept.numbers) })); setName(""); setFile(null); if (input.current) input.current.value = ""; onKept(); },
    onSettled: () => setShare(null),
  });
  const choose = (chosen: File | null): void => { setFile(chosen); keep.reset(); if (chosen && !name.trim()) setName(chosen.name.replace(/\.[^.]*$/, "").slice(0, 80)); };
  return (
    <form className="new-list" onSubmit={(event) => { event.preventDefault(); if (file && name.trim() && !keep.isPending) keep.mutate(file); }}>
      <label className="field"><span className="label">{t("lists.file")}</span><input ref={input} type="file" accept=".csv,.txt,text/csv,text/plain" onChange={(event) => choose(event.target.files?.[0] ?? null)} /><span className="hint">{t("lists.file_hint")}</span></label>
      <TextInput label={t("lists.name")} value={name} onChange={setName} maxLength={80} hint={taken.includes(name.trim()) ? t("lists.replaces") : undefined} />
      <label className="field"><span className="label">{t("lists.country")}</span><NativeSelect value={country} choices={COUNTRIES.map((key) => ({ key, name: place.of(key) ?? key }))} onChange={setCountry} /><span className="hint">{t("lists.country_hint")}</span></label>
      {keep.error && <p className="wrong" role="alert">{words(keep.error)}</p>}
      <Button type="submit" isDisabled={!file || !name.trim()} isPending={keep.isPending}>{t(taken.includes(name.trim()) ? "lists.replace" : "lists.add")}{share !== null && ` ${percent(share)}`}</Button>
    </form>
  );
}
