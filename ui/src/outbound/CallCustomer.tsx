import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, query } from "../api/client";
import { useNow } from "../api/clock";
import type { Conversation } from "../api/types";
import { readable } from "../calls/numbers";
import { day, momentTo } from "../i18n/format";
import { Button } from "../parts/Button";
import { ChoiceInput } from "../parts/ChoiceInput";
import { DialogBox } from "../parts/DialogBox";
import { Icon } from "../parts/Icon";
import { TextInput } from "../parts/TextInput";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import "./outbound.css";
import { FORBIDDING } from "./rules";

type Purpose = "service" | "prospecting";
type Said = "given" | "refused" | "opposed";
interface May { allowed: boolean; code: string | null; until_ms: number | null }
interface Word { id: number; number: string; purpose: Purpose; said: Said; source: string; at_ms: number }

/** A number of the customer's card, and the button that calls it. */
export function CallCustomer({ conversation, number }: { conversation: Conversation; number: string }) {
  const { t } = useTranslation("outbound");
  const [open, setOpen] = useState(false);
  const label = t("call", { number: readable(number) });
  return (
    <>
      <Button look="quiet" small iconOnly aria-label={label} onPress={() => setOpen(true)}><Icon name="phone" /></Button>
      {open && <CallDialog conversation={conversation} number={number} onClose={() => setOpen(false)} />}
    </>
  );
}

function CallDialog({ conversation: { customer, contact }, number, onClose }: { conversation: Conversation; number: string; onClose: () => void }) {
  const { t } = useTranslation("outbound");
  const now = useNow();
  const words = useTrouble();
  const client = useQueryClient();
  const [purpose, setPurpose] = useState<Purpose>("service");
  const [key] = useState(() => crypto.randomUUID());
  const at = `/customers/${customer.id}`;
  const { data: may, error } = useQuery({ queryKey: ["may-call", customer.id, number, purpose], queryFn: () => api.get<May>(`${at}/call${query({ number, purpose })}`), staleTime: 0 });
  const { data: said } = useQuery({ queryKey: ["call-words", customer.id], queryFn: () => api.get<{ items: Word[] }>(`${at}/call-words`) });
  const latest = said?.items.find((one) => one.number === number && one.purpose === purpose);
  const wrong = (fault: unknown): void => { toast(words(fault), { tone: "wrong" }); };
  const call = useMutation({
    mutationFn: () => api.post(`${at}/call`, { key, number, purpose, contact_id: contact.id }),
    onSuccess: () => { void client.invalidateQueries({ queryKey: ["desk"] }); onClose(); }, onError: wrong,
  });
  const why = FORBIDDING.find((one) => one === may?.code);
  return (
    <DialogBox title={t("title", { number: readable(number) })} isOpen onClose={onClose} width="34rem">
      <ChoiceInput label={t("purpose")} value={purpose} onChange={setPurpose} choices={[{ key: "service", name: t("service") }, { key: "prospecting", name: t("prospecting") }]} />
      <p className="call-may" role="status">
        {error ? words(error) : !may ? t("looking") : may.allowed ? t("lead") : <><b>{why ? t(`why.${why}`) : words(may.code)}</b> {may.until_ms ? t("from", { moment: momentTo(may.until_ms, now) }) : t("never")}</>}
      </p>
      {latest && <p className="small two">{t("latest", { day: day(latest.at_ms, now), said: t(latest.said), source: latest.source })}</p>}
      <SaidForm key={purpose} at={at} number={number} purpose={purpose} onWrong={wrong} onNoted={() => { toast(t("noted")); void client.invalidateQueries({ queryKey: ["may-call"] }); void client.invalidateQueries({ queryKey: ["call-words"] }); }} />
      <footer>
        <Button look="main" isDisabled={!may?.allowed} isPending={call.isPending} onPress={() => call.mutate()}><Icon name="phone" />{t("go")}</Button>
      </footer>
    </DialogBox>
  );
}

interface Saying { at: string; number: string; purpose: Purpose; onNoted: () => void; onWrong: (fault: unknown) => void }

/** What the person says about being called, with where that can be looked up. */
function SaidForm({ at, number, purpose, onNoted, onWrong }: Saying) {
  const { t } = useTranslation("outbound");
  const [said, setSaid] = useState<Said>("given");
  const [source, setSource] = useState("");
  const note = useMutation({
    mutationFn: () => api.post(`${at}/call-words`, { number, purpose, said, source }),
    onSuccess: () => { setSource(""); onNoted(); }, onError: onWrong,
  });
  return (
    <details className="call-word">
      <summary>{t("said")}</summary>
      <ChoiceInput label={t("answer")} value={said} onChange={setSaid} choices={[{ key: "given", name: t("given") }, { key: "refused", name: t("refused") }, { key: "opposed", name: t("opposed") }]} />
      <TextInput label={t("source")} hint={t("source_hint")} value={source} onChange={setSource} />
      <Button small isDisabled={!source.trim()} isPending={note.isPending} onPress={() => note.mutate()}>{t("note")}</Button>
    </details>
  );
}
