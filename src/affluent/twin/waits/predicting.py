"""One queue's waits, event by event: who waits, how fast the line moves, what to announce, how often that held.

Nothing here reads a clock: instants come with the events, in order. Durations are milliseconds.
"""

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass, field
from math import exp

from scipy import special

from affluent.twin.waits.line import quantile_ms, share_by
from affluent.twin.waits.scores import Scores

SETTLED_MS = 2_000
"""Who is served sooner did not wait, and is told nothing."""
EVERY_MS = 30_000
"""How often what is announced of one wait is looked at afresh, to learn from it."""
PACE_MS = 10 * 60_000
"""Of waiting: the memory of the pace."""
LEAVING_MS = 40 * 60 * 60_000
"""Of waiting, all people together: the memory of how many leave."""
QUIET_MS = 3 * 60 * 60_000
"""After so long without anybody taken, the pace is of another time of the day."""
_CLASSES = (0, 1, 3, 7, 15)
_STEP = 0.02
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
class Drift:
    """Announcements no longer hold as promised: of `of` waits `held` did."""

    held: float
    promised: float
    of: int


@dataclass(slots=True)
class _Look:
    """What was said of a wait at one moment, by which law."""

    at_ms: int
    ahead: int
    pace: float
    leaving: float
    low: float
    bare: float
    high: float
    """Shares of the law; `high` with the cushion."""
    late: bool
    """Not the first of this wait."""
    said: bool
    cushion: Cushion
    own: bool
    promised: float


@dataclass(slots=True)
class _Waiting:
    entered_ms: int
    cushion: Cushion | None
    """Its own; None: the queue's."""
    looks: list[_Look] = field(default_factory=list[_Look])
    next_ms: int = 0


