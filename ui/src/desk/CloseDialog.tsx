import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Radio, RadioGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { motivesQuery } from "../api/queries";
import type { Outcome, Row } from "../api/types";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { SelectInput } from "../parts/SelectInput";
import { TextInput } from "../parts/TextInput";
import type { Acts } from "./acts";
import "./dialogs.css";
import { motiveName } from "./names";
import { customerName } from "./customerName";

const OUTCOMES: readonly Outcome[] = ["resolved", "unresolved", "no_reply", "duplicate", "spam"];
const NONE = 0;

/** Wrap-up: outcome and motive, by keyboard (arrows, Tab, Ctrl Enter). */
export function CloseDialog({ row, acts, onClose, onDone }: { row: Row; acts: Acts; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const { data: motives } = useQuery(motivesQuery);
  const [outcome, setOutcome] = useState<Outcome>("resolved");
  const [motive, setMotive] = useState<number>(row.motive?.id ?? NONE);
  const [note, setNote] = useState("");
  const go = (): void => acts.close.mutate({ id: row.id, outcome, motive_id: motive === NONE ? null : motive, ...(note.trim() ? { note: note.trim() } : {}) }, { onSuccess: onDone });
  const choices = [{ key: NONE, name: t("closing.no_motive") }, ...(motives ?? []).filter((one) => !one.brand_id || one.brand_id === row.brand.id).map((one) => ({ key: one.id, name: motiveName(one) }))];
  return (
    <DialogBox title={t("closing.title", { name: customerName(row.customer) })} isOpen onClose={onClose}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); go(); }} onKeyDownCapture={(event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); go(); } }}>
        <RadioGroup className="field pick-one" value={outcome} onChange={(key) => setOutcome(key as Outcome)} aria-label={t("closing.outcome")}>
          {OUTCOMES.map((key, i) => <Radio key={key} value={key} className="radio" {...(i === 0 ? { autoFocus: true } : {})}><span className="grow">{t(`outcome.${key}`)}</span><span className="small three">{t(`outcome_hint.${key}`)}</span></Radio>)}
        </RadioGroup>
        <SelectInput label={t("closing.motive")} choices={choices} value={motive} onChange={setMotive} />
        <TextInput label={t("closing.note")} value={note} onChange={setNote} rows={2} />
        <div className="ends"><Button onPress={onClose}>{t("common.cancel")}</Button><Button look="main" type="submit" isPending={acts.close.isPending}>{t("closing.act")} <kbd>{t("compose.send_key")}</kbd></Button></div>
      </form>
    </DialogBox>
  );
}
