"""The lines of a conversation that its journal tells: who took it, let it sleep, closed it.

They are read with the conversation and never stored twice. Their identifiers are negative, so that none is
taken for a message's.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from affluent.centre.timeline import Told
from affluent.centre.views import Json
from affluent.facts.media import SYNCHRONOUS, Medium

_PLAIN: Mapping[str, Told] = {
    "OfferAccepted": "accepted",
    "ContactTaken": "taken",
    "OfferDeclined": "declined",
    "OfferExpired": "timed_out",
    "OfferPulledBack": "pulled_back",
}
_NOT_COME: Mapping[str, Told] = {
    "declined": "invitation_declined",
    "expired": "invitation_expired",
    "withdrawn": "invitation_withdrawn",
    "gone": "invitation_gone",
}
_JOINED: Mapping[str, Told] = {
    "consult": "joined",
    "conference": "joined_conference",
    "supervision": "joined_supervision",
}
_PARTED: Mapping[str, Told] = {
    "left": "left",
    "removed": "removed",
    "offline": "left_offline",
    "gone": "left_gone",
}
_CALL_OVER: Mapping[str, Told] = {
    "caller": "call_ended",
    "agent": "call_ended_agent",
    "lost": "call_lost",
    "server": "call_server_lost",
    "voicemail": "voicemail_left",
    "not_reached": "call_not_reached",
}
_APPOINTMENT: Mapping[str, Told] = {
    "AppointmentMade": "appointment_made",
    "AppointmentMoved": "appointment_moved",
    "AppointmentCancelled": "appointment_cancelled",
}
_WOKEN: Mapping[str, Told] = {"agent": "woke", "customer": "woke_customer", "time": "woke_time"}

FACTS = """
select j.seq, j.at_ms, j.kind, j.contact_id, j.agent_id, j.data, c.medium, a.name, o.name as other,
  d.name_fr as reason_fr, d.name_en as reason_en
