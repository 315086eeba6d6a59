import { useTranslation } from "react-i18next";
import type { Me } from "../api/types";
import { clock } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { Attachments } from "./Attachments";
import { keepDraft } from "./drafts";
import { deliver, forget, type Outgoing } from "./outbox";

/** A message on its way: shown before the server has it, with what can be done if it refuses. */
export function OutgoingView({ item, me }: { item: Outgoing; me: Me }) {
  const { t } = useTranslation();
  const takeBack = (): void => {
    keepDraft(item.contact_id, item.text, item.kind);
    forget(item.key);
    window.dispatchEvent(new CustomEvent("affluent:draft", { detail: item.contact_id }));
  };
  return (
    <article className={`msg ${item.kind === "note" ? "note" : "out"} going${item.state === "failed" ? " troubled" : ""}`}>
      <div className="from">
        {item.kind === "note" && <Icon name="note-pencil" />}
        <b>{item.kind === "note" ? t("msg.note_of", { name: me.name }) : me.name}</b><time>{clock(item.at_ms)}</time>
        {item.state !== "failed" && <span className="tag"><Icon name="clock" />{t(item.state === "sending" ? "delivery.sending" : "delivery.waiting")}</span>}
      </div>
      <div className="text">{item.text}</div>
      <Attachments files={item.files} />
      {item.state === "failed" && (
        <div className="failed" role="alert">
          <p><b>{t("delivery.refused")}.</b> {item.error} {t("delivery.kept")}</p>
          <div className="row wrap"><Button small onPress={() => void deliver(item.key)}><Icon name="arrow-clockwise" />{t("delivery.retry")}</Button><Button small onPress={takeBack}>{t("delivery.take_back")}</Button></div>
        </div>
      )}
    </article>
  );
}
