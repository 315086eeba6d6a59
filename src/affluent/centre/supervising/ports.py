"""What supervising stands on: what it writes within a transaction, and what the board reads."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from affluent.centre.administration.ports import AuditEntry
from affluent.centre.wall import Viewer

Json = dict[str, Any]
ALERTS_A_PAGE = 100
CONTACTS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Closure:
    """A channel closed until `until_ms`, with what its customers are told; an empty text: a usual sentence."""

    id: int
    channel_id: int
    until_ms: int
    message_fr: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Raise:
    """A queue's tier for a while."""

    id: int
    queue_id: int
    tier: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Alert:
    """Something about to give way in a queue. `level` is `soon` or `late`; `params` go into the sentence."""

    kind: str
    queue_id: int
    brand_id: int
    level: str
    params: Mapping[str, Any]


class Supervision(Protocol):
    """What a supervisor writes, within the transaction of a use case."""

    def note(self, entry: AuditEntry) -> None: ...
    def closure(self, channel_id: int) -> Closure | None:
        """The closure that stands on a channel, whether or not its time is up."""
        ...

    def close(self, by_id: int, now_ms: int, closure: Closure) -> None: ...
    def open(self, closure_id: int, by_id: int | None, now_ms: int) -> None: ...
    def standing(self) -> tuple[Sequence[Closure], Sequence[Raise]]:
        """All closures and raised queues that nobody has ended."""
        ...

    def raise_queue(self, queue_id: int, tier: int, by_id: int, now_ms: int, until_ms: int) -> None:
        """Raises a queue; what stood before is ended."""
        ...

    def lower_queue(self, queue_id: int, now_ms: int) -> bool: ...
    def turn_reserve(self, reserve_id: int, now_ms: int, seen: Mapping[str, Any], *, shut: bool) -> bool:
        """Shuts or opens a reserve that goes by service level; False when it stands so, or is no such reserve."""
        ...

    def readers(
        self, account_ids: Sequence[int] | None, team_id: int | None, brands: Sequence[int] | None
    ) -> Sequence[int]:
        """Active people at the desks: those named, or those of a team (None: of any), within the brands."""
        ...

    def add_notice(
        self,
        *,
        by_id: int,
        now_ms: int,
        until_ms: int,
        text: str,
        team_id: int | None,
        brands: Sequence[int] | None,
        readers: Sequence[int],
    ) -> int: ...
    def read_notice(self, notice_id: int, account_id: int, now_ms: int) -> bool: ...
    def end_notice(self, notice_id: int, brands: Sequence[int] | None, now_ms: int) -> Sequence[int] | None:
        """Ends a notice; returns its readers, or None when there is none on this side of the wall."""
        ...

    def set_limits(self, queue_id: int | None, limits: Mapping[str, Any] | None) -> Json | None:
        """Writes the limits of a queue or of the centre (None: forgets them); returns those before."""
        ...

    def begin_alert(self, alert: Alert, now_ms: int) -> None:
        """Writes an alert, or what it says now when it stands already."""
        ...

    def end_alert(self, queue_id: int, kind: str, now_ms: int) -> None: ...
    def see_alert(self, alert_id: int, brands: Sequence[int] | None, by_id: int, now_ms: int) -> bool: ...
    def team_brand(self, team_id: int) -> tuple[int | None] | None:
        """The brand of a team as a tuple of one, None when there is no such team."""
        ...


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """A queue as the board shows it. `able` are the people who could ever serve it."""

    id: int
    brand_id: int
    name: str
    medium: str
    tier: int
    raised: Raise | None
    target_share: float
    target_ms: int
    hours: Mapping[str, Any] | None
    able: frozenset[int]


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Someone at a desk. `brands` are those they serve; `limits` how many contacts at once, by medium."""

    id: int
    name: str
    team_id: int | None
    brands: frozenset[int]
    limits: Mapping[str, int]
    skills: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """A contact that has not ended, as the board keeps it. Instants in ms.

    `owed_ms` is since when an answer is owed: at its arrival, or where the ball came back to us.
    """

    id: int
    brand_id: int
    queue_id: int | None
    medium: str
    state: str
    agent_id: int | None
    arrived_ms: int
    due_ms: int | None
    owed_ms: int | None
    target_ms: int | None
    awaiting: str
    version: int
    beside: Sequence[int] = ()
    """Who takes part in it beside its agent."""
    promised_ms: int | None = None
    """The hour that its customer was promised: it waits for nobody before."""


@dataclass(frozen=True, slots=True)
class PresenceFacts:
    """`lifted` are contacts allowed over the limits, by medium, until `lifted_until_ms`."""

    state: str
    reason: str | None
    since_ms: int
    lifted: Mapping[str, int] | None = None
    lifted_until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """All that a board begins with."""

    brands: Sequence[Json]
    teams: Sequence[Json]
    queues: Sequence[QueueFacts]
    people: Sequence[PersonFacts]
    contacts: Sequence[Standing]
    presences: Mapping[int, PresenceFacts]
    channels: Sequence[Json]
    limits: Mapping[int | None, Json]


@dataclass(frozen=True, slots=True)
class QueueToday:
    """A queue's figures of today, as counts, so that several pool. `usual` is the volume a week ago by now.

    `flow` are the arrivals of each half-hour from `from_ms`, midnight, on; `usual_flow` those of the whole day a
    week ago.
    """

    arrived: int
    in_target: int
    owed: int
    abandoned: int
    offered: int
    usual: int | None
    from_ms: int = 0
    flow: tuple[int, ...] = ()
    usual_flow: tuple[int, ...] = ()


class TodayFigures(Protocol):
    """Today's figures by queue, by the definitions that reports use."""

    def today(self, now_ms: int) -> Mapping[int, QueueToday]: ...
    def counting(self) -> bool:
        """Whether what was committed is still being counted: figures are not whole yet."""
        ...

    def contact_ids(self, key: str, queues: Collection[int], now_ms: int, *, missed: bool) -> list[int]:
        """The contacts behind a figure of today, newest first; `missed` leaves out those that met it.

        One that the figure counts in each of several queues is there as often.
        """
        ...


