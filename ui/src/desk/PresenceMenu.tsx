import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import type { Desk } from "../api/types";
import { span } from "../i18n/format";
import { Mark } from "../parts/Mark";
import "../parts/menu.css";
import type { Acts } from "./acts";
import { Key } from "./Key";

const KNOWN = ["break", "lunch", "meeting", "training", "missed", "no_phone", "other"] as const;
type Known = (typeof KNOWN)[number];
const isKnown = (reason: string | null): reason is Known => KNOWN.includes(reason as Known);

interface Props { desk: Desk; isOpen: boolean; onOpen: (open: boolean) => void; acts: Acts }

export function PresenceMenu({ desk, isOpen, onOpen, acts }: Props) {
  const { t } = useTranslation();
  const now = useNow();
  const { state, reason, since_ms } = desk.presence;
  const name = (key: string): string => (isKnown(key) ? t(`reason.${key}`) : key);
  const inContact = state === "ready" && desk.in_hand.length > 0;
  const wraps = state === "ready" && !inContact && (desk.wrapping ?? []).length > 0;
  const word = wraps ? t("wrap.title") : state === "away" && reason ? name(reason) : t(`presence.${state}`);
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={onOpen}>
      <Button className="status">
        <Mark state={inContact || wraps ? "contact" : state} /><span className="vh">{t("presence.label")}</span>{word}{" "}
        <span className="three since">{span(now - since_ms)}</span> <Key act="presence" />
      </Button>
      <Popover className="pop" placement="bottom start">
        <Menu className="menu" autoFocus="first" aria-label={t("presence.label")} onAction={(key) => {
          const [next, why] = String(key).split(":");
          acts.presence.mutate(next === "away" ? { state: "away", reason: why ?? "other" } : { state: next as "ready" | "offline" });
        }}>
          <MenuItem id="ready" className="item" textValue={t("presence.ready")}><Mark state="ready" />{t("presence.ready")}</MenuItem>
          <Separator className="sep" />
          <MenuSection>
            <Header className="head">{t("presence.away")}</Header>
            {desk.reasons.map((key) => <MenuItem key={key} id={`away:${key}`} className="item" textValue={name(key)}><Mark state="away" />{name(key)}</MenuItem>)}
          </MenuSection>
          <Separator className="sep" />
          <MenuItem id="offline" className="item" textValue={t("presence.offline")}><Mark state="offline" />{t("presence.offline")}</MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
