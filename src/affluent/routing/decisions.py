"""What the engine answers, and the live state it is rebuilt from. Identifiers are those of the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from affluent.routing.policy import NO_DEMANDS, Demands

ReasonCode = Literal[
    "same_agent",
    "tier",
    "rank",
    "skill",
    "only_one",
    "team",
    "least_busy",
    "longest_idle",
    "least_versatile",
]
"""Every reason the engine can give: the set is closed, and pages have words for each."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an offer went where it went: a code and its parameters.

    `same_agent`; `skill` (skill, level, asked, required); `tier` (tier); `only_one`; `least_busy`;
    `longest_idle` (since_ms); `least_versatile`; `team` (team); `rank` (rank).
    """

    code: ReasonCode
    params: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Offered:
    """The contact is offered to the agent until `expires_ms`."""

    contact: int
    agent: int
    queue: int
    expires_ms: int
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class OfferExpired:
    """The offer ended unanswered: its time was over, or the agent left. The contact waits at its place."""

    contact: int
    agent: int


@dataclass(frozen=True, slots=True)
class PulledBack:
    """The offer went back before the agent answered, for a contact of a medium that goes first.

    The contact waits at its place, kept for the agent during its queue's `keep_ms`.
    """

    contact: int
    agent: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """A sleeping contact woke and is in the agent's hand again, without an offer."""

    contact: int
    agent: int


@dataclass(frozen=True, slots=True)
class Overflowed:
    """The contact went on to another queue, at its place by arrival there."""

    contact: int
    from_queue: int
    to_queue: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The contact is not, or no longer, in the queue and there is no other to send it to.

    `full` and `closed`: it did not come in. `waited`: it has waited as long as the queue keeps it.
    """

    contact: int
    queue: int
    reason: Literal["full", "closed", "waited"] = "full"


@dataclass(frozen=True, slots=True)
class WrapUpEnded:
    """The time for work after the contact is over; the agent's hand is free."""

    contact: int
    agent: int


Decision = Offered | OfferExpired | PulledBack | Resumed | Overflowed | Refused | WrapUpEnded


class RoutingError(Exception):
    """An event that cannot be: nothing has changed but that time has passed.

    `code` is one of unknown_contact, known_contact, unknown_queue, unknown_agent, not_waiting, not_offered,
    not_in_hand, not_asleep, other_agent, lacks_required_skill, bad_demands (problems), bad_agent (problems),
    bad_limits, not_by_hand, same_contact, has_it, takes_no_part.
    """

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code} {params}" if params else code)


class Place(StrEnum):
    """Where a contact is, as the engine sees it."""

    WAITING = "waiting"
    OFFERED = "offered"
    IN_HAND = "in_hand"
    SLEEPING = "sleeping"
    HELD = "held"
    WRAPPING = "wrapping"


class Presence(StrEnum):
    OFFLINE = "offline"
    AWAY = "away"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The agent is set aside from this contact until then."""

    agent: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class LiveContact:
    """A contact that is not gone. `holds`: a sleeping one counts in its agent's capacity.

    `expires_ms`: when its offer or wrap-up ends, or until when it is held. `entered_ms` (None: `arrived_ms`):
    when it came to its queue. `participants` take part beside its agent.
    """

    contact: int
    queue: int
    arrived_ms: int
    place: Place = Place.WAITING
    agent: int | None = None
    expires_ms: int | None = None
    kept_for: int | None = None
    kept_until_ms: int = 0
    holds: bool = False
    refusals: tuple[Refusal, ...] = ()
    demands: Demands = NO_DEMANDS
    entered_ms: int | None = None
    participants: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveAgent:
    """`lifted`: contacts over the limit, by medium, that the agent may have until `lifted_until_ms`."""

    agent: int
    presence: Presence = Presence.OFFLINE
    idle_since_ms: int = 0
    set_aside_until_ms: int | None = None
    lifted: Mapping[str, int] = field(default_factory=dict[str, int])
    lifted_until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class QueueWaiting:
    """How many wait in a queue, and the largest share of its target that one of them has used up."""

    queue: int
    count: int
    most_urgent_share: float | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, over all and by queue; queues where nobody waits are left out."""

    count: int
    most_urgent_share: float | None
    queues: tuple[QueueWaiting, ...]
