import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Labelled } from "../admin/fields/Labelled";
import { NativeSelect } from "../admin/fields/NativeSelect";
import { api } from "../api/client";
import { useNow } from "../api/clock";
import { client } from "../api/queries";
import { languageName, moment, number } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { firstContent, type Names } from "./content";
import { Listen } from "./Listen";
import { menuQuery, namesQuery, problemsOf, recordingsQuery, versionsQuery, type Menu, type Recording } from "./queries";

export interface Brand { id: number; name: string }

export function NewDialog({ brands, onClose }: { brands: readonly Brand[]; onClose: () => void }) {
  const { t } = useTranslation("menus");
  const words = useTrouble();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [brand, setBrand] = useState(String(brands[0]?.id ?? ""));
  const [text, setText] = useState("");
  const make = useMutation({
    mutationFn: async () => {
      const names = await api.get<Names>(`/menus/names?brand_id=${brand}`);
      return api.post<Menu>("/menus", { brand_id: Number(brand), name: name.trim(), document: text.trim() || JSON.stringify(firstContent(names)) });
    },
    onSuccess: (menu) => { void client.invalidateQueries({ queryKey: ["menus"] }); onClose(); void navigate({ to: "/menus/$menuId", params: { menuId: String(menu.id) } }); },
  });
  const problems = make.error ? problemsOf(make.error) : [];
  return (
    <DialogBox title={t("new.title")} isOpen onClose={onClose} width="560px">
      <TextInput label={t("name")} value={name} onChange={setName} maxLength={120} isRequired autoFocus />
      <Labelled label={t("brand")}>{(tied) => <NativeSelect {...tied} choices={brands.map((one) => ({ key: String(one.id), name: one.name }))} value={brand} onChange={setBrand} />}</Labelled>
      <TextInput label={t("new.text")} hint={t("new.text_hint")} rows={5} value={text} onChange={setText} />
      {make.error && <p className="refused" role="alert">{words(make.error)}</p>}
      {problems.length > 1 && <ul className="small">{problems.slice(1, 10).map((one, at) => <li key={at}>{t("line", { line: one.line })} : {one.message}</li>)}</ul>}
      <div className="ends"><Button onPress={onClose}>{t("act.stay")}</Button><Button look="main" isDisabled={!name.trim() || !brand || make.isPending} onPress={() => make.mutate()}>{t("act.create")}</Button></div>
    </DialogBox>
  );
}

export function PublishDialog({ menu, number: version, onClose }: { menu: Menu; number: number; onClose: () => void }) {
  const { t } = useTranslation("menus");
  const words = useTrouble();
  const [why, setWhy] = useState("");
  const publish = useMutation({
    mutationFn: () => api.post<Menu>(`/menus/${menu.id}/publish`, { version, why: why.trim() }),
    onSuccess: () => { for (const key of [["menus"], ["menu", String(menu.id)]]) void client.invalidateQueries({ queryKey: key }); toast(t("done.published", { version })); onClose(); },
  });
  const problems = publish.error ? problemsOf(publish.error) : [];
  return (
    <DialogBox title={t("publish.title", { version })} isOpen onClose={onClose}>
      <p>{menu.published ? t("publish.instead", { version: menu.published }) : t("publish.first")}</p>
      <TextInput label={t("publish.why")} value={why} onChange={setWhy} maxLength={500} autoFocus />
      {publish.error && <p className="refused" role="alert">{words(publish.error)}</p>}
      {problems.length > 1 && <ul className="small">{problems.slice(1, 10).map((one, at) => <li key={at}>{one.message}</li>)}</ul>}
      <div className="ends"><Button onPress={onClose}>{t("act.stay")}</Button><Button look="main" isDisabled={publish.isPending} onPress={() => publish.mutate()}>{t("act.publish", { version })}</Button></div>
    </DialogBox>
  );
}

