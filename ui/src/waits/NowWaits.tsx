import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { waitsQuery } from "./queries";
import { share, useRange } from "./said";
import "./waits.css";

/** Under a queue's name on the board: how long who comes now waits, and how often that has held. */
export function NowWaits({ queueId, served }: { queueId: number; served: boolean }) {
  const { t } = useTranslation("waits");
  const range = useRange();
  const { data } = useQuery(waitsQuery);
  const told = data?.find((one) => one.queue_id === queueId);
  if (!told?.next || served) return null;
  return (
    <span className={`qsub now-waits${told.drift ? " late" : ""}`}>
      <span>{t("now", { range: range(told.next) })}</span>
      {told.held !== null && <span>{t(told.drift ? "record_drift" : "record", { held: share(told.held), promised: share(told.hold) })}</span>}
      {!told.announces && <span>{t("untold_short")}</span>}
    </span>
  );
}
