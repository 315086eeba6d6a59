import { useImperativeHandle, useEffect, useRef, useState, type ClipboardEvent, type DragEvent, type KeyboardEvent, type Ref } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { serverNow } from "../api/clock";
import { useTyping } from "../api/typing";
import type { Conversation, DraftKind, Macro, Me, Message } from "../api/types";
import { number } from "../i18n/format";
import { Mentions } from "../gather/Mentions";
import { asks, TemplateDialog, type Template } from "../gather/TemplateDialog";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { dropDraft, draftOf, isUntold, keepDraft } from "./drafts";
import { FileTray } from "./FileTray";
import { Key } from "./Key";
import { MacroMenu } from "./MacroMenu";
import { lastSeen, since } from "./meanwhile";
import { MeanwhileDialog } from "./MeanwhileDialog";
import { send } from "./outbox";
import { SpellingNote } from "./SpellingNote";
import { useFiles } from "./useFiles";
import { customerName } from "./customerName";

export interface ComposerHandle { focus: (kind: DraftKind) => void; macros: () => void }
interface Props { conversation: Conversation; me: Me; ref: Ref<ComposerHandle> }

/** The customer is told that someone writes at most this often. */
const TYPING_MS = 3000;

/** A model's words with the names of this contact in their places. */
export function filled(macro: Macro, { customer, contact }: Conversation, me: Me): string {
  const names: Record<string, string> = { "customer.name": customer.name, "agent.name": me.name, "brand.name": contact.brand.name };
  return macro.body.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, key: string) => names[key] ?? whole);
}

/** Who else is at this contact, said where one is about to send. */
function Others({ conversation, me }: { conversation: Conversation; me: Me }) {
  const { t } = useTranslation();
  const typing = useTyping(conversation.contact.id);
  const readers = conversation.viewers.filter((one) => one.id !== me.id).map((one) => one.name);
  const writer = typing && typing !== "customer" && typing.id !== me.id ? typing.name : null;
  const words = writer ? t("compose.also_writes", { name: writer }) : readers.length > 0 ? t("compose.also_reads", { names: readers.join(", ") }) : "";
  return <span className="small others" role="status">{words && <><Icon name={writer ? "pencil-simple" : "eye"} />{words}</>}</span>;
}

