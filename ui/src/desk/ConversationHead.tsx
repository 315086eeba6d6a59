import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import { CallStrip } from "../calls/CallStrip";
import { CallAgain } from "../outbound/CallAgain";
import { Recordings } from "../recordings/Recordings";
import type { Conversation, Me } from "../api/types";
import { TogetherMenu } from "../gather/TogetherMenu";
import { useTogether } from "../together/acts";
import { TogetherStrip } from "../together/TogetherStrip";
import { clock, dayKey, moment, momentTo, span, target } from "../i18n/format";
import { Button } from "../parts/Button";
import { Gauge } from "../parts/Gauge";
import { Icon } from "../parts/Icon";
import { Mark } from "../parts/Mark";
import { shareUsed, timeText } from "../parts/urgency";
import type { Acts } from "./acts";
import type { Asked } from "./asked";
import { Key } from "./Key";
import { motiveName } from "./names";
import { customerName } from "./customerName";

interface Props { conversation: Conversation; me: Me; acts: Acts; onAsk: (what: Asked) => void; onCard?: () => void }

export function ConversationHead({ conversation, me, acts, onAsk, onCard }: Props) {
  const { t } = useTranslation();
  const now = useNow();
  const navigate = useNavigate();
  const { contact, viewers, messages } = conversation;
  const { t: beside } = useTranslation("together");
  const { join } = useTogether(contact.id);
  const takesPart = contact.together?.some((one) => one.agent.id === me.id) ?? false;
  const target_ms = contact.target_ms ?? 0;
  const share = contact.state === "closed" ? null : shareUsed(contact, now);
  const inHandSince = messages.findLast((one) => one.direction === "event" && one.event && ["accepted", "taken"].includes(one.event.code))?.at_ms;
  const others = viewers.filter((one) => one.id !== me.id);
  const state = contact.state === "in_hand" && contact.agent?.id === me.id && inHandSince ? t("conv.in_hand_since", { span: span(now - inHandSince) })
    : contact.state === "in_hand" && contact.agent && contact.agent.id !== me.id ? t("conv.in_hand_of", { name: contact.agent.name })
    : contact.state === "sleeping" && contact.wakes?.at_ms ? t("list.wakes_at", { moment: moment(contact.wakes.at_ms, now) })
    : contact.state === "closed" && contact.outcome ? `${t("state.closed")} · ${t(`outcome.${contact.outcome}`)}` : t(`state.${contact.state}`);
  return (
    <header className="head">
      <div className="row title">
        <Button look="quiet" iconOnly className="only-phone" aria-label={t("conv.back")} onPress={() => void navigate({ to: "/desk" })}><Icon name="arrow-left" /></Button>
        <h2 className="grow cut" title={contact.subject}>{contact.subject || customerName(conversation.customer)}</h2>
        {others.length > 0 && <span className="tag viewers"><Icon name="eye" /><span className="says">{t("conv.viewers", { names: others.map((one) => one.name).join(", ") })}</span></span>}
        {onCard && <Button look="quiet" iconOnly className="card-open" aria-label={t("card.label")} onPress={onCard}><Icon name="identification-card" /></Button>}
      </div>
      <div className="row facts-line">
        <div className="small two grow meta">
          <span className="tag"><Mark state={contact.state} />{state}</span>
          <span>{[contact.brand.name, t("conv.number", { id: contact.request_id }), contact.motive && motiveName(contact.motive)].filter(Boolean).join(" · ")}</span>
        </div>
        <div className="row acts-line">
          {contact.can.sleep && <Button small look="quiet" className="wide-only sleepy" onPress={() => onAsk("sleep")}>{t("sleep.act")} <Key act="sleep" /></Button>}
          {contact.can.join && !takesPart && <Button small look="quiet" isPending={join.isPending} onPress={() => join.mutate(false)}>{beside("join")}</Button>}
          {contact.can.invite && <Button small look="quiet" className="wide-only" onPress={() => onAsk("invite")}>{beside("ask")} <Key act="invite" /></Button>}
          {contact.can.transfer && <Button small look="quiet" className="wide-only" onPress={() => onAsk("transfer")}>{t("transfer.act")} <Key act="transfer" /></Button>}
          {contact.can.close && <Button small className="wide-only" onPress={() => onAsk("close")}>{t("closing.act")} <Key act="close" /></Button>}
          {(contact.can.wake ?? contact.state === "sleeping") && <Button small onPress={() => acts.wake.mutate(contact.id)} isPending={acts.wake.isPending}>{t("sleep.wake")}</Button>}
          {(contact.can.take ?? contact.state === "waiting") && <Button small look="main" onPress={() => acts.take.mutate(contact.id)} isPending={acts.take.isPending}>{t("search.take")}</Button>}
          {contact.can.accept && <Button small look="main" onPress={() => acts.accept.mutate(contact.id)} isPending={acts.accept.isPending}>{t(`take.${contact.medium}`)} <kbd>F2</kbd></Button>}
          <TogetherMenu conversation={conversation} onAsk={onAsk} />
        </div>
      </div>
      {contact.medium === "voice" && <CallStrip conversation={conversation} me={me} />}
      {contact.medium === "voice" && <Recordings conversation={conversation} me={me} />}
      {contact.medium === "voice" && <CallAgain conversation={conversation} me={me} />}
      <TogetherStrip conversation={conversation} me={me} />
      {share !== null && contact.due_ms !== null && (
        <div className="due">
          <Gauge share={share} />
          <span className="small two">{share <= 1
            ? <>{t(dayKey(contact.due_ms) === dayKey(now) ? "conv.promised" : "conv.promised_on")} <b className="ink">{dayKey(contact.due_ms) === dayKey(now) ? clock(contact.due_ms, target_ms < 300_000) : momentTo(contact.due_ms, now)}</b> · {t("conv.left", { left: timeText(contact, now), target: target(target_ms) })}</>
            : <b className="left late">{t("conv.late", { span: span(now - contact.due_ms), target: target(target_ms) })}</b>}</span>
        </div>
      )}
    </header>
  );
}
