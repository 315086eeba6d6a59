"""What an hour of a queue is worth: what its customers leave behind, less what its agents cost.

A contact answered after a wait keeps a share of its value, one whose customer left costs something. Satisfaction
falls with the wait along straight lines between points that a survey gives. Customers of all segments stand in one
line, first come first served; handling times are taken as exponential.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite

import numpy as np

from affluent.planning.patience import ENDLESS, OfferedWaits, Patience, Reals, offered_waits

FOREVER_MS = 1e12


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

    def after(self, wait_ms: float) -> float:
        return float(self.left(np.array([wait_ms]))[0])


PATIENT = Satisfaction()
"""As content after any wait."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Customers alike in worth: their share of arrivals, and money by contact.

    `value`: of one answered at once; `loss`: of one who left unanswered, as a positive number.
    """

    name: str
    share: float
    value: float
    loss: float
    satisfaction: Satisfaction = PATIENT


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the day of one queue: arrivals an hour, mean handling and the law of patience, both in ms.

    `days`: how busy days are, each with its probability; agents are planned before the day is known.
    """

    hours: float
    arrivals_per_hour: float
    handling_ms: float
    segments: tuple[Segment, ...]
    patience: Patience = ENDLESS
    days: tuple[tuple[float, float], ...] = ((1.0, 1.0),)

    @property
    def load(self) -> float:
        """In erlangs, on a mean day."""
        return self.arrivals_per_hour * self.handling_ms / 3_600_000


@dataclass(frozen=True, slots=True)
class Hour:
    """What an hour with so many agents comes to. Money by hour; shares of arrivals."""

    agents: int
    worth: float
    """What customers leave, losses taken off; the agents are not paid yet."""
    by_segment: tuple[float, ...]
    abandonment: float
    served_within: tuple[float, ...]
    """The share served after each of the waits asked for."""


def hour_of(agents: int, stretch: Stretch, waits_ms: Sequence[float]) -> Hour:
    """An hour of `stretch` with `agents`, over all its kinds of days."""
    segments = len(stretch.segments)
    if stretch.arrivals_per_hour == 0:
        return Hour(agents, 0.0, (0.0,) * segments, 0.0, tuple(1.0 for _ in waits_ms))
    by_segment, gone, within, arrivals = np.zeros(segments), 0.0, np.zeros(len(waits_ms)), 0.0
    for busy, probability in stretch.days:
        if busy * probability == 0:
            continue
        day = _of_a_day(
            agents, replace(stretch, arrivals_per_hour=stretch.arrivals_per_hour * busy), waits_ms
        )
        by_segment += probability * np.array(day.by_segment)
        gone += probability * busy * day.abandonment
        within += probability * busy * np.array(day.served_within)
        arrivals += probability * busy
    told = tuple(float(one) for one in by_segment)
    return Hour(agents, sum(told), told, gone / arrivals, tuple(float(one) / arrivals for one in within))


def _of_a_day(agents: int, stretch: Stretch, waits_ms: Sequence[float]) -> Hour:
    arrivals = stretch.arrivals_per_hour
    nobody = tuple(0.0 for _ in waits_ms)
    if agents == 0:
        lost = tuple(-arrivals * one.share * one.loss for one in stretch.segments)
        return Hour(0, sum(lost), lost, 1.0, nobody)
    if stretch.load >= agents and stretch.patience.longer(np.array([FOREVER_MS]))[0] > 0:
        # Some never leave, and more comes than can be done: the line grows, and waits without end.
        waited = tuple(
            arrivals * one.share * one.value * one.satisfaction.after(FOREVER_MS) for one in stretch.segments
        )
        return Hour(agents, sum(waited), waited, 0.0, nobody)
    unit = stretch.handling_ms
    law = Patience(
        lambda t: stretch.patience.longer(t * unit),
        lambda t: stretch.patience.owed(t * unit) / unit,
        tuple(one / unit for one in stretch.patience.breaks),
    )
    cuts = {*waits_ms, *(wait for one in stretch.segments for wait, _ in one.satisfaction.points)}
    offered = offered_waits(agents, stretch.load, law, tuple(wait / unit for wait in sorted(cuts)))
    served = offered.shares * law.longer(offered.waits)
    gone = float((offered.shares - served).sum())
    worth = tuple(arrivals * one.share * _worth(one, offered, served, gone, unit) for one in stretch.segments)
    within = tuple(offered.at_once + float(served[offered.waits * unit <= wait].sum()) for wait in waits_ms)
    return Hour(agents, sum(worth), worth, gone, within)


def _worth(segment: Segment, offered: OfferedWaits, served: Reals, gone: float, unit: float) -> float:
    """The mean money left by an arrival of the segment."""
    left = segment.satisfaction.left(offered.waits * unit)
    at_once = offered.at_once * segment.satisfaction.after(0.0)
    return segment.value * (at_once + float((served * left).sum())) - segment.loss * gone
