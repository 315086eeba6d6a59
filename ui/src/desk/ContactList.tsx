import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import type { Desk } from "../api/types";
import { percent } from "../i18n/format";
import { Skeleton } from "../parts/Skeleton";
import type { Acts } from "./acts";
import { ContactRow } from "./ContactRow";
import { OfferCard } from "./OfferCard";
import { byDue } from "./order";
import { Resting } from "./Resting";
import { SleepingRow } from "./SleepingRow";
import { useStill } from "./useStill";
import { WrapUp } from "./WrapUp";
import { customerName } from "./customerName";
import { BesideRow } from "../together/BesideRow";
import { TakeNext } from "../together/TakeNext";
import { InvitationCard } from "../together/InvitationCard";

interface Props { desk: Desk | undefined; openId: number | null; acts: Acts }

/** Offers, what is in hand by what is due first, what sleeps, and what waits in the queues. */
export function ContactList({ desk, openId, acts }: Props) {
  const { t } = useTranslation();
  const place = useRef<HTMLUListElement>(null);
  const now = useNow();
  const rows = useStill([...(desk?.in_hand ?? [])].sort(byDue), place);
  const offer = desk?.offers[0];
  const { t: besides } = useTranslation("together");
  const invitations = desk?.invitations ?? [], beside = desk?.beside ?? [];
  const invited = invitations[0];
  const wrapping = desk?.wrapping ?? [], promised = desk?.promised ?? [];
  return (
    <section className="list" aria-label={t("list.label")}>
      <div className="vh" role="alert" aria-live="assertive">
        {offer ? t("offer.said", { name: customerName(offer.customer), subject: offer.subject, medium: t(`media_one.${offer.medium}`) }) : ""}
        {invited ? besides("invitation.said", { by: invited.mine.by.name, name: customerName(invited.customer) }) : ""}
      </div>
      {!desk && <Skeleton lines={8} />}
      {desk?.offers.map((one, at) => <OfferCard key={one.id} offer={one} acts={acts} isFirst={at === 0} />)}
      {desk && <Resting desk={desk} acts={acts} now={now} />}
      {invitations.map((one) => <InvitationCard key={one.id} row={one} />)}
      {desk && (
        <>
          <div className="sec"><h2>{t("list.in_hand")}</h2><span>{rows.length > 1 ? t("list.in_hand_count", { count: rows.length }) : rows.length}</span></div>
          {rows.length === 0
            ? <p className="pad two small">{desk.presence.state === "ready" ? t("list.nothing_next") : t("list.nothing_away")}</p>
            : <ul ref={place}>{rows.map((row) => <ContactRow key={row.id} row={row} now={now} isOpen={row.id === openId} />)}</ul>}
          {rows.some((row) => row.due_ms !== null) && <div className="scale" aria-hidden="true"><span>{t("gauge.line")}</span></div>}
          {beside.length > 0 && (
            <>
              <div className="sec"><h2>{besides("beside.title")}</h2><span>{beside.length}</span></div>
              <ul>{beside.map((row) => <BesideRow key={row.id} row={row} isOpen={row.id === openId} />)}</ul>
            </>
          )}
          {wrapping.length > 0 && (
            <>
              <div className="sec"><h2>{t("wrap.title")}</h2><span>{wrapping.length}</span></div>
              <ul>{wrapping.map((row) => <WrapUp key={row.id} row={row} now={now} acts={acts} />)}</ul>
            </>
          )}
          {promised.length > 0 && (
            <>
              <div className="sec"><h2>{t("list.promised")}</h2><span>{promised.length}</span></div>
              <ul>{promised.map((row) => <SleepingRow key={row.id} row={row} now={now} isOpen={row.id === openId} />)}</ul>
            </>
          )}
          {desk.sleeping.length > 0 && (
            <>
              <div className="sec"><h2>{t("list.sleeping")}</h2><span>{desk.sleeping.length}</span></div>
              <ul>{desk.sleeping.map((row) => <SleepingRow key={row.id} row={row} now={now} isOpen={row.id === openId} />)}</ul>
            </>
          )}
          <div className="foot"><p className="grow">
            {desk.queues.waiting === 0 ? t("list.queues_empty")
              : <>{t("list.queues")} <b className="ink">{t("list.queues_waiting", { count: desk.queues.waiting })}</b>{desk.queues.most_urgent_share !== null && t("list.queues_urgent", { share: percent(desk.queues.most_urgent_share) })}</>}
          </p>{desk.queues.waiting > 0 && <TakeNext />}</div>
        </>
      )}
    </section>
  );
}