export function Composer({ conversation, me, ref }: Props) {
  const { t } = useTranslation();
  const { contact, customer } = conversation;
  const first = useRef(draftOf(contact.id, conversation.draft));
  const [chosen, setKind] = useState<DraftKind>(first.current.kind);
  const kind: DraftKind = contact.can.reply ? chosen : "note";
  const [text, setText] = useState(first.current.text);
  const [macrosOpen, setMacrosOpen] = useState(false);
  const [over, setOver] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const typed = useRef(0);
  // What the writer had before their eyes when they began; a draft brought back was begun before what is new now.
  const seen = useRef(lastSeen(conversation));
  const [asked, ask] = useState<readonly Message[]>([]);
  const files = useFiles();
  const isReply = kind === "reply";

  const focus = (next: DraftKind): void => {
    if (next === "reply" && !contact.can.reply) return;
    setKind(next);
    // At once: what is typed next must land in the field.
    field.current?.focus();
  };
  useImperativeHandle(ref, () => ({ focus, macros: () => setMacrosOpen(true) }));
  useEffect(() => {
    const back = (event: Event): void => {
      if ((event as CustomEvent<number>).detail !== contact.id) return;
      const draft = draftOf(contact.id, null);
      setText(draft.text);
      setKind(draft.kind);
      field.current?.focus();
    };
    window.addEventListener("affluent:draft", back);
    return () => window.removeEventListener("affluent:draft", back);
  }, [contact.id]);

  // Another device of the same person wrote on: taken over, unless this one has keystrokes of its own.
  useEffect(() => {
    if (isUntold(contact.id) || document.activeElement === field.current) return;
    const draft = draftOf(contact.id, conversation.draft);
    setText(draft.text);
    if (draft.text) setKind(draft.kind);
  }, [contact.id, conversation.draft]);

  const write = (next: string, as: DraftKind = kind): void => {
    if (!text) seen.current = lastSeen(conversation);
    setText(next);
    keepDraft(contact.id, next, as);
    if (as === "reply" && next && Date.now() - typed.current > TYPING_MS) {
      typed.current = Date.now();
      api.post(`/contacts/${contact.id}/typing`).catch(() => undefined);
    }
  };
  const [template, setTemplate] = useState<Template | null>(null);
  const insert = (macro: Template, words?: string): void => {
    if (words === undefined && asks(macro)) return setTemplate(macro);
    const place = field.current;
    const at = place && document.activeElement === place ? place.selectionStart : text.length;
    const glue = text && at === text.length && !text.endsWith("\n") ? "\n\n" : "";
    write(text.slice(0, at) + glue + (words ?? filled(macro, conversation, me)) + text.slice(at));
    requestAnimationFrame(() => place?.focus());
  };
  const ready = (text.trim().length > 0 || files.done.length > 0) && !files.busy;
  const go = (anyway = false): void => {
    if (!ready) return;
    const news = isReply && !anyway ? since(conversation, seen.current, me.id) : [];
    if (news.length > 0) return ask(news);
    ask([]);
    send({ contact_id: contact.id, request_id: contact.request_id, kind, text: text.trim(), files: files.done, at_ms: serverNow() });
    setText("");
    dropDraft(contact.id);
    files.clear();
    field.current?.focus();
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      go();
    }
  };
  const paste = (event: ClipboardEvent): void => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    files.add(event.clipboardData.files);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    files.add(event.dataTransfer.files);
  };
  const count = text.trim() ? text.trim().split(/\s+/).length : 0;
  const tab = (one: DraftKind) => (
    <button type="button" role="tab" id={`tab-${one}`} aria-controls="composer" aria-selected={kind === one} tabIndex={kind === one ? 0 : -1}
      onClick={() => focus(one)} onKeyDown={(event) => (event.key === "ArrowLeft" || event.key === "ArrowRight") && focus(one === "reply" ? "note" : "reply")}>
      {t(`compose.${one}`)} <Key act={one} />
    </button>
  );
  return (
    <footer className="comp">
      <div className="tabs">
        <div role="tablist" aria-label={t("compose.label")} style={{ display: "contents" }}>{contact.can.reply && tab("reply")}{tab("note")}</div>
        <span className="small three cut hint">{isReply ? (contact.channel ? t("compose.from", { channel: contact.channel.name }) : "") : t("compose.note_hint")}</span>
      </div>
      <div className={`box${isReply ? "" : " is-note"}${over ? " over" : ""}`} role="tabpanel" id="composer" aria-labelledby={`tab-${kind}`}
        onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <Mentions field={field} text={text} isNote={!isReply} brandId={contact.brand.id} onTake={(next, caret) => { write(next); requestAnimationFrame(() => field.current?.setSelectionRange(caret, caret)); }} />
        {template && <TemplateDialog macro={template} contactId={contact.id} onClose={() => setTemplate(null)} onInsert={(words) => { setTemplate(null); insert(template, words); }} />}
        <textarea ref={field} value={text} lang={isReply ? contact.language || customer.language || "fr" : me.locale} spellCheck rows={3} aria-label={t(`compose.${kind}`)}
          placeholder={t(isReply ? "compose.reply_hint" : "compose.note_hint", { name: customerName(customer) })} onChange={(event) => write(event.target.value)} onKeyDown={press} onPaste={paste} />
        <FileTray items={files.items} onRemove={files.remove} />
        <div className="tools">
          <MacroMenu isOpen={macrosOpen} onOpen={setMacrosOpen} language={contact.language} brandId={contact.brand.id} onPick={insert} preview={(macro) => filled(macro, conversation, me)} />
          <Button small look="quiet" onPress={() => picker.current?.click()}><Icon name="paperclip" />{t("compose.attach")}</Button>
          <input ref={picker} type="file" multiple hidden onChange={(event) => { if (event.target.files) files.add(event.target.files); event.target.value = ""; }} />
          <span className="grow" />
          <SpellingNote text={text} language={isReply ? contact.language || customer.language || "fr" : me.locale} names={[customer.name, me.name, contact.brand.name]} onReplace={(next) => write(next)} />
          {count > 0 && <span className="small two" style={{ paddingRight: 8 }}>{t("compose.words", { count, number: number(count) })}</span>}
        </div>
      </div>
      <div className="ends">
        <span className="small three grow cut">{text ? t("compose.kept") : ""}</span>
        <Others conversation={conversation} me={me} />
        <Button look="main" isDisabled={!ready} onPress={() => go()} aria-keyshortcuts="Control+Enter">{t(isReply ? "compose.send" : "compose.add_note")} <kbd>{t("compose.send_key")}</kbd></Button>
      </div>
      {asked.length > 0 && <MeanwhileDialog news={asked} onReread={() => { seen.current = lastSeen(conversation); ask([]); requestAnimationFrame(() => field.current?.focus()); }} onSend={() => go(true)} />}
    </footer>
  );
}
