import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { SelectInput } from "../parts/SelectInput";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { useAct } from "./acts";
import { type For, ForHow, untilOf } from "./ForHow";
import type { Person, Whole } from "./model";

/** Tells a team, one person or everyone something. */
export function TellDialog({ whole, person, text: first, onClose }: { whole: Whole; person: Person | undefined; text: string; onClose: () => void }) {
  const { t } = useTranslation("board");
  const { t: main } = useTranslation();
  const act = useAct();
  const [to, setTo] = useState(person ? `a:${person.id}` : "all");
  const [text, setText] = useState(first);
  const [how, setHow] = useState<For>("h1");
  const choices = [
    { key: "all", name: t("tell.everyone") },
    ...whole.teams.map((one) => ({ key: `t:${one.id}`, name: one.name })),
    ...(person ? [{ key: `a:${person.id}`, name: person.name }] : []),
  ];
  const go = (): void => {
    const [kind, id] = to.split(":");
    const target = kind === "t" ? { team_id: Number(id) } : kind === "a" ? { agent_id: Number(id) } : {};
    void act(api.post("/board/notices", { text: text.trim(), until_ms: untilOf(how), ...target }), () => {
      toast(t("tell.done"));
      onClose();
    });
  };
  return (
    <DialogBox title={t("tell.title")} isOpen onClose={onClose}>
      <SelectInput label={t("tell.to")} value={to} onChange={setTo} choices={choices} />
      <TextInput label={t("tell.text")} value={text} onChange={setText} rows={3} maxLength={500} hint={t("tell.text_hint")} autoFocus />
      <ForHow label={t("tell.until")} value={how} onChange={setHow} />
      <div className="ends"><Button onPress={onClose}>{main("common.cancel")}</Button><Button look="main" isDisabled={!text.trim()} onPress={go}>{t("tell.act")}</Button></div>
    </DialogBox>
  );
}
