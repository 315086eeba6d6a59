"""What webhooks tell: one event a fact, with its schema. Facts that concern no integrator have none."""

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from affluent.facts import contact as facts
from affluent.facts.appointment import AppointmentCancelled, AppointmentMade, AppointmentMoved
from affluent.facts.contact import ContactFact
from affluent.facts.media import Medium, Outcome

KIND_OF: dict[str, str] = {
    fact.__name__: kind
    for fact, kind in (
        (facts.ContactReceived, "contact.opened"),
        (facts.ContactQueued, "contact.queued"),
        (facts.ContactOffered, "contact.offered"),
        (facts.OfferAccepted, "contact.accepted"),
        (facts.OfferDeclined, "contact.declined"),
        (facts.ContactTaken, "contact.accepted"),
        (facts.ContactTransferred, "contact.transferred"),
        (facts.ContactSlept, "contact.slept"),
        (facts.ContactWoken, "contact.woken"),
        (facts.ContactClosed, "contact.closed"),
        (facts.ContactAbandoned, "contact.abandoned"),
        (facts.MessageReceived, "message.received"),
        (facts.MessageAnswered, "message.answered"),
        (facts.NoteAdded, "note.added"),
        (facts.DeliveryChanged, "message.delivery"),
        (AppointmentMade, "appointment.made"),
        (AppointmentMoved, "appointment.moved"),
        (AppointmentCancelled, "appointment.cancelled"),
    )
}
"""The kind of event for a kind of fact, as the journal names it."""
TEST = "test.ping"
Kind = Literal[
    "contact.opened",
    "contact.queued",
    "contact.offered",
    "contact.accepted",
    "contact.declined",
    "contact.transferred",
    "contact.slept",
    "contact.woken",
    "contact.closed",
    "contact.abandoned",
    "message.received",
    "message.answered",
    "note.added",
    "message.delivery",
    "appointment.made",
    "appointment.moved",
    "appointment.cancelled",
]


class Named(BaseModel):
    id: int
    name: str


class CustomerTold(BaseModel):
    """`external_id` is the integrator's own identifier, if they gave one."""

    id: int
    name: str
    external_id: str | None


class ContactTold(BaseModel):
    """What of a contact stays as it is. How it stands now is read by `GET /api/v1/contacts/{id}`."""

    id: int
    request_id: int
    brand_id: int
    channel_id: int
    medium: Medium
    subject: str
    language: str | None
    arrived_ms: int
    reference: str | None = Field(description="What `POST /contacts` was given.")
    customer: CustomerTold


class AuthorTold(BaseModel):
    kind: Literal["customer", "agent", "system", "bot"]
    id: int | None
    name: str


class FileTold(BaseModel):
    id: int
    filename: str
    content_type: str
    size: int


class MessageTold(BaseModel):
    """`new_text` is the text without what it quotes."""

    id: int
    author: AuthorTold
    text: str
    new_text: str
    attachments: list[FileTold]


class MotiveTold(BaseModel):
    id: int
    name_fr: str
    name_en: str


class ReasonTold(BaseModel):
    """Names are those of now; `code` stays."""

    code: str
    name_fr: str
    name_en: str


_CONTACT: dict[str, Any] = {"contact": (ContactTold, ...)}
_DATA: dict[str, dict[str, Any]] = {
    "contact.opened": {},
    "contact.queued": {"queue": (Named, ...)},
    "contact.offered": {"queue": (Named, ...), "agent": (Named, ...), "expires_ms": (int, ...)},
    "contact.accepted": {"agent": (Named, ...)},
    "contact.declined": {"agent": (Named, ...), "reason": (ReasonTold | None, ...)},
    "contact.transferred": {
        "agent": (Named, ...),
        "to_queue": (Named | None, ...),
        "to_agent": (Named | None, ...),
    },
    "contact.slept": {"agent": (Named, ...), "until_ms": (int | None, ...)},
    "contact.woken": {"agent": (Named, ...), "cause": (str, ...)},
    "contact.closed": {
        "agent": (Named | None, ...),
        "outcome": (Outcome, ...),
        "motive": (MotiveTold | None, ...),
    },
    "contact.abandoned": {"silent": (bool, ...)},
    "message.received": {"message": (MessageTold, ...)},
    "message.answered": {"message": (MessageTold, ...), "agent": (Named, ...)},
    "note.added": {"message": (MessageTold, ...), "agent": (Named, ...)},
    "message.delivery": {"message_id": (int, ...), "delivery": (str, ...), "error": (str | None, ...)},
    "appointment.made": {"queue": (Named, ...), "promised_ms": (int, ...)},
    "appointment.moved": {"queue": (Named, ...), "from_ms": (int, ...), "promised_ms": (int, ...)},
    "appointment.cancelled": {"promised_ms": (int, ...)},
}


