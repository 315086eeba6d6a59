import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, recordingUrl } from "../api/client";
import { useNow } from "../api/clock";
import type { Conversation, Me } from "../api/types";
import { day, moment, span } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";
import { Icon } from "../parts/Icon";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import "./recordings.css";

interface Recording {
  id: number; purpose: "quality" | "proof" | "training"; begun_ms: number; keep_until_ms: number;
  state: "begun" | "kept" | "failed" | "erased"; duration_ms: number | null; erased_ms: number | null;
}
interface Told { live: boolean | null; listens: boolean; erases: boolean; items: readonly Recording[] }

/** Whether a call is being recorded, and what was: its agent keeps it silent, who may listens, an administrator erases. */
export function Recordings({ conversation: { contact }, me }: { conversation: Conversation; me: Me }) {
  const { t } = useTranslation("recordings");
  const words = useTrouble();
  const { data, refetch } = useQuery({
    queryKey: ["recordings", contact.id], queryFn: () => api.get<Told>(`/contacts/${contact.id}/recordings`),
    refetchInterval: ({ state }) => (state.data?.items.some((one) => one.state === "begun") ? 5_000 : false),
  });
  useEffect(() => { void refetch(); }, [contact.version, refetch]);
  const act = useMutation({
    mutationFn: (what: string) => api.post(`/contacts/${contact.id}/recordings/${what}`),
    onSettled: () => void refetch(), onError: (error) => toast(words(error), { tone: "wrong" }),
  });
  const [erasing, erase] = useState<number | null>(null);
  if (!data || (data.live === null && data.items.length === 0)) return null;
  const mine = contact.agent?.id === me.id && contact.state === "in_hand";
  return (
    <section className={`recordings${data.live ? " live" : ""}`} aria-label={t("label")}>
      {data.live !== null && (
        <p>
          <Icon name={data.live ? "record" : "pause"} />
          <span className="grow" role="status">{t(data.live ? "live" : "silent")}</span>
          {mine && <Button small isPending={act.isPending} onPress={() => act.mutate(data.live ? "pause" : "resume")}>{t(data.live ? "pause" : "go_on")}</Button>}
        </p>
      )}
      {data.items.length > 0 && data.live === null && (
        <ul>
          {data.items.map((one) => <Item key={one.id} contactId={contact.id} one={one} told={data} onErase={() => erase(one.id)} />)}
        </ul>
      )}
      <DialogBox title={t("erase_title")} role="alertdialog" isOpen={erasing !== null} onClose={() => erase(null)}>
        <p>{t("erase_lead")}</p>
        <footer>
          <Button look="quiet" onPress={() => erase(null)}>{t("cancel")}</Button>
          <Button look="danger" onPress={() => { act.mutate(`${erasing}/erase`); erase(null); }}>{t("erase")}</Button>
        </footer>
      </DialogBox>
    </section>
  );
}

function Item({ contactId, one, told, onErase }: { contactId: number; one: Recording; told: Told; onErase: () => void }) {
  const { t } = useTranslation("recordings");
  const now = useNow();
  const [open, setOpen] = useState(false);
  const title = t("of", { moment: moment(one.begun_ms, now), span: span(one.duration_ms ?? 0) });
  return (
    <li>
      <span className="grow">
        {one.state === "kept" ? <>{title} <span className="small two">{t(`purpose.${one.purpose}`)}, {t("until", { day: day(one.keep_until_ms, now) })}</span></> : <span className="two">{moment(one.begun_ms, now)} · {t(one.state)}</span>}
      </span>
      {one.state === "kept" && told.listens && !open && <Button small onPress={() => setOpen(true)}><Icon name="play" />{t("listen")}</Button>}
      {one.state === "kept" && told.erases && <Button small look="quiet" onPress={onErase}>{t("erase")}</Button>}
      {open && one.state === "kept" && (
        <div className="sound">
          {/* Speech has no captions of its own here: a transcript is another matter. */}
          <audio controls autoPlay src={recordingUrl(contactId, one.id)} aria-label={title} />
          <span className="small two">{t("noted")}</span>
        </div>
      )}
    </li>
  );
}
