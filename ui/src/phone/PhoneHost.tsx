import { useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { readable } from "../calls/numbers";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { ringing } from "./bell";
import { answerCall, hangUp, openPhones, takeHere, unblock, useDeskPhone } from "./desk";
import { useChosen } from "./devices";
import { NoMicrophone } from "./NoMicrophone";
import type { Line } from "./phone";
import "./phone.css";

/** Whether the agent is in the middle of typing something: then nothing moves under their hands. */
const typing = (): boolean => {
  const at = document.activeElement;
  return at instanceof HTMLElement && (at.isContentEditable || (/^(INPUT|TEXTAREA)$/.test(at.tagName) && Boolean((at as HTMLInputElement).value)));
};

/** Makes the pages a telephone: it rings on every page, and the caller's card comes into view while it does. */
export function PhoneHost({ serves }: { serves: boolean }) {
  const { t } = useTranslation("phone");
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const phone = useDeskPhone();
  const { rings } = useChosen();
  const shown = useRef(new Set<string>());
  const ring = phone.lines.find((line) => !line.up);
  const up = phone.lines.filter((line) => line.up);
  useEffect(() => (serves ? openPhones() : undefined), [serves]);
  useEffect(() => {
    ringing(Boolean(ring) && rings && up.length === 0);
    return () => ringing(false);
  }, [ring?.id, rings, up.length]);
  useEffect(() => {
    if (!ring || shown.current.has(ring.id)) return;
    shown.current.add(ring.id);
    if (ring.contact_id !== null && pathname.startsWith("/desk") && up.length === 0 && !typing())
      void navigate({ to: "/desk/$contactId", params: { contactId: String(ring.contact_id) } });
  }, [ring, pathname, up.length, navigate]);
  useEffect(() => {
    if (up.length === 0) return;
    // Closed by mistake, the caller would hear nobody for a while.
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [up.length]);

  const answer = async (line: Line): Promise<void> => {
    if (line.contact_id === null || !(await answerCall(line.contact_id))) return;
    void navigate({ to: "/desk/$contactId", params: { contactId: String(line.contact_id) } });
  };
  const blocked = phone.lines.some((line) => line.blocked);
  const elsewhere = !pathname.startsWith("/desk");
  return (
    <>
      {phone.state === "elsewhere" && pathname.startsWith("/desk") && (
        <section className="phone-bar" aria-label={t("title")}><Icon name="phone" /><p className="grow">{t("state_lead.elsewhere")}</p><Button small onPress={takeHere}>{t("take_here")}</Button></section>
      )}
      {blocked && <section className="phone-bar" aria-label={t("title")}><Icon name="warning-circle" /><p className="grow">{t("blocked")}</p><Button small look="main" onPress={unblock}>{t("unblock")}</Button></section>}
      {ring && elsewhere && (
        <section className="phone-bar rings" aria-label={t("incoming")}>
          <Icon name="phone" /><p className="grow" role="alert">{t("calls_you", { name: ring.name || readable(ring.number) || t("unknown") })}</p>
          {ring.contact_id !== null && <Button small look="main" onPress={() => void answer(ring)}>{t("answer")}</Button>}
        </section>
      )}
      {elsewhere && up.map((line) => (
        <section className="phone-bar" key={line.id} aria-label={t("on_line")}>
          <Icon name="phone" /><p className="grow">{t("with", { name: line.name || readable(line.number) || t("unknown") })}</p>
          {line.contact_id !== null && <Button small onPress={() => void navigate({ to: "/desk/$contactId", params: { contactId: String(line.contact_id) } })}>{t("back_to_card")}</Button>}
          <Button small onPress={() => hangUp(line)}>{t("hang_up")}</Button>
        </section>
      ))}
      {phone.lines.length > 0 && <div className="phone-silent"><NoMicrophone /></div>}
    </>
  );
}