def _model(kind: str) -> type[BaseModel]:
    words = "".join(part.title() for part in kind.split("."))
    data = create_model(f"{words}Data", **_CONTACT, **_DATA[kind])
    event: dict[str, Any] = {
        "type": (Literal[kind], ...),
        "id": (str, Field(description="The same on every try: drop what you have had.")),
        "timestamp": (str, Field(description="When it took effect, ISO 8601 in UTC.")),
        "at_ms": (int, Field(description="The same instant in ms since the epoch.")),
        "data": (data, ...),
    }
    return create_model(f"{words}Event", **event)


EVENTS: dict[str, type[BaseModel]] = {kind: _model(kind) for kind in _DATA}
"""The body of each kind."""


class Names:
    """Names that events show beside identifiers: of queues, agents, motives and reasons, as they are now."""

    def __init__(
        self,
        queues: dict[int, str],
        agents: dict[int, str],
        motives: dict[int, tuple[str, str]],
        reasons: dict[str, tuple[str, str]] | None = None,
    ) -> None:
        self._reasons = reasons or {}
        self._queues = queues
        self._agents = agents
        self._motives = motives

    def queue(self, row_id: int | None) -> dict[str, Any] | None:
        return None if row_id is None else {"id": row_id, "name": self._queues.get(row_id, "")}

    def agent(self, row_id: int | None) -> dict[str, Any] | None:
        return None if row_id is None else {"id": row_id, "name": self._agents.get(row_id, "")}

    def reason(self, code: str) -> dict[str, Any] | None:
        """Why an offer was declined; None when the agent did not say."""
        if not code:
            return None
        name_fr, name_en = self._reasons.get(code, (code, code))
        return {"code": code, "name_fr": name_fr, "name_en": name_en}

    def motive(self, row_id: int | None) -> dict[str, Any] | None:
        if row_id is None:
            return None
        name_fr, name_en = self._motives.get(row_id, ("", ""))
        return {"id": row_id, "name_fr": name_fr, "name_en": name_en}


def told(
    fact: ContactFact, event_id: str, contact: dict[str, Any], message: dict[str, Any] | None, names: Names
) -> dict[str, Any]:
    """The body of the event of a fact, checked against its schema."""
    kind = KIND_OF[type(fact).__name__]
    data: dict[str, Any] = {"contact": contact}
    match fact:
        case facts.ContactQueued():
            data["queue"] = names.queue(fact.queue_id)
        case facts.ContactOffered():
            data |= {
                "queue": names.queue(fact.queue_id),
                "agent": names.agent(fact.agent_id),
                "expires_ms": fact.expires_ms,
            }
        case facts.OfferAccepted() | facts.ContactTaken():
            data["agent"] = names.agent(fact.agent_id)
        case facts.OfferDeclined():
            data |= {"agent": names.agent(fact.agent_id), "reason": names.reason(fact.reason)}
        case facts.ContactTransferred():
            data |= {
                "agent": names.agent(fact.agent_id),
                "to_queue": names.queue(fact.to_queue_id),
                "to_agent": names.agent(fact.to_agent_id),
            }
        case facts.ContactSlept():
            data |= {"agent": names.agent(fact.agent_id), "until_ms": fact.until_ms}
        case facts.ContactWoken():
            data |= {"agent": names.agent(fact.agent_id), "cause": fact.cause}
        case facts.ContactClosed():
            data |= {
                "agent": names.agent(fact.agent_id),
                "outcome": fact.outcome,
                "motive": names.motive(fact.motive_id),
            }
        case facts.ContactAbandoned():
            data["silent"] = fact.silent
        case facts.MessageReceived():
            data["message"] = message
        case facts.MessageAnswered() | facts.NoteAdded():
            data |= {"message": message, "agent": names.agent(fact.agent_id)}
        case facts.DeliveryChanged():
            data |= {"message_id": fact.message_id, "delivery": fact.delivery, "error": fact.error}
        case AppointmentMade():
            data |= {"queue": names.queue(fact.queue_id), "promised_ms": fact.promised_ms}
        case AppointmentMoved():
            data |= {
                "queue": names.queue(fact.queue_id),
                "from_ms": fact.from_ms,
                "promised_ms": fact.promised_ms,
            }
        case AppointmentCancelled():
            data["promised_ms"] = fact.promised_ms
        case _:
            pass
    return EVENTS[kind].model_validate(envelope(kind, event_id, fact.at_ms, data)).model_dump(mode="json")


def envelope(kind: str, event_id: str, at_ms: int, data: dict[str, Any]) -> dict[str, Any]:
    """What every event has around its data."""
    instant = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
    timestamp = instant.replace("+00:00", "Z")
    return {"type": kind, "id": event_id, "timestamp": timestamp, "at_ms": at_ms, "data": data}
