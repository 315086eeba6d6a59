import { Button as Pressable, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import { declineReasonsQuery } from "../api/queries";
import type { Offer } from "../api/types";
import { span, target } from "../i18n/format";
import { Button } from "../parts/Button";
import { Gauge } from "../parts/Gauge";
import { Icon } from "../parts/Icon";
import { MEDIUM_ICON } from "../parts/mediumIcon";
import { shareUsed, timeText, urgencyOf } from "../parts/urgency";
import type { Acts } from "./acts";
import { WhyLine } from "./WhyLine";
import { customerName } from "./customerName";

/** An offer with all that decides it; those after the first are short, and only the first answers to the keys. */
export function OfferCard({ offer, acts, isFirst }: { offer: Offer; acts: Acts; isFirst: boolean }) {
  const { t } = useTranslation();
  const now = useNow();
  const { data: reasons = [] } = useQuery(declineReasonsQuery);
  const share = shareUsed(offer, now) ?? 0;
  const target_ms = offer.target_ms ?? 0;
  const used_ms = now - ((offer.due_ms ?? now) - target_ms);
  const left_ms = Math.max(0, offer.expires_ms - now);
  const time = share > 1 ? timeText(offer, now) : t("offer.used", { used: span(used_ms), target: target(target_ms) });
  return (
    <article className={`offer${isFirst ? "" : " short"}`} aria-label={t("offer.label", { medium: t(`media_one.${offer.medium}`), name: customerName(offer.customer) })}>
      <div className="top">
        <span className="ring"><Icon name={MEDIUM_ICON[offer.medium]} /></span>
        <div className="grow">
          <div className="row"><h2 className="cut grow">{customerName(offer.customer)}</h2>{offer.due_ms !== null && <span className={`left ${urgencyOf(share)}`}>{time}</span>}</div>
          <div className="small two cut">{offer.subject || offer.preview} · {offer.brand.name}</div>
        </div>
      </div>
      {isFirst && offer.due_ms !== null && <Gauge share={share} />}
      {isFirst && <WhyLine offer={offer} now={now} />}
      <div className="acts">
        <Button look="main" isPending={acts.accept.isPending} onPress={() => acts.accept.mutate(offer.id)} {...(isFirst ? { "aria-keyshortcuts": "F2" } : {})}>
          <Icon name={MEDIUM_ICON[offer.medium]} />{t(`take.${offer.medium}`)} {isFirst && <kbd>F2</kbd>}
        </Button>
        <MenuTrigger>
          <Pressable className="btn" aria-label={t("offer.decline_why")}>{t("offer.decline")}</Pressable>
          <Popover className="pop" placement="bottom end">
            <Menu className="menu" aria-label={t("offer.decline_why")} onAction={(reason) => acts.decline.mutate({ id: offer.id, reason: String(reason) })}>
              {reasons.map((reason) => <MenuItem key={reason.code} id={reason.code} className="item">{reason.name}</MenuItem>)}
              {reasons.length === 0 && <MenuItem id="" className="item">{t("offer.decline_plainly")}</MenuItem>}
            </Menu>
          </Popover>
        </MenuTrigger>
      </div>
      <p className="small three moves">{left_ms > 0 ? t("offer.moves_on", { span: span(left_ms) }) : t("offer.moving")}</p>
    </article>
  );
}
