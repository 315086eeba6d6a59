"""What an hour of a queue is worth: what its customers leave behind, less what its agents cost.

A contact answered after a wait keeps a share of its value, one whose customer left costs something. Satisfaction
falls with the wait along straight lines between points that a survey gives.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

import numpy as np

from affluent.planning.patience import OfferedWaits, Patience, Reals, offered_waits

ENDLESS = Patience(np.ones_like, lambda t: np.asarray(t, np.float64))
"""Nobody leaves."""


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The share of a contact's value that is left after a wait: straight lines between (wait in ms, share) points.

    Before the first point and after the last one it stays as it is there. Raises `ValueError` when waits do not
    grow, or a share is no number.
    """

    points: tuple[tuple[float, float], ...] = ((0.0, 1.0),)

    def __post_init__(self) -> None:
        waits = [wait for wait, _ in self.points]
        if not waits or any(b <= a for a, b in pairwise(waits)) or waits[0] < 0:
            raise ValueError("satisfaction is given at growing waits from 0 on")
        if not all(isfinite(wait) and isfinite(share) for wait, share in self.points):
            raise ValueError("satisfaction is given in numbers")

    def left(self, waits_ms: Reals) -> Reals:
        """The share left after each of the waits."""
        return np.interp(waits_ms, [wait for wait, _ in self.points], [share for _, share in self.points])


@dataclass(frozen=True, slots=True)
class Segment:
    """Customers alike in worth: their share of arrivals, and money by contact.

    `value`: of one answered at once; `loss`: of one who left unanswered, as a positive number.
    """

    name: str
    share: float
    value: float
    loss: float
    satisfaction: Satisfaction = Satisfaction()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the day of one queue: arrivals an hour, mean handling and the law of patience, both in ms."""

    hours: float
    arrivals_per_hour: float
    handling_ms: float
    patience: Patience = ENDLESS

    @property
    def load(self) -> float:
        """In erlangs."""
        return self.arrivals_per_hour * self.handling_ms / 3_600_000


@dataclass(frozen=True, slots=True)
class Hour:
    """What an hour with so many agents comes to. Money by hour; shares of arrivals."""

    agents: int
    worth: float
    """What customers leave, losses taken off; the agents are not paid yet."""
    abandonment: float
    served_within: tuple[float, ...]
    """The share served after each of the waits asked for."""


def hour_of(agents: int, stretch: Stretch, segments: Sequence[Segment], waits_ms: Sequence[float]) -> Hour:
    """An hour of `stretch` with `agents`; with none, all leave. Raises `ValueError` for a line without end."""
    arrivals = stretch.arrivals_per_hour
    if arrivals == 0:
        return Hour(agents, 0.0, 0.0, tuple(1.0 for _ in waits_ms))
    if agents == 0:
        lost = -arrivals * sum(one.share * one.loss for one in segments)
        return Hour(0, lost, 1.0, tuple(0.0 for _ in waits_ms))
    unit = stretch.handling_ms
    law = Patience(
        lambda t: stretch.patience.longer(t * unit),
        lambda t: stretch.patience.owed(t * unit) / unit,
        tuple(one / unit for one in stretch.patience.breaks),
    )
    cuts = (*waits_ms, *(wait for one in segments for wait, _ in one.satisfaction.points))
    offered = offered_waits(agents, stretch.load, law, tuple(wait / unit for wait in cuts))
    served = offered.shares * law.longer(offered.waits)
    gone = float((offered.shares - served).sum())
    worth = sum(one.share * _worth(one, offered, served, gone, unit) for one in segments)
    within = tuple(
        offered.at_once + float(served[offered.waits * unit <= wait].sum()) if wait >= 0 else 0.0
        for wait in waits_ms
    )
    return Hour(agents, arrivals * worth, gone, within)


def _worth(segment: Segment, offered: OfferedWaits, served: Reals, gone: float, unit: float) -> float:
    """The mean money left by an arrival of the segment, in line with all others, first come first served."""
    left = segment.satisfaction.left(offered.waits * unit)
    at_once = offered.at_once * float(segment.satisfaction.left(np.zeros(1))[0])
    return segment.value * (at_once + float((served * left).sum())) - segment.loss * gone
