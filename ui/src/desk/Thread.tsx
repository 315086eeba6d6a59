import { Fragment, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import { useTyping } from "../api/typing";
import type { Conversation, Me, Message } from "../api/types";
import { day, dayKey } from "../i18n/format";
import { EventRun } from "./EventRun";
import { MessageView } from "./MessageView";
import { OutgoingView } from "./OutgoingView";
import { useOutbox } from "./outbox";
import { customerName } from "./customerName";

const apart = (a: Message | undefined, b: Message): boolean => !a || a.medium !== b.medium || dayKey(a.at_ms) !== dayKey(b.at_ms);
/** The events that follow one another from here on; none when an earlier one has them already. */
function runAt(messages: readonly Message[], at: number): readonly Message[] {
  const isEvent = (i: number): boolean => messages[i]?.direction === "event" && (i === at || !apart(messages[i - 1], messages[i] as Message));
  if (at > 0 && messages[at - 1]?.direction === "event" && !apart(messages[at - 1], messages[at] as Message)) return [];
  let end = at + 1;
  while (isEvent(end)) end += 1;
  return messages.slice(at, end);
}
/** Nearer than this to the end, the reader is following. */
const NEAR_PX = 120;

/** The request's messages, over its channels; a line for each change of day or channel. */
export function Thread({ conversation, me }: { conversation: Conversation; me: Me }) {
  const { t } = useTranslation();
  const now = useNow();
  const place = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const { contact, messages } = conversation;
  const typing = useTyping(contact.id);
  const outgoing = useOutbox().filter((one) => one.contact_id === contact.id
    // The stream may bring the message before the answer to its sending does.
    && !messages.some((message) => message.author.id === me.id && message.author.kind === "agent" && message.text === one.text && message.at_ms >= one.at_ms - 2000));
  const typist = typing === "customer" ? customerName(conversation.customer) : typing && typing.id !== me.id ? typing.name : null;

  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const toEnd = (): void => { if (follows.current) box.scrollTop = box.scrollHeight; };
    toEnd();
    const watcher = new ResizeObserver(toEnd);
    watcher.observe(box);
    for (const child of box.children) watcher.observe(child);
    return () => watcher.disconnect();
  }, [messages.length, outgoing.length, typist]);

  return (
    <div className="thread" ref={place} tabIndex={0} role="log" aria-label={t("conv.thread")}
      onScroll={({ currentTarget: box }) => { follows.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX; }}>
      <div className={`messages${contact.medium === "chat" ? " talk" : ""}`}>
        {messages.length === 0 && <p className="two">{t("conv.empty")}</p>}
        {messages.map((message, i) => (
          <Fragment key={message.id}>
            {apart(messages[i - 1], message) && <div className="day"><span>{t("conv.day", { day: day(message.at_ms, now), by: t(`by.${message.medium}`) })}</span></div>}
            {message.direction === "event" ? <EventRun events={runAt(messages, i)} me={me} />
              : <MessageView message={message} contact={contact} isPast={message.contact_id !== contact.id} />}
          </Fragment>
        ))}
        {outgoing.map((one) => <OutgoingView key={one.key} item={one} me={me} />)}
        <p className="typing" aria-live="polite">{typist ? t("conv.typing", { name: typist }) : ""}</p>
      </div>
    </div>
  );
}