class QueueWaits:
    """`hold` is how often a range shall hold, before the cushion is added to its upper end.

    Ranges adapt to what they miss without the cushion: it stays on top of them, or they would take it back.
    """

    def __init__(self, *, hold: float = 0.8, cushion: Cushion = BARE) -> None:
        self.hold, self.cushion = hold, cushion
        self._miss = 1 - hold
        """What each range allows itself to miss now: less after misses, more after hits."""
        self.scored: list[Scored] | None = None
        """Where how announcements went is put down, if anywhere."""
        self._waiting: dict[int, _Waiting] = {}
        self._entered: list[int] = []
        """When each of them came, in order."""
        self._due_ms = _NEVER_MS
        """No look is due before."""
        self._at_ms = 0
        self._taken, self._moving_ms = 0.0, 0.0
        self._left, self._waited_ms = 0.0, 0.0
        self._last_taken_ms: int | None = None
        self._scores = [[Scores() for _ in range(len(_CLASSES) + 1)] for _ in range(2)]
        self._hits: deque[float] = deque(maxlen=_HITS)
        self._over: deque[float] = deque(maxlen=_HITS)
        self._firsts: deque[float] = deque(maxlen=_FIRSTS)

    def promise(self, hold: float, cushion: Cushion) -> None:
        """From now on ranges hold so often, with this cushion. What was counted of other promises is left behind."""
        if (hold, cushion) == (self.hold, self.cushion):
            return
        if hold != self.hold:
            self._miss = 1 - hold
        self.hold, self.cushion = hold, cushion
        for counted in (self._hits, self._over, self._firsts):
            counted.clear()

    def enters(self, contact: int, at_ms: int, cushion: Cushion | None = None) -> None:
        """Somebody begins to wait, with a cushion of their own where a rule on trial gives them one."""
        self.passes(at_ms)
        self._waiting[contact] = _Waiting(at_ms, cushion, next_ms=at_ms + SETTLED_MS)
        insort(self._entered, at_ms)
        self._due_ms = min(self._due_ms, at_ms + SETTLED_MS)

    def taken(self, contact: int, at_ms: int) -> None:
        """Somebody's wait ends as hoped."""
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
        late = bool(one.looks) and at_ms >= one.entered_ms + EVERY_MS
        return self._range(self._ahead(one), one.cushion or self.cushion, late=late)

    def range_for_next(self, at_ms: int) -> Range | None:
        """What to tell somebody who would come now, and would have to wait."""
        self.passes(at_ms)
        return self._range(len(self._waiting), self.cushion, late=False)

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
            waited = passed * len(self._waiting)
            fade = exp(-waited / LEAVING_MS)
            self._left, self._waited_ms = self._left * fade, self._waited_ms * fade + waited
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
        self._left += gave_up
        for look in one.looks:
            self._learn(look, at_ms - look.at_ms, answered=answered, gave_up=gave_up)

    def _learn(self, look: _Look, lasted_ms: int, *, answered: bool, gave_up: bool) -> None:
        score = share_by(max(1, lasted_ms), look.ahead, look.pace, look.leaving)
        scores = self._of(look.ahead, late=look.late)
        if look.said:
            bare = hit = self._hit(scores, look.low, look.bare, score, answered=answered)
            if look.high != look.bare:
                hit = self._hit(scores, look.low, look.high, score, answered=answered)
            # What is told of the queue is what the queue said: not what a rule on trial said in its place.
            if not look.own:
                self._hits.append(hit[0])
                self._over.append(hit[1])
                if not look.late:
                    self._firsts.append(hit[0])
            # Gibbs and Candès: what is missed too often is told wider from now on, and the other way.
            self._miss = min(0.5, max(0.01, self._miss + _STEP * ((1 - self.hold) - (1 - bare[0]))))
            if self.scored is not None:
                self.scored.append(_scored(look, hit, bare, gave_up=gave_up))
        scores.add(score, answered=answered)

    def _hit(
        self, scores: Scores, low: float, high: float, score: float, *, answered: bool
    ) -> tuple[float, float]:
        """Whether it held, and whether the wait went beyond. Of who left it is told by those who stayed as long."""
        if answered:
            return float(low <= score <= high), float(score > high)
        # Asked whatever the cushion: when these steps are renewed must not depend on it.
        beyond = 1 - scores.share(score)
        if score > high:
            return 0.0, 1.0
        if beyond <= 0:
            return 1.0, 0.0
        over = (1 - scores.share(high)) / beyond
        below = max(0.0, scores.share(low) - scores.share(score)) / beyond
        return max(0.0, 1 - over - below), over

    def _look(self, one: _Waiting) -> None:
        one.next_ms = self._at_ms + EVERY_MS
        pace = self._pace()
        if pace is None:
            return
        ahead, late = self._ahead(one), bool(one.looks)
        bounds = self._bounds(ahead, late=late)
        low, bare = bounds or (0.0, 1.0)
        high = bare
        law = (ahead, pace, self._leaving())
        cushion = one.cushion or self.cushion
        if bounds is not None and cushion != BARE:
            high = share_by(cushion.on(quantile_ms(bare, *law)), *law)
        own, said = one.cushion is not None, bounds is not None
        one.looks.append(_Look(self._at_ms, *law, low, bare, high, late, said, cushion, own, self.hold))

    def _range(self, ahead: int, cushion: Cushion, *, late: bool) -> Range | None:
        pace, bounds = self._pace(), self._bounds(ahead, late=late)
        if pace is None or bounds is None:
            return None
        low, high = (quantile_ms(share, ahead, pace, self._leaving()) for share in bounds)
        return Range(round(low), round(cushion.on(high))) if high < 1e12 else None

    def _bounds(self, ahead: int, *, late: bool) -> tuple[float, float] | None:
        scores = self._of(ahead, late=late)
        if not scores.enough:
            return None
        low, high = scores.quantile(self._miss / 2), scores.quantile(1 - self._miss / 2)
        return (low, high) if high < 1.0 else (low, 1 - 1e-6)

    def _of(self, ahead: int, *, late: bool) -> Scores:
        kind = sum(ahead > most for most in _CLASSES)
        return self._scores[late][kind]

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

    def _leaving(self) -> float:
        """Gone a millisecond of waiting."""
        return self._left / self._waited_ms if self._waited_ms > 0 else 0.0


def _scored(look: _Look, hit: tuple[float, float], bare: tuple[float, float], *, gave_up: bool) -> Scored:
    law = (look.ahead, look.pace, look.leaving)
    low_ms, bare_ms = (quantile_ms(one, *law) for one in (look.low, look.bare))
    ends_ms = round(low_ms), round(look.cushion.on(bare_ms))
    return Scored(
        look.at_ms, not look.late, gave_up, look.own, look.promised, *ends_ms, *hit, round(bare_ms), *bare
    )
