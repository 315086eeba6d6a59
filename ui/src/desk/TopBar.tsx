import { Link } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import { connectionStore } from "../api/connection";
import type { Desk, Me } from "../api/types";
import { clock, initials } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { MEDIUM_ICON } from "../parts/mediumIcon";
import { PhoneMark } from "../phone/PhoneMark";
import type { Acts } from "./acts";
import type { Asked } from "./asked";
import { PresenceMenu } from "./PresenceMenu";
import "../together/together.css";

interface Props {
  me: Me; desk: Desk | undefined; presenceOpen: boolean; onPresence: (open: boolean) => void; acts: Acts; onAsk: (what: Asked) => void;
}

export function TopBar({ me, desk, presenceOpen, onPresence, acts, onAsk }: Props) {
  const { t } = useTranslation();
  const { t: beside } = useTranslation("together");
  const now = useNow();
  const live = useSyncExternalStore(connectionStore.subscribe, () => connectionStore.get().state === "live");
  return (
    <header className="bar">
      {desk && <PresenceMenu desk={desk} isOpen={presenceOpen} onOpen={onPresence} acts={acts} />}
      {desk && (
        <ul className="cap" aria-label={t("capacity.label")}>
          {desk.capacity.filter((one) => one.limit > 0 || one.in_hand > 0).map((one) => (
            <li key={one.medium} className={one.in_hand >= one.limit + ((one.extra_until_ms ?? 0) > now ? one.extra ?? 0 : 0) ? "full" : ""}>
              <Icon name={MEDIUM_ICON[one.medium]} />{t(`media.${one.medium}`)} <b>{one.in_hand}/{one.limit}</b>{(one.extra ?? 0) > 0 && (one.extra_until_ms ?? 0) > now && <span className="extra">{beside("lifted", { extra: one.extra, clock: clock(one.extra_until_ms ?? now) })}</span>}
            </li>
          ))}
        </ul>
      )}
      <span className="grow" />
      <button type="button" className="find" onClick={() => onAsk("search")} aria-keyshortcuts="Control+K">
        <Icon name="magnifying-glass" /><span className="vh">{t("search.title")}</span><span className="says">{t("search.hint")}</span><kbd>Ctrl K</kbd>
      </button>
      <PhoneMark />
      <span className={`live${live ? "" : " off"}`}>{live ? t("desk.live") : t("desk.not_live")}</span>
      <time className="two lang">{clock(now)}</time>
      <Button look="quiet" iconOnly className="helpb" aria-label={t("help.title")} onPress={() => onAsk("help")}><Icon name="keyboard" /></Button>
      <Link to="/account" className="me"><span aria-hidden="true">{initials(me.name)}</span><span className="vh">{me.name}</span></Link>
    </header>
  );
}
