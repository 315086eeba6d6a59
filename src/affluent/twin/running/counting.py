"""The indicators of days, by the functions that count the living centre's: by day and whatever else is asked."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from affluent.measure import occupancy
from affluent.measure.computing import Period, compute
from affluent.measure.figures import Figure
from affluent.measure.indicators import INDICATORS
from affluent.measure.occupancy import OfAgents, Spans
from affluent.measure.outcomes import Ints, Kind, Stays
from affluent.twin.living.loop import OVERTIME_MAX_MS
from affluent.twin.living.world import O_ENTERED, O_KIND, O_STAY
from affluent.twin.running.building import Building
from affluent.twin.running.days import Day
from affluent.twin.running.stays import Reader

Found = dict[str, dict[tuple[int, int], dict[str, Figure]]]
"""By axis, then by the day's place in its chunk and the row of what is asked for."""
AXES = ("together", "classes", "queues", "media", "groups", "intervals")
BY_INTERVAL = ("received", "answered", "service_level", "abandonment", "asa", "aht")
COLUMNS = {"classes": "class_row", "queues": "queue_row", "media": "medium", "groups": "group_row"}
_ROWS_MAX = 1 << 20


class Counting:
    """Counts days of one scenario."""

    def __init__(self, building: Building) -> None:
        scenario = building.scenario
        self._reader = Reader(building)
        self._from_ms = scenario.warm_up_ms
        self._edges_ms = np.array(scenario.edges_ms, np.int64)
        last_ms = scenario.edges_ms[-1]
        # What is not known when the day is cut is open; else whoever is left then was never served.
        self._until_ms = last_ms + (OVERTIME_MAX_MS if scenario.runs_on else 0) + 1

    def arrived(self, day: Day) -> int:
        """How many contacts came after warming up."""
        notes = day.outcomes
        first = (notes[:, O_KIND] == Kind.ARRIVAL) & (notes[:, O_STAY] == 0)
        return int(np.count_nonzero(first & (notes[:, O_ENTERED] >= self._from_ms)))

    def count(self, days: Sequence[Day]) -> Found:
        """All figures of some days."""
        parts = [self._reader.stays(day, place) for place, day in enumerate(days)]
        names = parts[0].columns
        rows = Stays({name: np.concatenate([part.columns[name] for part in parts]) for name in names})
        period = Period(self._from_ms, self._until_ms, self._until_ms)
        found: Found = {axis: {} for axis in AXES}
        self._by(found, "together", rows, period, lambda rows, at_ms: np.zeros(len(rows), np.int64))
        for axis, column in COLUMNS.items():
            self._by(found, axis, rows, period, _column(column))
        self._by(found, "intervals", rows, period, self._interval, BY_INTERVAL)
        for place, day in enumerate(days):
            self._occupancy(found, place, day)
        return found

    def _by(
        self,
        found: Found,
        axis: str,
        rows: Stays,
        period: Period,
        row_of: Callable[[Stays, Ints], Ints],
        keys: tuple[str, ...] = tuple(INDICATORS),
    ) -> None:
        def group(rows: Stays, at_ms: Ints) -> Ints:
            asked = row_of(rows, at_ms)
            return np.where(asked >= 0, rows.replication * _ROWS_MAX + asked, -1)

        for number, figures in compute(rows, period, keys, group).items():
            found[axis][divmod(number, _ROWS_MAX)] = figures

    def _interval(self, rows: Stays, at_ms: Ints) -> Ints:
        """The period that an instant falls into; what comes after the last counts there."""
        last = len(self._edges_ms) - 2
        return np.clip(np.searchsorted(self._edges_ms, at_ms, side="right") - 1, 0, last)

    def _occupancy(self, found: Found, place: int, day: Day) -> None:
        """Busy over available time of agents: of all, of each group, and in each period."""
        spans = self._reader.spans(day)
        period = Period(self._from_ms, max(day.ended_ms, self._from_ms), day.ended_ms)
        groups = Spans(
            self._reader.group_of(spans.agent_id),
            spans.from_ms,
            spans.to_ms,
            spans.presence,
            spans.in_hand,
            spans.live,
        )
        key = OfAgents.OCCUPANCY.value
        found["together"].setdefault((place, 0), {})[key] = occupancy.together(spans, period)[key]
        for group, figures in occupancy.by_agent(groups, period).items():
            found["groups"].setdefault((place, group), {})[key] = figures[key]
        edges = [*self._edges_ms[:-1].tolist(), max(int(self._edges_ms[-1]), day.ended_ms)]
        starts = {start: row for row, (start, _) in enumerate(pairwise(edges))}
        by_interval = occupancy.by_interval(spans, period, np.array(edges, np.int64))
        for start, figures in by_interval.items():
            found["intervals"].setdefault((place, starts[start]), {})[key] = figures[key]


def _column(name: str) -> Callable[[Stays, Ints], Ints]:
    def column(rows: Stays, at_ms: Ints) -> Ints:
        return getattr(rows, name)

    return column
