"""What became of waits that looked alike: how much longer they lasted, censored where somebody gave up.

A moment of a wait is told by a few numbers (`features`). Of the latest moments, those closest to it say how long
it will still take, the closer the more: Kaplan and Meier's curve with weights (Beran 1981). So a range is made of
moments with as many ahead, as many agents, as slow a line; where few are that close, it reaches further.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
KEPT = 4_000
FEWEST = 40
"""Answered ones, before anything is said."""
NEAREST = 300
_BEYOND = 6
"""So many of those looked at shall lie beyond an end of a range."""
_LEAST_WEIGHT = 0.02
_GRID = np.arange(1, 40) / 40


@dataclass(frozen=True, slots=True)
class Curve:
    """By when waits end: `at_ms` rising, and the share that has ended by then."""

    at_ms: Floats
    reached: Floats

    def quantile_ms(self, share: float) -> float:
        """When this share has ended; infinite where the data do not reach so far."""
        at = int(np.searchsorted(self.reached, share - 1e-12, side="left"))
        return float(self.at_ms[at]) if at < len(self.at_ms) else float("inf")

    def steps(self) -> Floats:
        """The same in forty steps, to be kept."""
        at = np.searchsorted(self.reached, _GRID - 1e-12, side="left")
        return np.append(self.at_ms, np.inf)[at]


def share_by(steps: Floats, after_ms: float) -> float:
    """The share that has ended by then, by the steps of a curve."""
    return float(np.searchsorted(steps, after_ms, side="right")) / (len(_GRID) + 1)


class Past:
    """The latest moments of one queue's waits, of which the end is known."""

    def __init__(self, features: int) -> None:
        self._features = np.zeros((0, features), np.float32)
        self._left_ms = np.zeros(0, np.float32)
        self._answered = np.zeros(0, np.bool_)
        self._next = 0
        self._known = 0

    def add(self, features: Floats, left_ms: float, *, answered: bool) -> None:
        if self._known == len(self._left_ms) < KEPT:
            self._grow()
        self._features[self._next] = features
        self._left_ms[self._next], self._answered[self._next] = left_ms, answered
        self._next = (self._next + 1) % KEPT
        self._known = min(self._known + 1, KEPT)

    def _grow(self) -> None:
        """Most queues never have so many."""
        more = min(KEPT, max(100, 2 * self._known))
        self._features.resize((more, self._features.shape[1]), refcheck=False)
        self._left_ms.resize(more, refcheck=False)
        self._answered.resize(more, refcheck=False)

    @property
    def enough(self) -> bool:
        return self._known >= FEWEST and int(self._answered[: self._known].sum()) >= FEWEST

    def curve(self, features: Floats, miss: float) -> Curve:
        """Of a moment like this; `miss` is the share that a range may leave out, both ends together."""
        known = self._known
        apart = np.square(self._features[:known] - features.astype(np.float32)).sum(axis=1)
        nearest = min(known, max(NEAREST, int(2 * _BEYOND / miss)))
        reach = float(np.partition(apart, nearest - 1)[nearest - 1])
        near = np.flatnonzero(apart <= reach)
        weight = np.maximum(1 - apart[near] / reach, _LEAST_WEIGHT) if reach > 0 else np.ones(len(near))
        return _curve(self._left_ms[near], self._answered[near], weight.astype(np.float64))


def _curve(left_ms: NDArray[np.float32], answered: NDArray[np.bool_], weight: Floats) -> Curve:
    order = np.lexsort((~answered, left_ms))
    weight = weight[order]
    ended = answered[order]
    # One more, of whom nothing is known, keeps a small sample honest.
    at_risk = weight.sum() + weight.mean() - np.append(0.0, np.cumsum(weight)[:-1])
    stay: Floats = np.cumprod(np.where(ended, 1 - weight / at_risk, 1.0), dtype=np.float64)
    return Curve(left_ms[order][ended].astype(np.float64), 1 - stay[ended])
