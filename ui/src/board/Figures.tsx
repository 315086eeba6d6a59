import { useTranslation } from "react-i18next";
import { number, percent } from "../i18n/format";
import type { Ask } from "./asked";
import type { Shown } from "./derive";
import type { Drilled } from "./model";

interface Props { shown: Shown; counting: boolean; ask: Ask }

/** The board in five figures; those of now open their contacts. */
export function Figures({ shown, counting, ask }: Props) {
  const { t } = useTranslation("board");
  const { pooled, people } = shown;
  const none = t(counting ? "figure.counting" : "figure.nothing_yet");
  const count = (state: string): number => people.filter((one) => one.state === state).length;
  const desks = people.filter((one) => one.state !== "offline").length;
  const drill = (figure: Drilled["figure"]): (() => void) => () => ask({ kind: "drill", drilled: { figure, title: t(`drill.${figure}`), queues: shown.queues } });
  const today = (figure: "service_level" | "abandonment"): (() => void) => () => ask({
    kind: "drill", drilled: { figure: "live", title: t(figure === "abandonment" ? "drill.abandoned" : "drill.missed"), queues: shown.queues, today: { figure, missed: true } },
  });
  return (
    <section className="figures" aria-label={t("figure.label")}>
      <Figure name={t("figure.waiting")} value={number(shown.waiting)} note={shown.late ? t("figure.late", { count: shown.late }) : t("figure.none_late")} urgent={shown.late > 0} onPress={drill("waiting")} />
      <Figure name={t("figure.in_hand")} value={number(shown.in_hand)} note={t("figure.desks", { count: desks })} onPress={drill("in_hand")} />
      <Figure name={t("figure.free")} value={number(count("ready"))} note={t("figure.away", { away: count("away"), busy: count("contact") })} />
      <Figure name={t("figure.level")} value={pooled.owed ? percent(pooled.in_target / pooled.owed) : "–"} note={pooled.owed ? t("figure.level_of", { count: pooled.owed }) : none} {...(pooled.owed ? { onPress: today("service_level") } : {})} />
      <Figure name={t("figure.abandoned")} value={pooled.offered ? percent1(pooled.abandoned / pooled.offered) : "–"} note={pooled.offered ? t("figure.abandoned_of", { count: pooled.abandoned }) : none} {...(pooled.offered ? { onPress: today("abandonment") } : {})} />
    </section>
  );
}

/** With one digit: abandonment lives between 0 and 5 %. */
export function percent1(share: number): string {
  const whole = percent(share);
  return whole.replace(/[\d.,\s]+/, (found) => `${number(share * 100, 1)}${/\s$/.test(found) ? found.slice(-1) : ""}`);
}

function Figure({ name, value, note, urgent = false, onPress }: { name: string; value: string; note: string; urgent?: boolean; onPress?: () => void }) {
  const { t } = useTranslation("board");
  const inside = <><span className="fname">{name}</span> <b className="fvalue">{value}</b> <span className={`fnote${urgent ? " late" : ""}`}>{note}</span></>;
  return onPress
    ? <button type="button" className="figure" onClick={onPress}>{inside}<span className="vh">{t("figure.show")}</span></button>
    : <div className="figure">{inside}</div>;
}
