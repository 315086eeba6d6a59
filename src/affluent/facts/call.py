"""What can happen to a telephone call, each said about its contact, whose way the other facts tell."""

from dataclasses import dataclass
from enum import StrEnum


class EndedBy(StrEnum):
    """Who or what ended a call."""

    CALLER = "caller"
    AGENT = "agent"
    LOST = "lost"
    """The caller's network was cut."""
    SERVER = "server"
    """The server that carried it went away with it."""
    VOICEMAIL = "voicemail"
    """The caller left a message: the call is over, and what they want is not."""
    CALLBACK = "callback"
    """The caller chose to be called back: the call is over, and their place in the line is not."""
    NOT_REACHED = "not_reached"
    """We called, and nobody was there."""


@dataclass(frozen=True, slots=True)
class CallMenuStepped:
    """The caller came through a step of the voice menu. `choice` is what they chose or said, if anything."""

    at_ms: int
    contact_id: int
    menu_id: int
    version: int
    step: str
    choice: str = ""


@dataclass(frozen=True, slots=True)
class CallHeld:
    """Its agent put the caller on hold: music."""

    at_ms: int
    contact_id: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class CallResumed:
    """Its agent is with the caller again."""

    at_ms: int
    contact_id: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The line is closed. In hand, the contact stays there for the work after it."""

    at_ms: int
    contact_id: int
    by: EndedBy


@dataclass(frozen=True, slots=True)
class CallbackAsked:
    """The caller chose to be called back: at their place in the line, or at `hour_ms`; then a promise follows."""

    at_ms: int
    contact_id: int
    hour_ms: int | None = None


@dataclass(frozen=True, slots=True)
class CallDialled:
    """We call the customer, for the agent who has the contact in hand. `attempt` counts from 1."""

    at_ms: int
    contact_id: int
    agent_id: int
    attempt: int


@dataclass(frozen=True, slots=True)
class CallNotReached:
    """The customer could not be called, or was not there: a `ContactQueued` for another time follows.

    `cause` is `busy`, `no_answer`, `rejected`, `unreachable`, `lost`, `given_up` (the agent hung up before),
    `no_line` (nothing here can call numbers now) or `not_now` (the hours of calling are over).
    """

    at_ms: int
    contact_id: int
    agent_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class CallPlaced:
    """An agent wants to call the customer, for `purpose`: a contact of its own, or again in one they hold."""

    at_ms: int
    contact_id: int
    agent_id: int
    purpose: str


@dataclass(frozen=True, slots=True)
class CallShared:
    """Customer and agent agreed to share `what` (`camera`, `screen`, `board`) and do so from now on.

    One of them asked (`asked_by`: `agent` or `customer`), the other said yes; `shown_by` shows it, or `both` do.
    """

    at_ms: int
    contact_id: int
    agent_id: int
    what: str
    asked_by: str
    shown_by: str


@dataclass(frozen=True, slots=True)
class CallShareEnded:
    """They share it no more, after `lasted_ms`: `ended_by` the agent, the customer, or the call."""

    at_ms: int
    contact_id: int
    agent_id: int
    what: str
    shown_by: str
    lasted_ms: int
    ended_by: str


CallFact = (
    CallMenuStepped
    | CallHeld
    | CallResumed
    | CallEnded
    | CallbackAsked
    | CallDialled
    | CallNotReached
    | CallPlaced
    | CallShared
    | CallShareEnded
)
