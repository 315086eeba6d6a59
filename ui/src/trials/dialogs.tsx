import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Labelled } from "../admin/fields/Labelled";
import { NumberInput } from "../admin/fields/NumberInput";
import { api } from "../api/client";
import { Button } from "../parts/Button";
import { ChoiceInput } from "../parts/ChoiceInput";
import { DialogBox } from "../parts/DialogBox";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { keepTrial, mainOf, type Trial, type Verdict } from "./queries";

interface Sure { open: boolean; title: string; text: string; act: string; pending: boolean; onClose: () => void; onAct: () => void }

/** Asked before what many will feel. */
export function SureDialog({ open, title, text, act, pending, onClose, onAct }: Sure) {
  const { t } = useTranslation("trials");
  return (
    <DialogBox title={title} isOpen={open} onClose={onClose} role="alertdialog">
      <p>{text}</p>
      <div className="ends"><Button onPress={onClose}>{t("act.stay")}</Button><Button look="main" isPending={pending} onPress={onAct}>{act}</Button></div>
    </DialogBox>
  );
}

/** More days: looking more often or longer costs the intervals nothing. */
export function ExtendDialog({ trial, onClose }: { trial: Trial; onClose: () => void }) {
  const { t } = useTranslation("trials");
  const words = useTrouble();
  const [days, setDays] = useState<number | null>(7);
  const extend = useMutation({
    mutationFn: () => api.post<Trial>(`/trials/${trial.id}/extend`, { days }),
    onSuccess: (done) => { keepTrial(done); toast(t("done.extended")); onClose(); },
  });
  return (
    <DialogBox title={t("act.extend")} isOpen onClose={onClose}>
      <Labelled label={t("extend_days")} wrong={extend.error ? words(extend.error) : null}>{(attributes) => <NumberInput {...attributes} value={days} least={1} most={366} onChange={setDays} />}</Labelled>
      <div className="ends"><Button onPress={onClose}>{t("act.stay")}</Button><Button look="main" isDisabled={!days} isPending={extend.isPending} onPress={() => extend.mutate()}>{t("act.extend")}</Button></div>
    </DialogBox>
  );
}

/** The verdict, with its reason: kept with what was measured. */
export function ConcludeDialog({ trial, onClose }: { trial: Trial; onClose: () => void }) {
  const { t } = useTranslation("trials");
  const words = useTrouble();
  const found = mainOf(trial)?.finding;
  const [verdict, setVerdict] = useState<Verdict>(found === "better" ? "keep" : found === "worse" ? "drop" : "undecided");
  const [why, setWhy] = useState("");
  const conclude = useMutation({
    mutationFn: () => api.post<Trial>(`/trials/${trial.id}/conclude`, { verdict, why: why.trim() }),
    onSuccess: (done) => { keepTrial(done); toast(t("done.concluded")); onClose(); },
  });
  return (
    <DialogBox title={t("act.conclude")} isOpen onClose={onClose} width="560px">
      <ChoiceInput label={t("verdict.label")} value={verdict} onChange={setVerdict} choices={(["keep", "drop", "undecided"] as const).map((key) => ({ key, name: t(`verdict.${key}_act`) }))} />
      <p className="two">{t(`verdict.${verdict}_means`, { subject: trial.subject })}</p>
      <TextInput label={t("verdict.why")} value={why} onChange={setWhy} maxLength={500} hint={t("verdict.why_hint")} />
      {conclude.error && <p className="refused" role="alert">{words(conclude.error)}</p>}
      <div className="ends"><Button onPress={onClose}>{t("act.stay")}</Button><Button look="main" isPending={conclude.isPending} onPress={() => conclude.mutate()}>{t("act.conclude")}</Button></div>
    </DialogBox>
  );
}
