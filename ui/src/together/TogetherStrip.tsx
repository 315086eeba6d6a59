import { Button as Pressable, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import type { Conversation, Me, Taking } from "../api/types";
import { span } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import "../parts/menu.css";
import { isOpenTo } from "../shell/rights";
import { useTogether } from "./acts";
import "./together.css";

/** Who takes part in the contact beside its agent, who is asked to, and what each may do about it. */
export function TogetherStrip({ conversation, me }: { conversation: Conversation; me: Me }) {
  const { t } = useTranslation("together");
  const { contact } = conversation;
  const found = contact.together ?? [];
  const mine = contact.agent?.id === me.id;
  if (found.length === 0) return null;
  return (
    <ul className="together" aria-label={t("label")}>
      {found.map((one) => one.agent.id === me.id
        ? <Own key={one.agent.id} own={one} conversation={conversation} me={me} />
        : <Other key={one.agent.id} one={one} contactId={contact.id} mine={mine} />)}
    </ul>
  );
}

function usePartWords(one: Taking): string {
  const { t } = useTranslation("together");
  const now = useNow();
  if (one.joined_ms !== null) return t(`part.${one.part}`);
  const left_ms = (one.expires_ms ?? now) - now;
  return left_ms > 0 ? t("waits", { span: span(left_ms) }) : t("waits_over");
}

function Other({ one, contactId, mine }: { one: Taking; contactId: number; mine: boolean }) {
  const { t } = useTranslation("together");
  const acts = useTogether(contactId);
  const words = usePartWords(one);
  const { id, name } = one.agent;
  const act = (key: string): void => {
    if (key === "withdraw" || key === "thank") acts.dismiss.mutate(id);
    else if (key === "hand_over") acts.handOver.mutate({ id, name });
    else acts.part.mutate({ id, conference: key === "may_answer" });
  };
  const joined = one.joined_ms !== null;
  return (
    <li>
      <Icon name="users-three" /><span className="grow cut"><b>{name}</b> <span className="small two">{words}</span></span>
      {mine && !joined && <Button small look="quiet" isPending={acts.dismiss.isPending} onPress={() => act("withdraw")}>{t("withdraw")}</Button>}
      {mine && joined && one.part !== "supervision" && (
        <>
          <Button small isPending={acts.handOver.isPending} onPress={() => act("hand_over")}>{t("hand_over")}</Button>
          <MenuTrigger>
            <Pressable className="btn quiet sm icon" aria-label={t("menu", { name })}><Icon name="dots-three-vertical" /></Pressable>
            <Popover className="pop" placement="bottom end">
              <Menu className="menu" aria-label={t("menu", { name })} onAction={(key) => act(String(key))}>
                {one.part === "consult" ? <MenuItem id="may_answer" className="item">{t("may_answer")}</MenuItem> : <MenuItem id="only_consult" className="item">{t("only_consult")}</MenuItem>}
                <MenuItem id="thank" className="item">{t("thank")}</MenuItem>
              </Menu>
            </Popover>
          </MenuTrigger>
        </>
      )}
    </li>
  );
}

function Own({ own, conversation, me }: { own: Taking; conversation: Conversation; me: Me }) {
  const { t } = useTranslation("together");
  const acts = useTogether(conversation.contact.id);
  const of = conversation.contact.agent?.name ?? "";
  if (own.joined_ms === null) {
    return (
      <li>
        <Icon name="users-three" /><span className="grow cut">{t("invitation.head", { by: own.by.name })}</span>
        <Button small look="quiet" isPending={acts.decline.isPending} onPress={() => acts.decline.mutate()}>{t("invitation.decline")}</Button>
        <Button small look="main" isPending={acts.accept.isPending} onPress={() => acts.accept.mutate()}>{t("invitation.accept")}</Button>
      </li>
    );
  }
  const supervises = isOpenTo(me.role, "board") && me.role !== "agent";
  const leads = own.part === "supervision" || (supervises && own.by.id === me.id);
  return (
    <li className="own">
      <Icon name="users-three" /><span className="grow">{t(`you.${own.part}`, { name: of })}</span>
      {leads && <Button small look="quiet" isPending={acts.join.isPending} onPress={() => acts.join.mutate(own.part === "supervision")}>{own.part === "supervision" ? t("step_in") : t("listen")}</Button>}
      {leads && <Button small look="quiet" isPending={acts.takeOver.isPending} onPress={() => acts.takeOver.mutate()}>{t("take_over")}</Button>}
      <Button small isPending={acts.leave.isPending} onPress={() => acts.leave.mutate(me.id)}>{t("leave")}</Button>
    </li>
  );
}