from journal j join contact c on c.id = j.contact_id left join account a on a.id = j.agent_id
left join account o on o.id = (coalesce(j.data ->> 'from_id', j.data ->> 'by_id'))::bigint
left join decline_reason d on j.kind = 'OfferDeclined' and d.code = j.data ->> 'reason'
where j.kind in ('ContactReceived', 'OfferAccepted', 'ContactTaken', 'OfferDeclined', 'OfferExpired', 'ContactSlept',
  'ContactWoken', 'ContactClosed', 'ContactAbandoned', 'ContactReopened', 'ContactMoved', 'ContactReidentified',
  'MessagesMoved', 'ContactPromised', 'OfferPulledBack', 'AppointmentMade', 'AppointmentMoved', 'AppointmentCancelled',
  'ColleagueInvited', 'InvitationEnded', 'AgentJoined',
  'PartChanged', 'AgentParted', 'ContactHandedOver', 'CallHeld', 'CallResumed', 'CallEnded',
  'CallbackAsked', 'CallDialled', 'CallNotReached', 'CallPlaced',
  'CallShared', 'CallShareEnded')"""
"""What lines are told from; to be narrowed by what follows it."""


def lines(facts: Iterable[Mapping[str, Any]]) -> list[Json]:
    """What happened to the contacts of a request, in order, shaped like messages: from rows of `FACTS`."""
    told: list[Json] = []
    live: set[int] = set()
    ended = False
    for row in facts:
        match row["kind"]:
            case "ContactReceived":
                if ended and not live:
                    told.append(_line(row, "reopened", {}))
                live.add(row["contact_id"])
                continue
            case "ContactReopened":
                live.add(row["contact_id"])
            case "ContactClosed" | "ContactAbandoned":
                live.discard(row["contact_id"])
                ended = True
            case _:
                pass
        line = _told(row)
        if line is not None:
            told.append(_line(row, *line))
    return told


def _told(row: Mapping[str, Any]) -> tuple[Told, dict[str, Any]] | None:
    """The code of a fact's line with its parameters; None where another line says it already."""
    data, kind = row["data"], row["kind"]
    by_itself = row["agent_id"] is None
    agent = {"agent": row["name"]}
    match kind:
        case "ContactSlept":
            if Medium(row["medium"]) in SYNCHRONOUS:
                # Nobody puts a chat to sleep: its customer went quiet.
                return "released", {}
            return "slept", {**agent, "until_ms": data.get("until_ms")}
        case "ContactPromised":
            return "promised", {**agent, "until_ms": data.get("promised_ms")}
        case "AppointmentMade" | "AppointmentMoved" | "AppointmentCancelled":
            return _APPOINTMENT[kind], {"until_ms": data.get("promised_ms")}
        case "ContactWoken":
            return _WOKEN.get(data.get("cause"), "woke"), agent
        case "CallHeld" | "CallResumed":
            return ("call_held" if kind == "CallHeld" else "call_resumed"), agent
        case "CallShared":
            said = {name: data[name] for name in ("what", "asked_by", "shown_by")}
            return "share_begun", {**agent, **said}
        case "CallShareEnded":
            said = {name: data[name] for name in ("what", "shown_by", "lasted_ms")}
            return "share_ended", {**agent, **said}
        case "CallEnded":
            # Who asked to be called back has a line that says so.
            return None if data["by"] == "callback" else (_CALL_OVER[data["by"]], {})
        case "CallbackAsked":
            return "callback_asked", {"until_ms": data.get("hour_ms")}
        case "CallPlaced":
            return "call_placed", agent
        case "CallDialled":
            return "call_dialled", {**agent, "count": data["attempt"]}
        case "CallNotReached":
            return "call_not_reached", {**agent, "cause": data["cause"]}
        case "ContactClosed":
            # What closes by itself has written its own line.
            return None if by_itself else ("closed", {**agent, "outcome": data.get("outcome")})
        case "ContactReopened":
            return "reopened_by", agent
        case "ContactMoved":
            params = {**agent, "number": row["contact_id"], "request": data.get("from_request_id")}
            return ("merged" if data.get("cause") == "merged" else "unmerged"), params
        case "ContactReidentified":
            if data.get("cause") == "digits":
                return "identified", {}
            return "reidentified", {**agent, "number": row["contact_id"]}
        case "MessagesMoved":
            moved = len(data.get("message_ids", ()))
            return "split", {**agent, "count": moved, "number": data.get("to_contact_id")}
        case "ContactAbandoned":
            return ("silent" if data.get("silent") else "abandoned"), {}
        case "ColleagueInvited":
            return "invited", {"agent": row["other"], "to": row["name"]}
        case "InvitationEnded":
            said = {**agent, "by": row["other"], "reason": data.get("reason") or None}
            return _NOT_COME[data["cause"]], said
        case "AgentJoined":
            return _JOINED[data["part"]], agent
        case "PartChanged":
            return ("may_answer" if data["part"] == "conference" else "answers_no_more"), agent
        case "AgentParted":
            return _PARTED[data["cause"]], {**agent, "by": row["other"]}
        case "ContactHandedOver":
            took = data.get("by_id") == row["agent_id"]
            return ("taken_over" if took else "handed_over"), {"to": row["name"], "agent": row["other"]}
        case "OfferDeclined":
            names = {"reason_fr": row["reason_fr"], "reason_en": row["reason_en"]}
            return "declined", {**agent, "reason": data.get("reason") or None, **names}
        case _:
            return _PLAIN[kind], agent


def _line(row: Mapping[str, Any], code: Told, params: dict[str, Any]) -> Json:
    agent = row["agent_id"]
    return {
        "id": -row["seq"],
        "contact_id": row["contact_id"],
        "medium": row["medium"],
        "direction": "event",
        "author": {"kind": "system" if agent is None else "agent", "id": agent, "name": row["name"] or ""},
        "at_ms": row["at_ms"],
        "text": "",
        "new_text": "",
        "quoted": None,
        "html": None,
        "has_remote_images": False,
        "attachments": [],
        "delivery": None,
        "error": None,
        "mail": None,
        "event": {"code": code, "params": params},
    }
