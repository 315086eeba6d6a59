import { useState } from "react";
import { Button as Pressable, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import type { Conversation, Me } from "../api/types";
import { span } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { answerCall, lineOf, mute, useDeskPhone } from "../phone/desk";
import type { Line } from "../phone/phone";
import { useCall, type Call, type CallAct } from "./call";
import { CallExtras } from "./CallExtras";
import "./calls.css";
import { readable } from "./numbers";
import { QualityMark } from "./QualityMark";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] as const;

/** The call of a contact that came by telephone: how it stands, and what its agent does with it. */
export function CallStrip({ conversation, me }: { conversation: Conversation; me: Me }) {
  const { t } = useTranslation("calls");
  const { contact } = conversation;
  const now = useNow();
  const phone = useDeskPhone();
  const { call, act } = useCall(contact);
  const line = lineOf(phone, contact.id);
  if (!call) return null;
  const up = call.ended_ms === null;
  const mine = contact.agent?.id === me.id && contact.state === "in_hand";
  const talks = call.answered_ms !== null;
  const part = contact.together?.find((one) => one.agent.id === me.id)?.part;
  const beside = part !== undefined;
  const said = !up ? (talks ? t("line.over", { span: span((call.ended_ms ?? 0) - (call.answered_ms ?? 0)) }) : t("line.over_missed"))
    : call.held ? t("line.held")
    : talks ? t("line.up", { span: span(now - (call.answered_ms ?? now)) })
    : mine || line ? t("line.rings") : t("line.waits", { span: span(now - call.started_ms) });
  return (
    <section className={`call-strip${up ? " up" : ""}${call.held ? " held" : ""}${line && !line.up ? " rings" : ""}`} aria-label={t("label")}>
      <Icon name="phone" />
      <p className="grow cut"><b>{readable(call.from_number) || t(call.from_number === "" && call.to_number === "" ? "from_page" : "withheld")}</b> <span className="small two" role="status">{said}{line?.cut ? ` ${t("cut")}` : ""}</span>{!up && mine && <span className="small three after"> {t("after")}</span>}</p>
      {up && line && !line.up && <Button small look="main" onPress={() => void answerCall(contact.id)}><Icon name="phone" />{t("answer")}{contact.can.accept && <> <kbd>F2</kbd></>}</Button>}
      {up && line?.up && <Voice line={line} />}
      {up && part === "supervision" && line?.up && <Listening call={call} act={act.mutate} />}
      {up && beside && phone.state === "off" && <span className="small two">{t("no_phone_here")}</span>}
      {up && mine && talks && <Acts call={call} isPending={act.isPending} act={act.mutate} />}
      <CallExtras conversation={conversation} call={call} me={me} />
    </section>
  );
}

/** One's own side: heard or not, and how the sound travels. */
function Voice({ line }: { line: Line }) {
  const { t } = useTranslation("calls");
  return (
    <>
      <QualityMark quality={line.quality} />
      <Pressable className={`btn sm${line.muted ? " main" : ""}`} aria-pressed={line.muted} onPress={() => mute(line, !line.muted)}>{t(line.muted ? "unmute" : "mute")}</Pressable>
    </>
  );
}

interface Doing { call: Call; act: (what: CallAct) => void }

/** What the agent of a contact does with its call. */
function Acts({ call, act, isPending }: Doing & { isPending: boolean }) {
  const { t } = useTranslation("calls");
  return (
    <>
      <Button small isPending={isPending} onPress={() => act({ what: call.held ? "resume" : "hold" })}><Icon name={call.held ? "phone" : "pause"} />{t(call.held ? "resume" : "hold")}</Button>
      {call.can.includes("digits") && (
        <DialogTrigger>
          <Pressable className="btn quiet sm icon" aria-label={t("keys")}><Icon name="keyboard" /></Pressable>
          <Popover className="pop" placement="bottom end">
            <Dialog className="keypad" aria-label={t("pad")}>
              {KEYS.map((key) => <Pressable key={key} className="btn" aria-label={t("key", { key })} onPress={() => act({ what: "digits", body: { digits: key } })}>{key}</Pressable>)}
            </Dialog>
          </Popover>
        </DialogTrigger>
      )}
      <Button small look="main" onPress={() => act({ what: "hang-up" })}>{t("hang_up")}</Button>
    </>
  );
}

/** A supervisor on the line: heard by nobody, or by the agent alone; or told why not. */
function Listening({ call, act }: Doing) {
  const { t } = useTranslation("calls");
  const [whispers, setWhispers] = useState(false);
  if (!call.can.includes("listen")) return <span className="small two">{t("no_listening")}</span>;
  const toggle = (): void => {
    setWhispers(!whispers);
    act({ what: "listen", body: { whisper: !whispers } });
  };
  return (
    <>
      <span className="small two">{t(whispers ? "whispering" : "listening")}</span>
      <Pressable className={`btn sm${whispers ? " main" : ""}`} aria-pressed={whispers} onPress={toggle}>{t("whisper")}</Pressable>
    </>
  );
}
