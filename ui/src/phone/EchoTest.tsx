import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { chosenNow, microphone } from "./devices";

const RECORDED_MS = 4_000;
type Step = "idle" | "speak" | "listen" | "done" | "silent";
type Player = HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };

/** One says something and hears it back, on the devices that were chosen: what a caller would hear. */
export function EchoTest({ isDisabled }: { isDisabled: boolean }) {
  const { t } = useTranslation("phone");
  const [step, setStep] = useState<Step>("idle");
  const [level, setLevel] = useState(0);
  const stop = useRef<() => void>(() => undefined);
  useEffect(() => () => stop.current(), []);

  const run = async (): Promise<void> => {
    const voice = await microphone();
    if (!voice) return setStep("idle");
    setStep("speak");
    const sound = new AudioContext();
    const ear = new AnalyserNode(sound, { fftSize: 1024 });
    sound.createMediaStreamSource(voice).connect(ear);
    const heard = new Float32Array(ear.fftSize);
    let most = 0;
    const look = setInterval(() => {
      ear.getFloatTimeDomainData(heard);
      const now = Math.min(1, 3 * heard.reduce((a, b) => Math.max(a, Math.abs(b)), 0));
      most = Math.max(most, now);
      setLevel(now);
    }, 100);
    const recorder = new MediaRecorder(voice);
    const parts: Blob[] = [];
    const player: Player = new Audio();
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const close = (): void => {
      clearInterval(look);
      clearTimeout(over);
      setLevel(0);
      voice.getTracks().forEach((track) => track.stop());
      void sound.close();
    };
    recorder.onstop = async () => {
      close();
      const made = URL.createObjectURL(new Blob(parts, { type: recorder.mimeType }));
      stop.current = () => { player.pause(); URL.revokeObjectURL(made); };
      setStep("listen");
      await player.setSinkId?.(chosenNow().speaker).catch(() => undefined);
      player.src = made;
      player.onended = () => { stop.current(); setStep(most > 0.02 ? "done" : "silent"); };
      await player.play().catch(() => setStep("silent"));
    };
    const over = setTimeout(() => recorder.stop(), RECORDED_MS);
    stop.current = () => { recorder.onstop = null; close(); };
    recorder.start();
  };

  return (
    <div className="echo">
      <Button small isDisabled={isDisabled || step === "speak" || step === "listen"} onPress={() => void run()}><Icon name="headset" />{t("echo.act")}</Button>
      <p className="small two" role="status">{step === "idle" ? t("echo.lead") : t(`echo.${step}`)}</p>
      {step === "speak" && <div className="echo-level" aria-hidden="true"><i style={{ width: `${Math.round(level * 100)}%` }} /></div>}
    </div>
  );
}