class NoFigures:
    """The double of `TodayFigures` for a centre without a past."""

    def today(self, now_ms: int) -> Mapping[int, QueueToday]:
        return {}

    def counting(self) -> bool:
        return False

    def contact_ids(self, key: str, queues: Collection[int], now_ms: int, *, missed: bool) -> list[int]:
        return []


@dataclass(frozen=True, slots=True)
class ReserveSet:
    """A reserve of agents as an administrator set it."""

    id: int
    name: str
    brand_id: int | None
    medium: str
    queue_ids: Sequence[int]
    tier: int | None
    agents: int
    waiting: int | None
    team_id: int | None
    level_percent: int | None = None
    """The service level by which it opens and shuts; None: by counts."""
    level_since_ms: int | None = None
    level_seen: Mapping[str, Any] | None = None
    """What was seen when it last turned: see `backfilling.turn`."""


class BoardViews(Protocol):
    """Read-only looks for the board; each is one short transaction."""

    def reserves(self) -> Sequence[ReserveSet]:
        """The reserves of agents, in the order in which they were made."""
        ...

    def facts(self) -> BoardFacts: ...
    def contacts(self, viewer: Viewer, narrowed: Mapping[str, Any], cursor: str | None) -> Json:
        """A page of the contacts behind a figure of now, the most urgent first, and how many there are in all."""
        ...

    def rows(self, viewer: Viewer, contact_ids: Sequence[int]) -> list[Json]:
        """Contacts as lines of a list, in the order given, without those behind the wall."""
        ...

    def alerts(self, viewer: Viewer, *, before_id: int | None, open_only: bool) -> list[Json]:
        """Alerts, latest first, at most `ALERTS_A_PAGE`."""
        ...

    def open_alerts(self) -> list[Alert]:
        """All that stand, whatever their brand."""
        ...

    def notices(self, viewer: Viewer, now_ms: int) -> list[Json]:
        """Notices that stand, with how many have read them."""
        ...

    def notices_for(self, account_id: int, now_ms: int) -> list[Json]:
        """What one person is to read."""
        ...
