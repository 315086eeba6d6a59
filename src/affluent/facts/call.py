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


CallFact = CallMenuStepped | CallHeld | CallResumed | CallEnded
