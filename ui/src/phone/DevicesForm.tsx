import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../parts/Button";
import { SelectInput } from "../parts/SelectInput";
import { SwitchInput } from "../parts/SwitchInput";
import { ringOnce } from "./bell";
import { useDeskPhone } from "./desk";
import { choose, devices, useChosen, useSilent, type Devices } from "./devices";
import { EchoTest } from "./EchoTest";
import { NoMicrophone } from "./NoMicrophone";

const USUAL = "usual";

/** Which devices this browser's telephone uses, whether it is one at all, and a test of both ways. */
export function DevicesForm() {
  const { t } = useTranslation("phone");
  const chosen = useChosen();
  const silent = useSilent();
  const { lines } = useDeskPhone();
  const [known, setKnown] = useState<Devices>({ microphones: [], speakers: [] });
  useEffect(() => {
    const look = (): void => void devices().then(setKnown, () => undefined);
    look();
    navigator.mediaDevices?.addEventListener("devicechange", look);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", look);
  }, [silent]);
  const choices = (all: readonly MediaDeviceInfo[]) => [
    { key: USUAL, name: t("devices.usual") },
    ...all.map((one, at) => ({ key: one.deviceId, name: one.label || t("devices.nameless", { number: at + 1 }) })),
  ];
  const one = (what: "microphone" | "speaker" | "bell", all: readonly MediaDeviceInfo[]) => (
    <SelectInput label={t(`devices.${what}`)} choices={choices(all)} value={all.some((device) => device.deviceId === chosen[what]) ? chosen[what] : USUAL}
      onChange={(key) => choose({ [what]: key === USUAL ? "" : key })} />
  );
  return (
    <div className="devices">
      <SwitchInput label={t("devices.here")} value={chosen.here} onChange={(here) => choose({ here })} isDisabled={lines.some((line) => line.up)} />
      <p className="small two">{t(chosen.here ? "devices.here_lead" : "devices.beside_lead")}</p>
      {chosen.here && (
        <>
          {one("microphone", known.microphones)}
          {one("speaker", known.speakers)}
          {one("bell", known.speakers)}
          <SwitchInput label={t("devices.rings")} value={chosen.rings} onChange={(rings) => choose({ rings })} />
          <div className="row"><Button small isDisabled={!chosen.rings} onPress={ringOnce}>{t("devices.ring_try")}</Button></div>
          <NoMicrophone />
          <EchoTest isDisabled={lines.some((line) => line.up)} />
        </>
      )}
    </div>
  );
}
