import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me, Message } from "../api/types";
import { EventLine } from "./EventLine";

/** Of more than this only the last ones show: what people wrote must not drown in who declined. */
const SHOWN = 3;

/** What happened between two messages, the latest in sight and the rest at a touch. */
export function EventRun({ events, me }: { events: readonly Message[]; me: Me }) {
  const { t } = useTranslation();
  const [all, showAll] = useState(false);
  if (events.length === 0) return null;
  const before = events.length - SHOWN;
  const folds = before > 1;
  return (
    <div className="events">
      {folds && <button type="button" aria-expanded={all} onClick={() => showAll(!all)}>{t(all ? "event.fewer" : "event.before", { count: before })}</button>}
      {(folds && !all ? events.slice(before) : events).map((one) => <EventLine key={one.id} message={one} me={me} />)}
    </div>
  );
}
