import { useState } from "react";
import { useTranslation } from "react-i18next";
import { canNotify, ring, setNotify, tell, useNotify } from "../desk/notify";
import { Button } from "../parts/Button";
import { SwitchInput } from "../parts/SwitchInput";

/** Sounds and notifications of this browser; it is asked for its leave only when someone wants them. */
export function NotifyForm() {
  const { t } = useTranslation();
  const chosen = useNotify();
  const [denied, setDenied] = useState(canNotify() && Notification.permission === "denied");
  const browser = async (on: boolean): Promise<void> => {
    if (!on) return setNotify({ browser: false });
    const answer = Notification.permission === "default" ? await Notification.requestPermission() : Notification.permission;
    setDenied(answer === "denied");
    setNotify({ browser: answer === "granted" });
  };
  const sample = (): void => {
    if (chosen.sound) ring();
    else if (chosen.sound_message) ring([740]);
    if (chosen.browser) tell("Affluent", t("notify.sample"), "affluent-sample", () => undefined, true);
  };
  return (
    <>
      <SwitchInput label={t("notify.sound")} value={chosen.sound} onChange={(sound) => setNotify({ sound })} />
      <SwitchInput label={t("notify.sound_message")} value={chosen.sound_message} onChange={(sound_message) => setNotify({ sound_message })} />
      <SwitchInput label={t("notify.browser")} value={chosen.browser && !denied} isDisabled={!canNotify() || denied} onChange={(on) => void browser(on)} />
      {(denied || !canNotify()) && <p className="small two">{t(denied ? "notify.denied" : "notify.unsupported")}</p>}
      <div><Button small onPress={sample} isDisabled={!chosen.sound && !chosen.sound_message && !chosen.browser}>{t("notify.try")}</Button></div>
    </>
  );
}
