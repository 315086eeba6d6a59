import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import type { Conversation, JourneyStep } from "../api/types";
import { moment } from "../i18n/format";
import { Icon } from "../parts/Icon";
import { MEDIUM_ICON } from "../parts/mediumIcon";
import { nameOf } from "./names";

/** Every contact of the customer, on every channel, the latest first; each opens. */
export function Journey({ conversation, onOpened }: { conversation: Conversation; onOpened: () => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const { contact, journey } = conversation;
  const steps = [...journey].sort((a, b) => b.arrived_ms - a.arrived_ms || b.contact_id - a.contact_id);
  const same = steps.filter((step) => step.request_id === contact.request_id).length;
  const word = (step: JourneyStep): string => {
    if (step.contact_id === contact.id) return t("journey.this");
    const how = step.state === "closed" && step.outcome ? t(`outcome.${step.outcome}`) : t(`state.${step.state}`);
    return `${t(`media_one.${step.medium}`)}, ${how.toLocaleLowerCase()}`;
  };
  return (
    <div className="blk">
      <div className="row between"><h2>{t("journey.title")}</h2><span className="small three">{t("journey.same", { count: same })}</span></div>
      <ol className="hist">
        {steps.map((step) => (
          <li key={step.contact_id}>
            <Icon name={MEDIUM_ICON[step.medium]} />
            <span className="cut">
              {step.contact_id === contact.id ? <b className="b">{word(step)}</b>
                : <Link className="b" to="/desk/$contactId" params={{ contactId: String(step.contact_id) }} onClick={onOpened}>{word(step)}</Link>}
              <br /><span className="two">{[step.subject, nameOf(step.agent)].filter(Boolean).join(" · ")}</span>
            </span>
            <span className="d">{moment(step.arrived_ms, now)}</span>
          </li>
        ))}
      </ol>
      {steps.length <= 1 && <p className="small three" style={{ marginTop: 8 }}>{t("journey.first")}</p>}
    </div>
  );
}
