"""A scenario: a centre's day as data. Who comes, how long they wait and take, who works, by which policy.

Instants are milliseconds from the start of the day, durations milliseconds. What is by period has one value for
each period, or a single one for all of them; after the last period its value holds on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from affluent.routing.document.reading import Noun
from affluent.routing.policy import AgentRule, Demands, Policy
from affluent.twin.scenario.laws import NEVER, Law

Laws = tuple[Law, ...]
"""By period."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Arrivals an hour, by period: a Poisson stream, as the day's busyness leaves it."""

    per_hour: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Instants:
    """Arrivals as they were recorded, in order; the same ones in each replication."""

    at_ms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SelfCare:
    """Before the queue: so long in a menu or a dialogue; a share is served there, a share hangs up there."""

    lasts: Laws = ()
    served: float = 0.0
    left: float = 0.0


@dataclass(frozen=True, slots=True)
class Return:
    """A share comes again after a while, as a contact of `class_name` (None: of its own)."""

    share: float
    after: Laws
    class_name: str | None = None


@dataclass(frozen=True, slots=True)
class Onward:
    """A share is handed on when handled, and waits and is handled as a contact of `class_name`."""

    class_name: str
    share: float


@dataclass(frozen=True, slots=True)
class Callback:
    """Who has waited `after_ms` is asked; a share hangs up, keeps the place and is called back in turn.

    They wait in `queue` (None: in their own line), and no longer give up.
    """

    after_ms: int
    share: float
    queue: int | None = None


@dataclass(frozen=True, slots=True)
class ContactClass:
    """Contacts that are alike: the same queue, motive and segment, the same laws.

    `handling` is until the customer has gone, `wrap_up` the work that follows. Asynchronous media are answered
    when handled. `backlog`: contacts that wait at the start, having waited for as long as `backlog_age` says.
    """

    name: str
    queue: int
    handling: Laws
    arrivals: Rates | Instants = Rates((0.0,))
    motive: str | None = None
    segment: str | None = None
    busyness: float | None = None
    handling_by_group: Mapping[str, Laws] = field(default_factory=dict[str, Laws])
    wrap_up: Laws = ()
    patience: Laws = (NEVER,)
    self_care: SelfCare | None = None
    retry: Return | None = None
    again: Return | None = None
    onward: tuple[Onward, ...] = ()
    callback: Callback | None = None
    backlog: int = 0
    backlog_age: Laws = ()


@dataclass(frozen=True, slots=True)
class Break:
    """From `at_ms` on, so many agents of a group are away for `lasts_ms`; who has a contact finishes it."""

    at_ms: int
    lasts_ms: int
    agents: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Agents who are alike: `rules` has one for each that works at any time; `present` how many do, by period.

    When fewer work than before, those who have nothing in hand go first; then whoever is next freed of a contact.
    `pick_up`: how long an offer rings before it is accepted.
    """

    name: str
    rules: tuple[AgentRule, ...]
    present: tuple[int, ...]
    breaks: tuple[Break, ...] = ()
    pick_up: Laws = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """`policy` has the agents of all groups. `busyness` is the shape of a gamma law of mean 1 by which a day's
    rates are multiplied, those of a class by its own as well; None: days are alike.

    `laws_at_arrival`: handling has the law of the period in which a contact arrived, not in which it is taken.
    """

    policy: Policy
    classes: tuple[ContactClass, ...]
    groups: tuple[Group, ...]
    periods_ms: tuple[int, ...]
    """How long each period lasts."""
    name: str = ""
    starts_ms: int = 0
    """The clock at the start of the day; for labels only."""
    warm_up_ms: int = 0
    """Contacts that arrive before it are not counted."""
    runs_on: bool = True
    """After the last period nobody arrives, and the last staff stays until all are served; else it is cut."""
    busyness: float | None = None
    laws_at_arrival: bool = False
    segments: Mapping[str, Demands] = field(default_factory=dict[str, Demands])
    names: Mapping[Noun, Mapping[int, str]] = field(default_factory=dict[Noun, Mapping[int, str]])
    """What the policy's numbers are called, by noun."""

    @property
    def edges_ms(self) -> tuple[int, ...]:
        """The instants between periods, with 0 and the end of the last."""
        return (0, *accumulate(self.periods_ms))

    def queue_name(self, queue: int) -> str:
        return self.names.get("queue", {}).get(queue, str(queue))
