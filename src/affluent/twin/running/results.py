"""A scenario run: so many days, shared among cores, and the indicators they come to."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from threading import local

import numpy as np

from affluent.measure.indicators import INDICATORS
from affluent.measure.occupancy import OfAgents
from affluent.measure.outcomes import Ints
from affluent.twin.running.building import Building
from affluent.twin.running.counting import AXES, BY_INTERVAL, Counting, Found
from affluent.twin.running.days import Days
from affluent.twin.running.estimates import Pool
from affluent.twin.scenario.scenario import Scenario

KEYS = (*INDICATORS, OfAgents.OCCUPANCY.value)
CHUNK = 16
"""Days counted at once: few, so that memory stays small."""


@dataclass(frozen=True, slots=True)
class Results:
    """Figures of each day, pooled by what they are asked for.

    `pools` are by axis and the row of a class, group, queue, medium or period; the only row of `together` is 0. Of
    `class_intervals` the row is that of the class times the number of periods, and the row of the period.
    """

    scenario: Scenario
    seed: int
    days: int
    pools: dict[str, dict[int, Pool]]
    ended_ms: Ints
    """When the last agent went, by day."""
    contacts: Ints
    """That came, by day."""

    @property
    def together(self) -> Pool:
        return self.pools["together"].get(0, Pool(KEYS, self.days))


def run(
    scenario: Scenario,
    days: int,
    seed: int,
    *,
    cores: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> Results:
    """Lives so many days. The figures depend on the scenario, the days and the seed, never on the cores.

    `progress` hears how many days more are done, always in the thread of the caller. Raises `TooMany`.
    """
    results = empty(scenario, days, seed)
    own = local()

    def lived(replications: Sequence[int]) -> Chunk:
        if not hasattr(own, "living"):
            own.living = Living(scenario)
        return own.living.chunk(seed, replications)

    chunks = chunks_of(days)
    if cores == 1 or len(chunks) == 1:
        for chunk in chunks:
            put(results, lived(chunk))
            progress(len(chunk))
        return results
    with ThreadPoolExecutor(cores) as threads:
        waiting: list[Future[Chunk]] = [threads.submit(lived, chunk) for chunk in chunks]
        for done in as_completed(waiting):
            put(results, done.result())
            progress(len(done.result().replications))
    return results


def empty(scenario: Scenario, days: int, seed: int) -> Results:
    """Before the first day."""
    return Results(
        scenario, seed, days, {axis: {} for axis in AXES}, np.zeros(days, np.int64), np.zeros(days, np.int64)
    )


def chunks_of(days: int) -> list[range]:
    """The days that are counted at once; the same on any number of cores."""
    return [range(first, min(first + CHUNK, days)) for first in range(0, days, CHUNK)]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Days lived and counted."""

    replications: Sequence[int]
    contacts: list[int]
    ended_ms: list[int]
    found: Found


class Living:
    """What lives days of a scenario and counts them, one chunk after the other."""

    def __init__(self, scenario: Scenario) -> None:
        building = Building(scenario)
        self._days, self._counting = Days(building), Counting(building)

    def chunk(self, seed: int, replications: Sequence[int]) -> Chunk:
        """Raises `TooMany`."""
        days = [self._days.lived(seed, one) for one in replications]
        arrived = [int(self._counting.arrived(day)) for day in days]
        return Chunk(replications, arrived, [day.ended_ms for day in days], self._counting.count(days))


def put(results: Results, chunk: Chunk) -> None:
    """Where a day's figures stand depends on its number alone, so the order of chunks does not show."""
    first = chunk.replications[0]
    results.contacts[first : first + len(chunk.contacts)] = chunk.contacts
    results.ended_ms[first : first + len(chunk.ended_ms)] = chunk.ended_ms
    for axis, rows in chunk.found.items():
        pools = results.pools[axis]
        for place, row, figures in rows:
            if row not in pools:
                pools[row] = Pool(BY_INTERVAL if axis == "class_intervals" else KEYS, results.days)
            pools[row].add(first + place, figures)
