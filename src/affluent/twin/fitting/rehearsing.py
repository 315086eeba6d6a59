"""A quick run of recorded days with the fitted laws, to find how many of those seen at work were there in effect.

The only use of this line is to set one number, the `presence` of a team: with it, the days that were fitted wait as
they did. It knows the plainest rule, whoever waits longest first, less what their queue yields; the twin runs the live
engine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from affluent.measure.outcomes import Ints
from affluent.twin.fitting.staffing import whole

Floats = NDArray[np.float64]
HOUR_MS = 3_600_000
LEFT_OUT = 0.05
_ROUNDS = 9
_LEAST, _MOST = 0.7, 1.5


@dataclass(frozen=True, slots=True)
class Days:
    """Arrivals in order (when, and of which class, a place), patience and handling drawn for each of them, and
    the teams: which classes each may serve, and how many were seen by period."""

    at_ms: Ints
    kind: Ints
    patience_ms: Ints
    handling_ms: Ints
    serves: Sequence[frozenset[int]]
    seen: Sequence[Floats]
    edges_ms: Ints
    yields_ms: Sequence[int]
    """For how long each class yields to the others."""


def presence(days: Days, waited_ms: Ints) -> float:
    """The factor on those seen by which hours wait as they did on average.

    The few hours that are furthest off on either side are left out: at them the centre stood still, or a call of an
    hour met two agents; people elsewhere must not answer for that.
    """
    low, high = _LEAST, _MOST
    if not (waited_ms > 0).any():
        return 1.0
    hour = (days.at_ms - days.at_ms[0]) // HOUR_MS
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        off = np.sort(np.bincount(hour, waits(days, middle) - waited_ms))
        left_out = round(LEFT_OUT * np.count_nonzero(np.bincount(hour)))
        # More people, shorter waits.
        if off[left_out : len(off) - left_out].sum() > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def waits(days: Days, factor: float) -> Ints:
    """How long each of those who came waited, in ms, until answered or gone."""
    return _Agenda(days, [whole(one * factor) for one in days.seen]).run()


class _Agenda:
    def __init__(self, days: Days, staff: list[tuple[int, ...]]) -> None:
        self._days = days
        self._staff = staff
        self._room = [0] * len(staff)
        """How many more each team could take; below 0 where some should have gone."""
        self._lines: list[list[tuple[int, int]]] = [[] for _ in range(int(days.kind.max()) + 1)]
        self._by_kind = [
            [at for at, kinds in enumerate(days.serves) if kind in kinds] for kind in range(len(self._lines))
        ]
        self._until = (days.at_ms + days.patience_ms).tolist()
        self._handling = days.handling_ms.tolist()
        self._at: list[int] = days.at_ms.tolist()
        self._ends: list[tuple[int, int]] = []
        self._waited = [0] * len(self._at)

    def run(self) -> Ints:
        edges = self._days.edges_ms.tolist()
        kinds = self._days.kind.tolist()
        had = [0] * len(self._staff)
        coming, period = 0, 0
        while coming < len(self._at) or self._ends:
            next_at = self._at[coming] if coming < len(self._at) else 2**62
            next_end = self._ends[0][0] if self._ends else 2**62
            next_edge = edges[period] if period < len(edges) - 1 else 2**62
            if next_edge <= min(next_at, next_end):
                for team, counts in enumerate(self._staff):
                    self._room[team] += counts[period] - had[team]
                    had[team] = counts[period]
                period += 1
                for team in range(len(had)):
                    self._take(team, next_edge)
            elif next_end <= next_at:
                _, team = heappop(self._ends)
                self._room[team] += 1
                self._take(team, next_end)
            else:
                self._arrive(coming, kinds[coming], next_at)
                coming += 1
        self._gone()
        return np.array(self._waited, np.int64)

    def _arrive(self, one: int, kind: int, now_ms: int) -> None:
        team = max(self._by_kind[kind], key=lambda at: self._room[at], default=-1)
        if team >= 0 and self._room[team] > 0:
            self._room[team] -= 1
            heappush(self._ends, (now_ms + self._handling[one], team))
        else:
            heappush(self._lines[kind], (now_ms, one))

    def _take(self, team: int, now_ms: int) -> None:
        """The team serves who waits longest, while it has room."""
        while self._room[team] > 0:
            heads = [self._head(kind, now_ms) for kind in self._days.serves[team] if kind < len(self._lines)]
            first = min((head for head in heads if head is not None), default=None)
            if first is None:
                return
            _, one, kind = first
            heappop(self._lines[kind])
            self._waited[one] = now_ms - self._at[one]
            self._room[team] -= 1
            heappush(self._ends, (now_ms + self._handling[one], team))

    def _head(self, kind: int, now_ms: int) -> tuple[int, int, int] | None:
        """The first of a line who is still there."""
        line = self._lines[kind]
        while line:
            at_ms, one = line[0]
            if self._until[one] > now_ms:
                return at_ms + self._days.yields_ms[kind], one, kind
            heappop(line)
            self._waited[one] = self._until[one] - at_ms
        return None

    def _gone(self) -> None:
        """Who still waits when all is over waits for nobody, and leaves."""
        for line in self._lines:
            for at_ms, one in line:
                self._waited[one] = self._until[one] - at_ms
