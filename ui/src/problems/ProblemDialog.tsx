import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError } from "../api/client";
import { serverNow } from "../api/clock";
import { ChoiceInput } from "../parts/ChoiceInput";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { SelectInput } from "../parts/SelectInput";
import { SwitchInput } from "../parts/SwitchInput";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";

interface Props { brands: readonly { id: number; name: string }[]; onClose: () => void; onDone: () => void }
const ENDS = { open: null, h2: 7_200_000, h8: 28_800_000, d1: 86_400_000, d3: 259_200_000 } as const;
type End = keyof typeof ENDS;
const ALL = 0;

/** Declares a known problem in one breath: its name, the words that tell of it, what customers read. The rest is in the settings. */
export function ProblemDialog({ brands, onClose, onDone }: Props) {
  const { t } = useTranslation("problems");
  const { t: main } = useTranslation();
  const trouble = useTrouble();
  const [name, setName] = useState("");
  const [brand, setBrand] = useState<number>(brands[0]?.id ?? ALL);
  const [words, setWords] = useState("");
  const [fr, setFr] = useState("");
  const [en, setEn] = useState("");
  const [replies, setReplies] = useState(true);
  const [end, setEnd] = useState<End>("open");
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<{ field: string; message: string } | null>(null);
  const said = (field: string): string | null => (wrong?.field === field ? wrong.message : null);
  const listed = words.split(/[,;\n]/).map((one) => one.trim()).filter(Boolean);
  const go = async (): Promise<void> => {
    setBusy(true);
    setWrong(null);
    const begins_ms = serverNow(), lasts_ms = ENDS[end];
    try {
      await api.post("/problems", { name, brand_id: brand || null, words: listed, message_fr: fr, message_en: en, replies, begins_ms, ends_ms: lasts_ms === null ? null : begins_ms + lasts_ms });
      toast(t("declared", { name }));
      onDone();
    } catch (error) {
      if (error instanceof ApiError && error.field) setWrong({ field: error.field.split(".")[0] ?? "", message: error.message });
      else toast(trouble(error), { tone: "wrong" });
    } finally {
      setBusy(false);
    }
  };
  return (
    <DialogBox title={t("declare_title")} isOpen onClose={onClose}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); void go(); }}>
        <TextInput label={t("name")} value={name} onChange={setName} isRequired maxLength={120} wrong={said("name")} />
        {brands.length > 1 && <SelectInput label={t("brand")} value={brand} onChange={setBrand} choices={brands.map((one) => ({ key: one.id, name: one.name }))} />}
        <TextInput label={t("words")} value={words} onChange={setWords} hint={t("words_hint")} wrong={said("words")} />
        <TextInput label={t("message_fr")} value={fr} onChange={setFr} rows={2} maxLength={500} lang="fr" wrong={said("message_fr")} />
        <TextInput label={t("message_en")} value={en} onChange={setEn} rows={2} maxLength={500} lang="en" hint={t("message_hint")} wrong={said("message_en")} />
        <SwitchInput label={t("replies")} value={replies} onChange={setReplies} />
        <ChoiceInput label={t("end_planned")} value={end} onChange={setEnd} choices={(Object.keys(ENDS) as End[]).map((key) => ({ key, name: t(`end_in.${key}`) }))} />
        <p className="small two">{t("goes_on")}</p>
        <div className="ends"><Button onPress={onClose}>{main("common.cancel")}</Button><Button look="main" type="submit" isPending={busy} isDisabled={!name.trim() || listed.length === 0}>{t("declare_act")}</Button></div>
      </form>
    </DialogBox>
  );
}
