"""How many of the agents seen were there in effect, and how patient people are beside what each class shows: the twin
lives the days that were learned from, again and again, until as many left, after such waits, as did.

Only the days of the fit are looked at, without their incidents. Customers are the same in each trial (the draws depend
on class and number alone), so that waits fall steadily with the number of agents, and losses with patience.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from math import exp, log

import numpy as np

from affluent.measure.outcomes import End, Stays
from affluent.twin.fitting.learning import Learned
from affluent.twin.fitting.making import lived
from affluent.twin.running.building import Building
from affluent.twin.running.days import Days
from affluent.twin.running.stays import Reader
from affluent.twin.scenario.scenario import Scenario

CONTACTS_MOST = 40_000
"""So many contacts are enough."""
LEAVERS_LEAST = 100
"""With fewer, patience stays what the laws say."""
REPLICATIONS = 10
_ROUNDS, _STEPS = 6, 8
_PRESENCE, _PATIENCE = (0.7, 1.5), (0.5, 2.0)
_STEEP, _FLAT = 8.0, 1.0
"""By about how many percent waits fall with one percent of agents more, and losses with one of patience."""
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
    """The same with `presence` of its teams and `patience`. As it was where nobody waits for a live answer."""
    days = _days(found)
    wanted = wait_of(found.undisturbed.between(*_span(found, days)).stays)
    if wanted is None or wanted.waited_ms == 0:
        return found
    progress("calibration")

    def off(presence: float, patience: float) -> tuple[float, float]:
        """By how much waits and losses are too high, as logarithms."""
        runs = simulated(
            lived(_with(found, presence, patience), found.log, *days, found.incidents), REPLICATIONS, _SEED
        )
        waited, left = (max(1e-9, sum(getattr(one, name) for one in runs)) for name in ("waited_ms", "left"))
        few = wanted.left * wanted.contacts < LEAVERS_LEAST
        return log(waited / len(runs) / wanted.waited_ms), 0.0 if few else log(left / len(runs) / wanted.left)

    low, high = _PRESENCE
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        # More people, shorter waits.
        low, high = (middle, high) if off(middle, 1.0)[0] > 0 else (low, middle)
    presence, patience = (low + high) / 2, 1.0
    best, least = (presence, patience), float("inf")
    for _ in range(_STEPS):
        longer, more = off(presence, patience)
        if abs(longer) + abs(more) < least:
            best, least = (presence, patience), abs(longer) + abs(more)
        presence = min(max(presence * exp(longer / _STEEP), _PRESENCE[0]), _PRESENCE[1])
        patience = min(max(patience * exp(more / _FLAT), _PATIENCE[0]), _PATIENCE[1])
    return _with(found, *best)


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


def _with(found: Learned, presence: float, patience: float) -> Learned:
    teams = tuple(replace(one, presence=presence) for one in found.teams)
    return replace(found, teams=teams, patience=patience)
