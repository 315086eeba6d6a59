import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { skillsQuery } from "../api/queries";
import type { Reason } from "../api/types";
import { clock, span } from "../i18n/format";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { Skeleton } from "../parts/Skeleton";
import { Trouble } from "../parts/Trouble";
import type { Explanation, OfferTold, Past, Waiting } from "./types";
import "./explain.css";

const REASONS = ["same_agent", "transferred", "tier", "rank", "only_one", "team", "least_busy", "least_versatile"] as const;
const OBSTACLES = ["promised_for_later", "queue_closed", "offline", "away", "set_aside", "refused", "kept_for_another", "at_limit", "too_full", "kept_free"] as const;
const DECIDED_BY = ["only_one", "agent_id", "rank", "team", "fit", "least_busy", "longest_idle", "least_versatile"] as const;
const RULES = ["one_stage_earlier", "promised_for_later", "queue_closed", "set_aside", "refused", "kept_for_another", "at_limit", "too_full", "kept_free", "stage_not_open", "rank", "team", "fit", "least_busy", "longest_idle", "least_versatile"] as const;

/** Why the contact went where it went, and who could have it while it waits: read when somebody asks. */
export function WhyHere({ contact }: { contact: number }) {
  const { t } = useTranslation("explain");
  const [open, setOpen] = useState(false);
  const id = useId();
  const { data, error, refetch } = useQuery({
    queryKey: ["explanation", contact], enabled: open, staleTime: 0,
    queryFn: () => api.get<Explanation>(`/contacts/${contact}/explanation`),
    refetchInterval: ({ state }) => (state.data?.waiting ? 15_000 : false),
  });
  return (
    <div className="blk explain">
      <h2>
        <button type="button" className="opener" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>{t("title")}<Icon name={open ? "caret-down" : "caret-right"} /></button>
      </h2>
      <div id={id} hidden={!open}>
        {open && (error ? <Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} />
          : data ? <Told contact={contact} explanation={data} /> : <Skeleton lines={3} />)}
      </div>
    </div>
  );
}

function Told({ contact, explanation: { offers, waiting } }: { contact: number; explanation: Explanation }) {
  const { t } = useTranslation("explain");
  return (
    <>
      {offers.length === 0 && <p className="small two">{t("no_offer")}</p>}
      {offers.length > 0 && <h3>{t("offers")}</h3>}
      {offers.length > 0 && <ol className="told">{offers.map((one) => <Offered key={one.id} contact={contact} offer={one} />)}</ol>}
      {waiting && <><h3>{t("now")}</h3><Situation waiting={waiting} /></>}
    </>
  );
}

function Offered({ contact, offer }: { contact: number; offer: OfferTold }) {
  const { t } = useTranslation("explain");
  const { data: skills } = useQuery({ ...skillsQuery, enabled: offer.why.some((one) => one.code === "skill") });
  const say = ({ code, params = {} }: Reason): string | null => {
    if (code === "skill") {
      const name = skills?.find((one) => one.id === params["skill"])?.name;
      return name ? t("reason.skill", { name, level: String(params["level"]), asked: String(params["asked"]) }) : null;
    }
    if (code === "longest_idle") return t("reason.longest_idle", { span: span(offer.at_ms - Number(params["since_ms"] ?? offer.at_ms)) });
    const known = REASONS.find((one) => one === code);
    return known ? t(`reason.${known}`, { from: String(params["from"] ?? ""), tier: String(params["tier"] ?? ""), rank: String(params["rank"] ?? "") }) : null;
  };
  const why = offer.why.map(say).filter((one) => one !== null);
  return (
    <li>
      <span className="b">{offer.agent.name}</span> <span className="tag">{t(`ended.${offer.ended ?? "stands"}`)}</span>
      <time className="d" dateTime={new Date(offer.at_ms).toISOString()}>{clock(offer.at_ms)}</time>
      {why.length > 0 && <p className="small two">{why.join(", ")}</p>}
      <Others contact={contact} offer={offer} />
    </li>
  );
}

/** Who else could have had it then: decided again from the journal, when somebody asks. */
function Others({ contact, offer }: { contact: number; offer: OfferTold }) {
  const { t } = useTranslation("explain");
  const [open, setOpen] = useState(false);
  const id = useId();
  // The past stays as it was: it is asked once.
  const { data, error, refetch } = useQuery({
    queryKey: ["explanation", contact, offer.id], enabled: open, staleTime: Infinity,
    queryFn: () => api.get<Past>(`/contacts/${contact}/offers/${offer.id}/explanation`),
  });
  return (
    <>
      <Button look="quiet" small aria-expanded={open} aria-controls={id} onPress={() => setOpen(!open)}>
        <Icon name={open ? "caret-down" : "caret-right"} />{t("others")}<span className="vh"> {offer.agent.name}, {clock(offer.at_ms)}</span>
      </Button>
      <div id={id} hidden={!open} className="others">
        {open && (error ? <Trouble title={t("trouble")} error={error} onRetry={() => void refetch()} />
          : data ? <Then past={data} /> : <Skeleton lines={3} />)}
      </div>
    </>
  );
}

function Then({ past: { before, decided_by, why_not } }: { past: Past }) {
  const { t } = useTranslation("explain");
  if (!before) return <p className="small two">{t(`why_not.${why_not ?? "decided_otherwise"}`)}</p>;
  const key = DECIDED_BY.find((one) => one === decided_by);
  return <>{key && <p className="small">{t(`decided_by.${key}`)}</p>}<Situation waiting={before} past /></>;
}

/** Who could have the contact, what stands in their way, and what would change it: now, or just before an offer. */
function Situation({ waiting, past = false }: { waiting: Waiting; past?: boolean }) {
  const { t } = useTranslation("explain");
  const says = (obstacle: string, opens_after_ms: number): string | null => {
    if (obstacle === "stage_not_open") return t("obstacle.stage_not_open", { span: span(opens_after_ms) });
    const known = OBSTACLES.find((one) => one === obstacle);
    return known ? t(`obstacle.${known}`) : null;
  };
  const changes = waiting.otherwise.flatMap(({ without, agent }) => {
    const known = RULES.find((one) => one === without);
    if (!known) return [];
    const rule = t(`without.${known}`);
    return [agent ? t("would", { rule, name: agent.name }) : t("would_nobody", { rule })];
  });
  return (
    <>
      <p className="small two">{t(past ? "stage_then" : "stage", { span: span(waiting.waited_ms), stage: String(waiting.stage + 1), stages: String(waiting.stages_ms.length) })}</p>
      {waiting.candidates.length === 0 && <p className="small">{t("nobody")}</p>}
      <ul className="told">
        {waiting.candidates.map((one) => (
          <li key={one.agent.id}>
            <span className="b">{one.agent.name}</span>
            <p className="small two">{one.obstacles.length === 0 ? t(past ? "was_free" : "free") : one.obstacles.map((each) => says(each, one.opens_after_ms)).filter(Boolean).join(", ")}</p>
          </li>
        ))}
      </ul>
      {waiting.more && <p className="small three">{t("more")}</p>}
      {changes.length > 0 && <><h3>{t(past ? "otherwise_then" : "otherwise")}</h3><ul className="told small">{changes.map((one) => <li key={one}>{one}</li>)}</ul></>}
    </>
  );
}
