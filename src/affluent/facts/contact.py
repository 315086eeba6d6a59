"""What can happen to a contact. Each fact is frozen; `at_ms` is when it took effect."""

from dataclasses import dataclass, field
from typing import Any

from affluent.facts.appointment import AppointmentFact
from affluent.facts.call import CallFact
from affluent.facts.media import Medium, Outcome
from affluent.facts.steering import SteeringFact
from affluent.facts.together import TogetherFact

Why = tuple[tuple[str, dict[str, Any]], ...]
"""Reasons of a decision as (code, parameters): pages put them into words."""


@dataclass(frozen=True, slots=True)
class ContactReceived:
    """A door acknowledged a new contact."""

    at_ms: int
    contact_id: int
    request_id: int
    customer_id: int
    brand_id: int
    channel_id: int
    medium: Medium


@dataclass(frozen=True, slots=True)
class ContactDrawn:
    """A rule on trial is released to a share, and this contact fell to an arm: 1 has the rule, 0 has it not.

    `unit_id` is the customer whose contacts are alike.
    """

    at_ms: int
    contact_id: int
    trial_id: int
    arm: int
    unit_id: int


@dataclass(frozen=True, slots=True)
class ContactQueued:
    """It waits in a queue. `place_ms` orders it there: a returned contact keeps its first arrival.

    `target_ms` and `due_ms` are the queue's target and when it falls due, counted from this queueing;
    `hours_edition` names the opening hours in which it runs, None when it runs around the clock. `demands` is what
    it asks beyond the queue (`centre/demanding.py`); before `not_before_ms` it is offered to nobody.
    """

    at_ms: int
    contact_id: int
    queue_id: int
    place_ms: int
    kept_for: int | None = None
    kept_until_ms: int | None = None
    target_ms: int | None = None
    due_ms: int | None = None
    hours_edition: int | None = None
    demands: dict[str, Any] | None = None
    not_before_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ContactOverflowed:
    """Its queue sent it on, at its place by arrival: `reason` is `waited`, `full` or `closed`.

    `target_ms`, `due_ms` and `hours_edition` are those of the queue it goes to, counted from now.
    """

    at_ms: int
    contact_id: int
    from_queue_id: int
    to_queue_id: int
    reason: str
    target_ms: int
    due_ms: int
    hours_edition: int | None = None


@dataclass(frozen=True, slots=True)
class ContactPromised:
    """Its agent promised to come back to the customer at `promised_ms`. A `ContactQueued` follows."""

    at_ms: int
    contact_id: int
    agent_id: int
    promised_ms: int


@dataclass(frozen=True, slots=True)
class ContactOffered:
    """The engine offers it to an agent until `expires_ms`."""

    at_ms: int
    contact_id: int
    agent_id: int
    queue_id: int
    expires_ms: int
    why: Why = ()


@dataclass(frozen=True, slots=True)
class OfferAccepted:
    at_ms: int
    contact_id: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class OfferDeclined:
    at_ms: int
    contact_id: int
    agent_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OfferExpired:
    at_ms: int
    contact_id: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class OfferWithdrawn:
    """The offer was taken back: its agent went, or the rules changed. The contact keeps its place."""

    at_ms: int
    contact_id: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class OfferPulledBack:
    """The offer went back before it was answered, so that its agent can be offered something that goes first.

    Nobody declined it and nobody let it pass. It waits at its place, kept for the agent until `kept_until_ms`.
    """

    at_ms: int
    contact_id: int
    agent_id: int
    kept_until_ms: int


@dataclass(frozen=True, slots=True)
class ContactTaken:
    """An agent pulled a waiting contact by hand."""

    at_ms: int
    contact_id: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """The customer wrote. `due_ms` is when an answer to it is due, where the ball was with the customer."""

    at_ms: int
    contact_id: int
    message_id: int
    due_ms: int | None = None


@dataclass(frozen=True, slots=True)
class MessageAnswered:
    """An agent answered; the ball is with the customer."""

    at_ms: int
    contact_id: int
    agent_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class NoteAdded:
    at_ms: int
    contact_id: int
    agent_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class ContactTransferred:
    """The agent hands it on, to a queue or to a named agent. A `ContactQueued` follows."""

    at_ms: int
    contact_id: int
    agent_id: int
    to_queue_id: int | None
    to_agent_id: int | None