export function VersionsDialog({ menu, onClose, onTake, onPublish }: { menu: Menu; onClose: () => void; onTake: (document: string) => void; onPublish: (version: number) => void }) {
  const { t } = useTranslation("menus");
  const now = useNow();
  const words = useTrouble();
  const { data, error } = useQuery(versionsQuery(menu.id));
  const take = useMutation({ mutationFn: (version: number) => api.get<Menu>(`/menus/${menu.id}?version=${version}`), onSuccess: (old) => onTake(old.document) });
  return (
    <DialogBox title={t("act.versions")} isOpen onClose={onClose} width="640px">
      {error && <p className="refused" role="alert">{words(error)}</p>}
      {!data && !error && <Skeleton lines={4} />}
      <ul className="menu-versions">{data?.map((one) => (
        <li key={one.number}>
          <div>
            <b>{t("version", { version: one.number })}</b>{one.number === menu.published && <span className="now"> · {t("heard")}</span>}
            <p className="small two">{one.by ?? "–"} · {moment(one.at_ms, now)}</p>
            {one.published_ms !== null && <p className="small">{t("published_by", { who: one.published_by ?? "–", when: moment(one.published_ms, now) })}{one.why && ` : ${one.why}`}</p>}
          </div>
          <div className="row">
            {one.number !== menu.version && <Button small onPress={() => take.mutate(one.number)}>{t("act.take")}</Button>}
            {one.number !== menu.published && <Button small onPress={() => onPublish(one.number)}>{t("act.publish", { version: one.number })}</Button>}
          </div>
        </li>
      ))}</ul>
    </DialogBox>
  );
}

const asBase64 = (file: File): Promise<string> => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
  reader.onerror = () => reject(reader.error ?? new Error("unreadable"));
  reader.readAsDataURL(file);
});

/** Recorded prompts of a brand: brought in, listened to, put away. */
export function RecordingsDialog({ brand, languages, onClose }: { brand: number; languages: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation("menus");
  const words = useTrouble();
  const { data } = useQuery(recordingsQuery(brand));
  const [name, setName] = useState("");
  const [said, setSaid] = useState("");
  const [language, setLanguage] = useState(languages[0] ?? "fr");
  const [file, setFile] = useState<File | null>(null);
  const changed = (): void => { void client.invalidateQueries({ queryKey: ["prompts", brand] }); void client.invalidateQueries({ queryKey: namesQuery(brand).queryKey }); };
  const bring = useMutation({
    mutationFn: async () => api.post<Recording>("/prompts", { brand_id: brand, name: name.trim(), language, said: said.trim(), sound: file ? await asBase64(file) : "" }),
    onSuccess: () => { setName(""); setSaid(""); setFile(null); changed(); },
  });
  const drop = useMutation({ mutationFn: (id: number) => api.delete(`/prompts/${id}`), onSuccess: changed, onError: (refusal) => toast(words(refusal), { tone: "wrong" }) });
  return (
    <DialogBox title={t("recordings.title")} isOpen onClose={onClose} width="640px">
      {data?.length === 0 && <p className="two">{t("recordings.none")}</p>}
      <ul className="menu-versions">{data?.map((one) => (
        <li key={one.id}>
          <div><b>{one.name}</b> <span className="small two">{languageName(one.language)} · {number(one.duration_ms / 1000, 1)} s</span>{one.said && <p className="small" lang={one.language}>{one.said}</p>}</div>
          <div className="row"><Listen language={one.language} text="" sound={`/api/v1/prompts/${one.id}/sound`} /><Button small look="quiet" iconOnly aria-label={t("recordings.drop", { name: one.name })} onPress={() => drop.mutate(one.id)}><Icon name="trash" /></Button></div>
        </li>
      ))}</ul>
      <div className="row">
        <TextInput label={t("recordings.name")} value={name} onChange={setName} maxLength={120} />
        <Labelled label={t("recordings.language")}>{(tied) => <NativeSelect {...tied} choices={languages.map((key) => ({ key, name: languageName(key) }))} value={language} onChange={setLanguage} />}</Labelled>
      </div>
      <TextInput label={t("recordings.said")} value={said} onChange={setSaid} maxLength={500} />
      <Labelled label={t("recordings.file")} hint={t("recordings.file_hint")}>{(tied) => <input {...tied} type="file" accept="audio/wav,.wav" onChange={(event) => setFile(event.target.files?.[0] ?? null)} />}</Labelled>
      {bring.error && <p className="refused" role="alert">{words(bring.error)}</p>}
      <div className="ends"><Button onPress={onClose}>{t("act.close")}</Button><Button look="main" isDisabled={!name.trim() || !file || bring.isPending} onPress={() => bring.mutate()}>{t("recordings.bring")}</Button></div>
    </DialogBox>
  );
}

/** Puts what was saved where it is shown. */
export function keepMenu(menu: Menu): void {
  client.setQueryData(menuQuery(String(menu.id)).queryKey, menu);
  void client.invalidateQueries({ queryKey: ["menus"] });
}
