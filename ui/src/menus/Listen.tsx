import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { query } from "../api/client";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { toast } from "../parts/toasts";

/** Where a text's sound is. */
export const soundOf = (language: string, text: string): string => `/api/v1/menus/sounds${query({ language, text })}`;

/** Plays one sound after the other; a new start stops what is heard. */
export function usePlayer() {
  const { t } = useTranslation("menus");
  const audio = useRef<HTMLAudioElement | null>(null);
  const [playing, setPlaying] = useState(false);
  const run = useRef(0);
  const stop = (): void => { run.current += 1; audio.current?.pause(); setPlaying(false); };
  useEffect(() => () => { run.current += 1; audio.current?.pause(); }, []);
  const play = async (sounds: readonly string[]): Promise<void> => {
    stop();
    const mine = (run.current += 1);
    setPlaying(true);
    for (const sound of sounds) {
      if (run.current !== mine) return;
      const heard = new Audio(sound);
      audio.current = heard;
      const fine = await new Promise<boolean>((over) => {
        heard.onended = () => over(true);
        heard.onerror = () => over(false);
        heard.onpause = () => over(true);
        heard.play().catch(() => over(false));
      });
      if (!fine && run.current === mine) { toast(t("unheard"), { tone: "wrong" }); break; }
    }
    if (run.current === mine) setPlaying(false);
  };
  return { play, stop, playing };
}

export function Listen({ language, text, sound }: { language: string; text: string; sound?: string }) {
  const { t } = useTranslation("menus");
  const player = usePlayer();
  return (
    <Button small look="quiet" onPress={() => (player.playing ? player.stop() : void player.play([sound ?? soundOf(language, text)]))}>
      <Icon name={player.playing ? "pause" : "megaphone"} />{player.playing ? t("act.stop") : t("act.listen")}
    </Button>
  );
}
