"""Backfill by service level: asynchronous work is handed out while synchronous queues keep their promise.

A reserve with a goal is shut when its queues are answered too late, or somebody soon would be, and opened when both are
well again. Between the two lies a band, and it opens no sooner than a while after it shut: so it does not flap.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal, Protocol

from affluent.centre.hub import BoardChanged
from affluent.centre.transaction import Transaction
from affluent.facts.instants import MINUTE_MS
from affluent.facts.reserve import ReserveOpened, ReserveShut

FEW = 5
"""Fewer contacts than these tell nothing of a service level."""
MARGIN_PERCENT = 2
"""So much better than its goal the level must be before the reserve opens."""
SOON_PERCENT, CALM_PERCENT = 75, 40
"""Shares of a target used up, foreseen: from the one on it is shut, below the other it may open."""
STEADY_MS = MINUTE_MS
"""How long it stays shut at least."""

Cause = Literal["level", "wait"]


@dataclass(frozen=True, slots=True)
class Goal:
    """A reserve that goes by service level, and how it stands."""

    reserve_id: int
    queue_ids: Sequence[int]
    level_percent: int
    window_ms: int
    shut: bool
    since_ms: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """A queue now: how many wait, the longest wait, the answers of the window, and the target."""

    waiting: int
    longest_ms: int
    answered: int
    target_ms: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What a verdict stands on; `used_percent` is of the queue whose target is nearest."""

    in_time: int
    owed: int
    used_percent: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """`cause` None: it opens."""

    shut: bool
    cause: Cause | None


class Levels(Protocol):
    """What the controller looks at; each is a short read."""

    def goals(self) -> Sequence[Goal]:
        """The reserves that go by service level, by identifier."""
        ...

    def level(self, queue_ids: Sequence[int], window_ms: int, now_ms: int) -> tuple[int, int]:
        """Of the contacts that came in the window and whose service is known: in time, and all of them."""
        ...

    def lines(self, queue_ids: Sequence[int], window_ms: int, now_ms: int) -> Sequence[Line]: ...


def used_percent(line: Line, window_ms: int) -> int:
    """The larger of what the longest wait has used of the target, and of what whoever comes now would use.

    Whoever comes now waits until all before them are answered, at the pace of the window. Without an answer in it
    only the longest wait tells.
    """
    foreseen_ms = line.waiting * window_ms // line.answered if line.answered else 0
    return max(line.longest_ms, foreseen_ms) * 100 // line.target_ms


def seen(goal: Goal, levels: Levels, now_ms: int) -> Seen:
    in_time, owed = levels.level(goal.queue_ids, goal.window_ms, now_ms)
    lines = levels.lines(goal.queue_ids, goal.window_ms, now_ms)
    return Seen(in_time, owed, max((used_percent(one, goal.window_ms) for one in lines), default=0))


def verdict(goal: Goal, found: Seen, now_ms: int) -> Verdict | None:
    """How the reserve ought to stand; None: as it does."""
    known = found.owed >= FEW
    if not goal.shut:
        if found.used_percent >= SOON_PERCENT:
            return Verdict(shut=True, cause="wait")
        if known and found.in_time * 100 < goal.level_percent * found.owed:
            return Verdict(shut=True, cause="level")
        return None
    if goal.since_ms is not None and now_ms - goal.since_ms < STEADY_MS:
        return None
    wanted = min(100, goal.level_percent + MARGIN_PERCENT)
    kept = not known or found.in_time * 100 >= wanted * found.owed
    return Verdict(shut=False, cause=None) if kept and found.used_percent < CALM_PERCENT else None


def turn(tx: Transaction, *, reserve_id: int, found: Seen, turned: Verdict) -> bool:
    """Shuts or opens a reserve. One that stands so already, or goes by level no longer, changes nothing."""
    told = {**asdict(found), "cause": turned.cause}
    if not tx.store.supervision.turn_reserve(reserve_id, tx.now_ms, told, shut=turned.shut):
        return False
    if turned.cause is not None:
        tx.emit_reserve(ReserveShut(tx.now_ms, reserve_id, turned.cause, **asdict(found)))
    else:
        tx.emit_reserve(ReserveOpened(tx.now_ms, reserve_id, **asdict(found)))
    tx.policy_changed = True
    tx.tell(BoardChanged("levers"))
    return True
