import { useTranslation } from "react-i18next";
import type { Message } from "../api/types";
import { clock } from "../i18n/format";
import { Button } from "../parts/Button";
import { DialogBox } from "../parts/DialogBox";

interface Props { news: readonly Message[]; onReread: () => void; onSend: () => void }

/** Somebody wrote while the agent did: asked before two people answer, or an answer misses the question. */
export function MeanwhileDialog({ news, onReread, onSend }: Props) {
  const { t } = useTranslation();
  return (
    <DialogBox title={t("compose.meanwhile")} isOpen onClose={onReread} role="alertdialog">
      <ul className="stack">
        {news.map((one) => (
          <li key={one.id}>
            <p className="small two">{t(`compose.meanwhile_${one.direction as "in" | "out" | "note"}`, { name: one.author.name || t("msg.nameless") })} {clock(one.at_ms)}</p>
            <blockquote className="text">{(one.new_text || one.text).slice(0, 400)}</blockquote>
          </li>
        ))}
      </ul>
      <p>{t("compose.meanwhile_ask")}</p>
      <div className="ends"><Button onPress={onSend}>{t("compose.send_anyway")}</Button><Button look="main" autoFocus onPress={onReread}>{t("compose.reread")}</Button></div>
    </DialogBox>
  );
}
