import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import type { Me, Message, Outcome } from "../api/types";
import { FORBIDDING } from "../outbound/rules";
import { clock, moment, momentTo, span } from "../i18n/format";

/** The closed set of the server (`centre/timeline.py`). */
const KNOWN = ["accepted", "taken", "declined", "timed_out", "transferred", "reassigned", "slept", "released", "woke", "woke_customer", "woke_time", "closed", "abandoned", "reopened", "silent", "customer_left", "no_queue", "returned_to_queue", "chat_warned", "chat_closed", "mail_bounce", "mail_auto_reply", "mail_loop", "mail_flood", "overflowed", "turned_away", "queue_closed", "promised", "pulled_back", "invited", "invitation_declined", "invitation_expired", "invitation_withdrawn", "invitation_gone", "joined", "joined_conference", "joined_supervision", "may_answer", "answers_no_more", "left", "removed", "left_offline", "left_gone", "handed_over", "taken_over", "nobody_came", "problem_marked", "problem_unmarked", "problem_over", "known_problem", "problem_solved", "steer_offered", "steer_accepted", "steer_refused", "appointment_made", "appointment_moved", "appointment_cancelled", "hour_instead", "closed_by_time", "call_held", "call_resumed", "call_ended", "call_ended_agent", "call_lost", "call_server_lost", "voicemail_left", "no_message", "message_lost", "voicemail_erased", "recording_begun", "recording_refused", "recording_paused", "recording_resumed", "callback_asked", "call_dialled", "call_placed", "call_not_reached", "call_forbidden", "share_begun", "share_ended", "identified"] as const;
const TOGETHER = ["reopened_by", "transfer_undone", "merged", "unmerged", "reidentified", "split", "split_from"] as const;
const NOT_REACHED = ["busy", "no_answer", "rejected", "given_up", "no_line", "not_now"] as const;
type Known = (typeof KNOWN)[number];
const OUTCOMES: readonly string[] = ["resolved", "unresolved", "spam", "duplicate", "no_reply", "abandoned", "silent", "turned_away", "self_served", "unreached"];

/** What happened besides words: one quiet line. */
export function EventLine({ message, me }: { message: Message; me: Me }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { code, params = {} } = message.event ?? { code: "" };
  const text = (key: string): string => String(params[key] ?? "");
  const who = text("agent") || text("by") || message.author.name;
  const agent = who === me.name ? t("event.you") : who;
  const shared = (): string => {
    const what = text("what");
    return t(what === "screen" ? (text("shown_by") === "agent" ? "event.share_screen_agent" : "event.share_screen") : what === "board" ? "event.share_board" : "event.share_camera");
  };
  const say = (): string => {
    const moved = TOGETHER.find((one) => one === code);
    if (moved) return t(`event.${moved}`, { agent, number: text("number"), request: text("request") });
    if (!KNOWN.includes(code as Known)) return message.text || t("event.other");
    const known = code as Known;
    switch (known) {
      case "declined": {
        const reason = text(i18n.language.startsWith("fr") ? "reason_fr" : "reason_en");
        if (text("reason") === "no_answer") return t("event.declined_no_answer", { agent });
        return reason ? t("event.declined_why", { agent, reason }) : t("event.declined", { agent });
      }
      case "closed": return OUTCOMES.includes(text("outcome")) ? t("event.closed_as", { agent, outcome: t(`outcome.${text("outcome") as Outcome}`) }) : t("event.closed", { agent });
      case "returned_to_queue": return t(text("cause") === "woke_time" ? "event.returned_time" : text("cause") === "woke_customer" ? "event.returned_customer" : text("cause") === "no_room" ? "event.returned_no_room" : text("cause") === "phone_lost" ? "event.returned_phone_lost" : text("cause") === "no_answer" ? "event.returned_no_answer" : "event.returned_to_queue");
      case "invited": case "handed_over": case "taken_over": return t(`event.${known}`, { agent, to: text("to") === me.name ? t("event.you") : text("to") });
      case "invitation_declined": return text("reason") ? t("event.invitation_declined_why", { agent, reason: text("reason") }) : t("event.invitation_declined", { agent });
      case "transferred": return t("event.transferred", { agent, to: text("to") });
      case "reassigned": return text("reason") ? t("event.reassigned_why", { agent, to: text("to"), reason: text("reason") }) : t("event.reassigned", { agent, to: text("to") });
      case "overflowed": return t("event.overflowed", { from: text("from"), to: text("to"), reason: t(text("reason") === "full" ? "event.overflow_full" : text("reason") === "closed" ? "event.overflow_closed" : "event.overflow_waited") });
      case "turned_away": return t("event.turned_away", { queue: text("queue") });
      case "problem_marked": case "problem_over": return t(`event.${known}`, { problem: text("problem") });
      case "steer_offered": case "steer_accepted": case "steer_refused": return t(`event.${known}`, { to: t(text("to") === "chat" ? "media.chat" : "media.email"), number: text("number") });
      case "problem_unmarked": return t("event.problem_unmarked", { problem: text("problem"), by: agent });
      case "promised": return t("event.promised", { agent, moment: moment(Number(params["until_ms"]), now) });
      case "appointment_made": case "appointment_moved": case "appointment_cancelled": return t(`event.${known}`, { moment: momentTo(Number(params["until_ms"]), now) });
      case "callback_asked": return params["until_ms"] ? t("event.callback_asked_at", { moment: momentTo(Number(params["until_ms"]), now) }) : t("event.callback_asked");
      case "call_dialled": return t("event.call_dialled", { agent, count: Number(params["count"]) });
      case "call_not_reached": {
        const why = NOT_REACHED.find((one) => one === text("cause"));
        return why ? t(`event.call_not_reached_${why}`) : t("event.call_not_reached");
      }
      case "call_forbidden": {
        const rule = FORBIDDING.find((one) => one === text("rule"));
        return t("event.call_forbidden", { rule: rule ? t(`why.${rule}`, { ns: "outbound" }) : "" });
      }
      case "share_begun": {
        const asked = text("asked_by") === "agent";
        const customer = t("event.share_customer");
        return t("event.share_begun", { shown: shared(), asker: asked ? agent : customer, other: asked ? customer : agent });
      }
      case "share_ended": return t("event.share_ended", { shown: shared(), span: span(Number(params["lasted_ms"])) });
      case "hour_instead": return t("event.hour_instead", { moment: momentTo(Number(params["hour_ms"]), now), number: text("number") });
      case "slept": return params["until_ms"] ? t("event.slept_until", { agent, moment: moment(Number(params["until_ms"]), now) }) : t("event.slept", { agent });
      case "mail_bounce": return text("reason") ? t("event.mail_bounce_why", { sender: text("sender"), reason: text("reason") }) : t("event.mail_bounce", { sender: text("sender") });
      case "mail_auto_reply": case "mail_loop": case "mail_flood": return t(`event.${known}`, { sender: text("sender") });
      default: return t(`event.${known}`, { agent });
    }
  };
  return <p className="event"><span>{say()}</span> <time dateTime={new Date(message.at_ms).toISOString()}>{clock(message.at_ms)}</time></p>;
}
