"""One queue's waits, event by event: who waits, how fast the line moves, what to announce, how often that held.

Nothing here reads a clock: instants come with the events, in order. Durations are milliseconds.
"""

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass, field
from math import exp, inf, isfinite, log

import numpy as np
from scipy import special

from affluent.twin.waits.past import Curve, Floats, Past, share_by
from affluent.twin.waits.staff import Serving, Staff

SETTLED_MS = 2_000
"""Who is served sooner did not wait, and is told nothing."""
EVERY_MS = 30_000
"""How often what is announced of one wait is looked at afresh, to learn from it; rarer where many wait."""
MANY = 50
PACE_MS = 10 * 60_000
"""Of waiting: the memory of the pace."""
QUIET_MS = 3 * 60 * 60_000
"""After so long without anybody taken, the pace is of another time of the day."""
USUAL_MS = 300_000
"""The wait by a pace that is not known."""
_LEAST_MS, _MOST_MS = 5_000, 3_600_000
_FEWEST_AGENTS = 0.4
_SETTLING_MS = 10_000
_OFFERED, _NOBODY = 3.0, 3.0
_WAITED, _PACE, _AGENTS = 0.7, 1.0, 0.5
"""How much each of what is known of a moment counts beside the load, which counts 1."""
_MISS_LEAST, _MISS_MOST = 0.01, 0.5
_STEP = 0.02
_BACK = 0.002
Kind = tuple[bool, bool, bool]
"""Of a moment: whether an agent has the offer, whether nobody is there, whether it has waited for long."""
_NEVER_MS = 1 << 62
_HITS = 500
_FIRSTS = 200
_FEWEST_FIRSTS = 50
_RARE = 0.001
_SMALL = 0.05


@dataclass(frozen=True, slots=True)
class Range:
    """The wait that is left: from, to. It holds with the probability that was asked for."""

    low_ms: int
    high_ms: int


@dataclass(frozen=True, slots=True)
class Cushion:
    """What is added to the upper end of each range: a share of it, and a time."""

    share: float = 0.0
    added_ms: int = 0

    def on(self, high_ms: float) -> float:
        return high_ms * (1 + self.share) + self.added_ms


BARE = Cushion()


@dataclass(frozen=True, slots=True)
class Scored:
    """How one announcement went, told when its wait was over.

    `held` and `over` (the wait went on beyond the upper end) are 0 or 1, and shares for somebody who gave up inside the
    range: how it went for those who waited as long and stayed. `bare`: without the cushion.
    """

    at_ms: int
    """When it was said."""
    first: bool
    """Of its wait."""
    gave_up: bool
    own: bool
    """By a cushion of this contact's own, not by the queue's."""
    promised: float
    low_ms: int
    high_ms: int
    held: float
    over: float
    bare_high_ms: int
    bare_held: float
    bare_over: float


@dataclass(frozen=True, slots=True)
class Silent:
    """A moment at which there was nothing to say to somebody who waited, told when their wait was over."""

    at_ms: int
    nobody: bool
    """Whether no agent of the queue was there."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Announcements no longer hold as promised: of `of` waits `held` did."""

    held: float
    promised: float
    of: int


_NOTHING: Floats = np.zeros(0)


@dataclass(slots=True)
class _Look:
    """What was said of a wait at one moment, and what was known."""

    at_ms: int
    features: Floats
    kind: Kind
    steps: Floats
    """Of the curve of moments alike; empty while nothing is said."""
    low_ms: float
    bare_ms: float
    high_ms: float
    """With the cushion."""
    first: bool
    said: bool
    own: bool
    promised: float


@dataclass(slots=True)
class _Waiting:
    entered_ms: int
    cushion: Cushion | None
    """Its own; None: the queue's."""
    looks: list[_Look] = field(default_factory=list[_Look])
    next_ms: int = 0
    offered: bool = False


@dataclass(frozen=True, slots=True)
class _Told:
    """A range before its cushion, and of what it was made."""

    curve: Curve
    low_ms: float
    high_ms: float


