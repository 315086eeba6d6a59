"""How many of the agents seen were there in effect: the twin lives the days that were learned from, again and again,
with more people or fewer, until they wait as they did.

Only the days of the fit are looked at, without their incidents. Customers are the same in each trial (the draws depend
on class and number alone), so that the mean wait falls steadily with the number of agents.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from affluent.measure.outcomes import End, Stays
from affluent.twin.fitting.learning import Learned
from affluent.twin.fitting.making import lived
from affluent.twin.running.building import Building
from affluent.twin.running.days import Days
from affluent.twin.running.stays import Reader
from affluent.twin.scenario.scenario import Scenario

CONTACTS_MOST = 40_000
"""So many contacts are enough to find the presence of agents."""
REPLICATIONS = 10
_ROUNDS = 9
_LEAST, _MOST = 0.7, 1.5
_SEED = 1


@dataclass(frozen=True, slots=True)
class Wait:
    """Of those who came for a live answer: their mean wait until answered or gone, that of the answered alone, and
    the share that left."""

    contacts: int
    waited_ms: float
    answered_ms: float
    left: float


def calibrated(found: Learned, progress: Callable[[str], None] = lambda _: None) -> Learned:
    """The same with the `presence` of its teams. As it was where nobody waits for a live answer."""
    days = _days(found)
    wanted = wait_of(found.undisturbed.between(*_span(found, days)).stays)
    if wanted is None or wanted.waited_ms == 0:
        return found
    progress("calibration")
    low, high = _LEAST, _MOST
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        trial = _with(found, middle)
        waits = simulated(lived(trial, found.log, *days, found.incidents), REPLICATIONS, _SEED)
        # More people, shorter waits.
        if np.mean([one.waited_ms for one in waits]) > wanted.waited_ms:
            low = middle
        else:
            high = middle
    return _with(found, (low + high) / 2)


def simulated(scenario: Scenario, replications: int, seed: int) -> list[Wait]:
    """What each replication of recorded days comes to. Raises `TooMany`."""
    building = Building(scenario)
    days, reader = Days(building), Reader(building)
    found = [wait_of(reader.stays(days.lived(seed, one), one)) for one in range(replications)]
    return [one for one in found if one is not None]


def wait_of(stays: Stays) -> Wait | None:
    """None where nobody came for a live answer."""
    live = stays.where((stays.synchronous == 1) & (stays.number == 0) & (stays.waited_ms >= 0))
    if not len(live):
        return None
    answered = live.waited_ms[live.answered_ms >= 0]
    return Wait(
        len(live), float(live.waited_ms.mean()), float(answered.mean()) if len(answered) else 0.0,
        float((live.end == End.ABANDONED).mean()),
    )  # fmt: skip


def recorded(found: Learned, first: date, last: date) -> Wait | None:
    """What was recorded of the days of the fit, without their incidents."""
    return wait_of(found.undisturbed.between(*_span(found, (first, last))).stays)


def _days(found: Learned) -> tuple[date, date]:
    """The first days of the log that have enough contacts."""
    came = found.log.stays.entered_ms
    last_ms = int(np.sort(came)[min(len(came), CONTACTS_MOST) - 1])
    last = found.log.day(last_ms)
    whole = [one for one in found.days if one < last]
    # The last of many days may be cut anywhere: it is left out.
    return found.days[0], last if last == found.days[-1] or not whole else whole[-1]


def _span(found: Learned, days: tuple[date, date]) -> tuple[int, int]:
    return found.log.midnight_ms(days[0]), found.log.midnight_ms(days[1]) + 86_400_000


def _with(found: Learned, presence: float) -> Learned:
    return replace(found, teams=tuple(replace(one, presence=presence) for one in found.teams))
