import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, fileUrl } from "../api/client";
import { receiveMessage } from "../api/receive";
import type { Message, OpenContact } from "../api/types";
import { clock } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { toast } from "../parts/toasts";
import { useTrouble } from "../parts/Trouble";
import { Attachments } from "./Attachments";
import { DeliveryMark } from "./DeliveryMark";
import { MailHtml, shownIn } from "./MailHtml";
import { customerName } from "./customerName";
import { defectName } from "./names";
import { Verdict } from "./Verdict";

interface Props { message: Message; contact: OpenContact; isPast: boolean }

export function MessageView({ message, contact, isPast }: Props) {
  const { t } = useTranslation();
  const words = useTrouble();
  const plain = message.new_text || (message.quoted ? "" : message.text);
  // A mark never starts a line, however its space was typed.
  const tied = (words: string): string => words.replace(/ ([?!;:»])/g, "\u00a0$1");
  const [quoteOpen, setQuoteOpen] = useState(false);
  const [asSent, setAsSent] = useState(!plain.trim() && message.html !== null);
  const [busy, setBusy] = useState(false);
  const { direction, delivery, mail } = message;
  const troubled = direction === "out" && (delivery === "failed" || delivery === "unconfirmed");
  const lines = message.quoted?.split("\n").length ?? 0;
  const retry = async (): Promise<void> => {
    setBusy(true);
    try {
      receiveMessage(contact.request_id, await api.post<Message>(`/contacts/${message.contact_id}/messages/${message.id}/retry`));
    } catch (error) {
      toast(words(error), { tone: "wrong" });
    } finally {
      setBusy(false);
    }
  };
  return (
    <article className={`msg ${direction}${isPast ? " past" : ""}${troubled ? " troubled" : ""}`}>
      <div className="from">
        {direction === "note" && <Icon name="note-pencil" />}
        <b>{direction === "note" ? t("msg.note_of", { name: message.author.name }) : message.author.name || (direction === "in" ? customerName(contact.customer) : t("msg.nameless"))}</b>
        {message.author.kind === "bot" && <span className="tag box">{t("msg.bot")}</span>}
        <time dateTime={new Date(message.at_ms).toISOString()}>{clock(message.at_ms)}</time>
        {mail && direction === "in" && <span className="cut">{mail.from}</span>}
        {mail && direction === "in" && <Verdict mail={mail} />}
        {direction === "out" && delivery && !troubled && <DeliveryMark delivery={delivery} />}
      </div>
      {asSent && message.html !== null ? <MailHtml html={message.html} hasRemoteImages={message.has_remote_images} />
        : <div className="text" lang={direction === "in" ? (contact.language ?? undefined) : undefined}>{tied(plain)}</div>}
      {quoteOpen && message.quoted && <blockquote className="text">{message.quoted}</blockquote>}
      <div className="atts">
        <Attachments files={asSent ? message.attachments.filter((file) => !shownIn(message.html, file)) : message.attachments} />
        {(lines > 0 || message.html || mail?.raw_file_id) && (
          <div className="att">
            {lines > 0 && !asSent && <button type="button" aria-expanded={quoteOpen} onClick={() => setQuoteOpen(!quoteOpen)}><Icon name={quoteOpen ? "caret-down" : "caret-right"} />{t("msg.quoted", { count: lines })}</button>}
            {message.html !== null && plain.trim() !== "" && <button type="button" aria-pressed={asSent} onClick={() => setAsSent(!asSent)}><Icon name="text-aa" />{asSent ? t("msg.as_text") : t("msg.as_sent")}</button>}
            {mail?.raw_file_id && <a href={fileUrl(mail.raw_file_id)} download><Icon name="code" />{t("msg.raw")}</a>}
        </div>
      )}
      </div>
      {mail?.defects && mail.defects.length > 0 && <p className="defects small"><Icon name="warning" />{t("msg.defects", { defects: [...new Set(mail.defects.map(defectName))].join(", ") })}</p>}
      {troubled && (
        <div className="failed" role="group" aria-label={t(`delivery.${delivery}`)}>
          <p><b>{t(`delivery.${delivery}`)}.</b> {message.error ?? (delivery === "unconfirmed" ? t("delivery.unconfirmed_lead") : "")} {t("delivery.kept")}</p>
          <Button small onPress={() => void retry()} isPending={busy}><Icon name="arrow-clockwise" />{t("delivery.retry")}</Button>
        </div>
      )}
    </article>
  );
}
