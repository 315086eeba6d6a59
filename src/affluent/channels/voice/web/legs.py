"""What a browser's line is: a caller's page, or an agent's desk, and how it is reached."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from affluent.channels.voice.switch import LegStanding, SwitchEvent
from affluent.facts.instants import SECOND_MS

Json = dict[str, Any]
Tell = Callable[[SwitchEvent], None]
Ahead = Callable[[int, str], Json | None]
"""The place in line of a contact, as its page shows it, in a language; None when it does not wait."""

Ice = Callable[[int], tuple[Json, ...]]
"""The STUN and TURN servers that browsers are told of, at an instant."""

BACK_MS = 20 * SECOND_MS
"""A browser that was loaded anew, or lost its network, has so long to come back to its call."""


class CallRefused(Exception):
    """No call can begin. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Link(Protocol):
    """A browser's socket. Any thread may tell it something; what comes too late is lost."""

    def tell(self, frame: Json) -> None: ...
    def replaced(self) -> None:
        """Another page has taken its place."""
        ...


@dataclass(eq=False)
class Phone:
    """An agent's desk, as a telephone. `gone_ms` is when its socket closed."""

    agent_id: int
    name: str
    link: Link | None
    gone_ms: int = 0


@dataclass(eq=False)
class Leg:
    """A line. Callers have a token and a link of their own; an agent's is their desk's."""

    id: str
    server_id: int
    door: str
    since_ms: int
    from_number: str = ""
    name: str = ""
    language: str = ""
    key: str = ""
    token: str = ""
    agent_id: int | None = None
    link: Link | None = None
    gone_ms: int = 0
    ring_until_ms: int = 0
    up: bool = False
    met: bool = False
    room: str | None = None
    hears: str | None = None
    """The room it listens in, without being in it."""
    whispers_to: str = ""
    """The one line of that room that hears it."""
    tags: dict[str, str] = field(default_factory=dict[str, str])
    told: Json = field(default_factory=dict[str, Any])
    shares: tuple[str, ...] = ()
    """What the channel of a caller lets them and an agent share."""

    @property
    def contact_id(self) -> int | None:
        contact = self.tags.get("contact")
        return None if contact is None else int(contact)


def no_ice(now_ms: int) -> tuple[Json, ...]:
    """Browsers of one network, or of one machine, need none."""
    return ()


def fresh_name() -> str:
    """A line's name, which tells nothing and cannot be guessed."""
    return secrets.token_urlsafe(16)


def stood(leg: Leg) -> LegStanding:
    """How a line stands, as switches tell it."""
    return LegStanding(leg.id, leg.up, leg.room, leg.from_number, leg.door, leg.since_ms, dict(leg.tags))


def ringing(leg: Leg) -> Json:
    """What a desk is told of a line that rings there, or is up."""
    about = {"leg": leg.id, "from_number": leg.from_number, "name": leg.name}
    return {"t": "ring", "up": leg.up, "contact_id": leg.contact_id} | about


def standing(leg: Leg, *, talks: bool, agent: Phone | None, ahead: Ahead) -> Json:
    """How a caller stands, as their page shows it."""
    place = None
    if not talks and not leg.met and leg.contact_id is not None:
        place = ahead(leg.contact_id, leg.language)
    state = "talking" if talks else "held" if leg.met else "waiting"
    return {"t": "state", "state": state, "agent": {"name": agent.name} if agent else None, "place": place}