@dataclass(frozen=True, slots=True)
class ContactReassigned:
    """A supervisor takes it from where it stands and names a queue, perhaps an agent. A `ContactQueued` follows.

    `agent_id` is who had it, on offer or in hand; `reason` is told to them.
    """

    at_ms: int
    contact_id: int
    agent_id: int | None
    by_id: int
    to_queue_id: int
    to_agent_id: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ContactReturned:
    """Its agent is gone: back to be queued, at its old place."""

    at_ms: int
    contact_id: int
    agent_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class ContactSlept:
    """Set aside until the customer writes, or until an instant. It frees its agent's hand."""

    at_ms: int
    contact_id: int
    agent_id: int
    until_ms: int | None


@dataclass(frozen=True, slots=True)
class ContactWoken:
    """Back in the hand of its agent."""

    at_ms: int
    contact_id: int
    agent_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class ContactClosed:
    """It is over. Its agent's hand stays full for the work after it: for `wrap_up_ms` at most, 0 for none."""

    at_ms: int
    contact_id: int
    agent_id: int | None
    outcome: Outcome
    motive_id: int | None = None
    wrap_up_ms: int = 0


@dataclass(frozen=True, slots=True)
class WrapUpEnded:
    """The work after a contact is done, or its time is over: its agent's hand is free."""

    at_ms: int
    contact_id: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class ContactReopened:
    """Closed too early: back in the hand of `agent_id`, as `by_id` asked.

    It counts in their capacity as one of `queue_id`; None when it only passes on its way to the line.
    """

    at_ms: int
    contact_id: int
    agent_id: int
    by_id: int
    queue_id: int | None
    place_ms: int


@dataclass(frozen=True, slots=True)
class ContactClassified:
    """A person gave it another motive."""

    at_ms: int
    contact_id: int
    agent_id: int
    motive_id: int | None


@dataclass(frozen=True, slots=True)
class ContactMoved:
    """It belongs to another request now: merged into it, or brought back from it (`cause` is `merged` or `undone`)."""

    at_ms: int
    contact_id: int
    agent_id: int
    from_request_id: int
    to_request_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class ContactReidentified:
    """It is another customer's: two were one and the same, or were not after all (`merged` or `undone`)."""

    at_ms: int
    contact_id: int
    agent_id: int
    from_customer_id: int
    to_customer_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class MessagesMoved:
    """Messages about something else were moved from this contact into one of their own."""

    at_ms: int
    contact_id: int
    agent_id: int
    to_contact_id: int
    message_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ContactAbandoned:
    """The customer left before an agent was there. `silent`: having written, without a word."""

    at_ms: int
    contact_id: int
    silent: bool


@dataclass(frozen=True, slots=True)
class DeliveryChanged:
    """What became of a reply on its way to the customer."""

    at_ms: int
    contact_id: int
    message_id: int
    delivery: str
    error: str | None = field(default=None)


@dataclass(frozen=True, slots=True)
class DeliverySetAside:
    """A delivery that opens no contact: a bounce, an automatic reply, a loop. 0: it belongs to none."""

    at_ms: int
    contact_id: int


WayFact = (
    ContactReceived
    | ContactDrawn
    | ContactQueued
    | ContactOverflowed
    | ContactPromised
    | ContactOffered
    | OfferAccepted
    | OfferDeclined
    | OfferExpired
    | OfferWithdrawn
    | OfferPulledBack
    | ContactTaken
    | MessageReceived
    | MessageAnswered
    | NoteAdded
    | ContactTransferred
    | ContactReassigned
    | ContactReturned
    | ContactSlept
    | ContactWoken
    | ContactClosed
    | WrapUpEnded
    | ContactAbandoned
    | ContactReopened
    | ContactClassified
    | ContactMoved
    | ContactReidentified
    | MessagesMoved
    | DeliveryChanged
    | TogetherFact
    | AppointmentFact
    | CallFact
)
"""What moves a contact on its way, or is said about it."""
ContactFact = WayFact | SteeringFact