class QueueWaits:
    """`hold` is how often a range shall hold, before the cushion is added to its upper end.

    Ranges adapt to what they miss without the cushion: it stays on top of them, or they would take it back.
    """

    def __init__(self, *, hold: float = 0.8, cushion: Cushion = BARE, staff: Staff | None = None) -> None:
        """`staff`: who is there, told by somebody else; None: agents are there who took somebody within an hour."""
        self.hold, self.cushion = hold, cushion
        self._miss: dict[Kind, float] = {}
        """What each range allows itself to miss now, by kind: less after misses, more after hits."""
        self.scored: list[Scored] | None = None
        """Where how announcements went is put down, if anywhere."""
        self.silences: list[Silent] | None = None
        self._waiting: dict[int, _Waiting] = {}
        self._entered: list[int] = []
        """When each of them came, in order."""
        self._due_ms = _NEVER_MS
        """No look is due before."""
        self._at_ms = 0
        self._taken, self._moving_ms = 0.0, 0.0
        self._last_taken_ms: int | None = None
        self._serving = Serving(staff or Staff())
        self._past = Past(6)
        self._hits: deque[float] = deque(maxlen=_HITS)
        self._over: deque[float] = deque(maxlen=_HITS)
        self._firsts: deque[float] = deque(maxlen=_FIRSTS)

    def promise(self, hold: float, cushion: Cushion) -> None:
        """From now on ranges hold so often, with this cushion. What was counted of other promises is left behind."""
        if (hold, cushion) == (self.hold, self.cushion):
            return
        if hold != self.hold:
            self._miss.clear()
        self.hold, self.cushion = hold, cushion
        for counted in (self._hits, self._over, self._firsts):
            counted.clear()

    def enters(self, contact: int, at_ms: int, cushion: Cushion | None = None) -> None:
        """Somebody begins to wait, with a cushion of their own where a rule on trial gives them one."""
        self.passes(at_ms)
        self._waiting[contact] = _Waiting(at_ms, cushion, next_ms=at_ms + SETTLED_MS)
        insort(self._entered, at_ms)
        self._due_ms = min(self._due_ms, at_ms + SETTLED_MS)

    def offered(self, contact: int, at_ms: int, *, still: bool = True) -> None:
        """Somebody is offered to an agent; or `still` no longer, and waits on."""
        self.passes(at_ms)
        if contact in self._waiting:
            self._waiting[contact].offered = still

    def taken(self, contact: int, at_ms: int, agent: int | None = None) -> None:
        """Somebody's wait ends as hoped: an agent takes them."""
        if agent is not None:
            self._serving.took(agent, at_ms)
        self._ends(contact, at_ms, answered=True)

    def leaves(self, contact: int, at_ms: int, *, gave_up: bool = True) -> None:
        """Somebody's wait ends otherwise: they gave up, or were sent elsewhere."""
        self._ends(contact, at_ms, answered=False, gave_up=gave_up)

    def passes(self, at_ms: int) -> None:
        """Time goes on, up to an instant. Looks at waits that are due are taken on the way."""
        while self._due_ms <= at_ms:
            self._pass(max(self._due_ms, self._at_ms))
            for one in self._waiting.values():
                if one.next_ms <= self._at_ms:
                    self._look(one)
            self._due_ms = min((one.next_ms for one in self._waiting.values()), default=_NEVER_MS)
        self._pass(at_ms)

    def range_of(self, contact: int, at_ms: int) -> Range | None:
        """What to tell somebody who waits now; None when too little is known."""
        self.passes(at_ms)
        one = self._waiting.get(contact)
        if one is None:
            return None
        return self._range(self._features(one), self._kind(one), one.cushion or self.cushion)

    def range_for_next(self, at_ms: int) -> Range | None:
        """What to tell somebody who would come now, and would have to wait."""
        self.passes(at_ms)
        one = _Waiting(self._at_ms - SETTLED_MS, None)
        ahead = len(self._waiting)
        return self._range(self._features(one, ahead), self._kind(one), self.cushion)

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return len(self._waiting)

    @property
    def held(self) -> tuple[float, int] | None:
        """How often the latest ranges held, and of how many that is told."""
        return (sum(self._hits) / len(self._hits), len(self._hits)) if self._hits else None

    @property
    def exceeded(self) -> float | None:
        """How often the wait went on beyond the range: what a cushion makes rarer."""
        return sum(self._over) / len(self._over) if self._over else None

    @property
    def drift(self) -> Drift | None:
        """Told when the latest waits held rarer than promised, by more than chance explains once in a thousand.

        Only what was said first of each wait counts: what is said of one wait later goes well or badly with it.
        """
        of, held = len(self._firsts), sum(self._firsts)
        if of < _FEWEST_FIRSTS or held / of > self.hold - _SMALL:
            return None
        if special.bdtr(held // 1, of, self.hold) >= _RARE:
            return None
        return Drift(held / of, self.hold, of)

    def _pass(self, at_ms: int) -> None:
        passed = max(0, at_ms - self._at_ms) if self._at_ms else 0
        if passed and self._waiting:
            fade = exp(-passed / PACE_MS)
            self._taken, self._moving_ms = self._taken * fade, self._moving_ms * fade + passed
        self._at_ms = max(self._at_ms, at_ms)

    def _ends(self, contact: int, at_ms: int, *, answered: bool, gave_up: bool = False) -> None:
        self.passes(at_ms)
        one = self._waiting.pop(contact, None)
        if one is None:
            return
        del self._entered[bisect_left(self._entered, one.entered_ms)]
        # Who was taken at once says nothing about how a line moves.
        if answered and at_ms - one.entered_ms >= SETTLED_MS:
            self._taken += 1
            self._last_taken_ms = at_ms
        for look in one.looks:
            self._learn(look, at_ms - look.at_ms, answered=answered, gave_up=gave_up)

    def _learn(self, look: _Look, lasted_ms: int, *, answered: bool, gave_up: bool) -> None:
        left_ms = max(1, lasted_ms)
        if look.said:
            bare = hit = _hit(look, look.bare_ms, left_ms, answered=answered)
            if look.high_ms != look.bare_ms:
                hit = _hit(look, look.high_ms, left_ms, answered=answered)
            # What is told of the queue is what the queue said: not what a rule on trial said in its place.
            if not look.own:
                self._hits.append(hit[0])
                self._over.append(hit[1])
                if look.first:
                    self._firsts.append(hit[0])
            # Gibbs and Candès: what is missed too often is told wider from now on, and the other way.
            self._allow(look.kind, _STEP * (bare[0] - self.hold))
            if self.scored is not None:
                self.scored.append(_scored(look, hit, bare, gave_up=gave_up))
        else:
            # Silence teaches nothing: what was allowed before it comes back slowly.
            self._allow(look.kind, _BACK * (1 - self.hold - self._allowed(look.kind)))
            if self.silences is not None:
                self.silences.append(Silent(look.at_ms, look.kind[1]))
        self._past.add(look.features, left_ms, answered=answered)

    def _allowed(self, kind: Kind) -> float:
        return self._miss.get(kind, 1 - self.hold)

    def _allow(self, kind: Kind, more: float) -> None:
        self._miss[kind] = min(_MISS_MOST, max(_MISS_LEAST, self._allowed(kind) + more))

    def _look(self, one: _Waiting) -> None:
        one.next_ms = self._at_ms + EVERY_MS * max(1, len(self._waiting) // MANY)
        features, kind, cushion = self._features(one), self._kind(one), one.cushion or self.cushion
        told = self._told(features, kind)
        look = _Look(
            self._at_ms, features, kind, _NOTHING, 0.0, inf, inf, not one.looks, told is not None,
            one.cushion is not None, self.hold,
        )  # fmt: skip
        if told is not None:
            look.steps, look.low_ms, look.bare_ms = told.curve.steps(), told.low_ms, told.high_ms
            look.high_ms = cushion.on(told.high_ms)
        one.looks.append(look)

    def _range(self, features: Floats, kind: Kind, cushion: Cushion) -> Range | None:
        told = self._told(features, kind)
        return None if told is None else Range(round(told.low_ms), round(cushion.on(told.high_ms)))

    def _told(self, features: Floats, kind: Kind) -> _Told | None:
        """Nothing where too little is known, and where too many left before they would have been answered."""
        if not self._past.enough or (self._pace() is None and not self._serving.at_work(self._at_ms)[1]):
            return None
        allowed = self._allowed(kind)
        curve = self._past.curve(features, allowed)
        low, high = curve.quantile_ms(allowed / 2), curve.quantile_ms(1 - allowed / 2)
        return _Told(curve, low, high) if isfinite(high) else None

    def _features(self, one: _Waiting, ahead: int | None = None) -> Floats:
        """A moment of a wait: how long it has lasted, the load, the pace of the line, who has it, who is there."""
        ahead = self._ahead(one) if ahead is None else ahead
        pace, agents = self._pace(), self._serving.at_work(self._at_ms)[0]
        by_pace_ms = USUAL_MS if pace is None else min(max((ahead + 1) / pace, _LEAST_MS), _MOST_MS)
        return np.array(
            [
                _WAITED * log(self._at_ms - one.entered_ms + _SETTLING_MS),
                log((ahead + 1) / max(agents, _FEWEST_AGENTS)),
                _PACE * log(by_pace_ms),
                _OFFERED * one.offered,
                _NOBODY * (agents == 0),
                _AGENTS * log(max(agents, _FEWEST_AGENTS)),
            ]
        )

    def _kind(self, one: _Waiting) -> Kind:
        late = self._at_ms >= one.entered_ms + EVERY_MS
        return one.offered, self._serving.at_work(self._at_ms)[0] == 0, late

    def _ahead(self, one: _Waiting) -> int:
        return bisect_left(self._entered, one.entered_ms)

    def _pace(self) -> float | None:
        """Taken a millisecond while somebody waits."""
        if (
            self._last_taken_ms is None
            or self._at_ms - self._last_taken_ms > QUIET_MS
            or self._moving_ms <= 0
        ):
            return None
        return max(self._taken, 0.5) / max(self._moving_ms, 1.0)


def _hit(look: _Look, high_ms: float, left_ms: int, *, answered: bool) -> tuple[float, float]:
    """Whether it held, and whether the wait went beyond. Of who left it is told by those alike who stayed as long."""
    if answered:
        return float(look.low_ms <= left_ms <= high_ms), float(left_ms > high_ms)
    if left_ms > high_ms:
        return 0.0, 1.0
    stayed = 1 - share_by(look.steps, left_ms)
    over = min(1.0, (1 - share_by(look.steps, high_ms)) / stayed)
    below = max(0.0, share_by(look.steps, look.low_ms) - share_by(look.steps, left_ms)) / stayed
    return max(0.0, 1 - over - below), over


def _scored(look: _Look, hit: tuple[float, float], bare: tuple[float, float], *, gave_up: bool) -> Scored:
    ends_ms = round(look.low_ms), round(look.high_ms)
    return Scored(
        look.at_ms, look.first, gave_up, look.own, look.promised, *ends_ms, *hit, round(look.bare_ms), *bare
    )
