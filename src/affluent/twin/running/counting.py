"""The indicators of days, by the functions that count the living centre's: by day and whatever else is asked."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from affluent.measure import occupancy
from affluent.measure.computing import Period, compute
from affluent.measure.figures import Figure
from affluent.measure.indicators import INDICATORS, REPEAT_MS
from affluent.measure.occupancy import OfAgents, Spans
from affluent.measure.outcomes import Ints, Kind, Stays
from affluent.twin.living.loop import OVERTIME_MAX_MS
from affluent.twin.living.world import O_ENTERED, O_KIND, O_STAY
from affluent.twin.running.building import Building
from affluent.twin.running.days import Day
from affluent.twin.running.stays import Reader

Found = dict[str, list[tuple[int, int, Mapping[str, Figure]]]]
"""By axis: the day's place in its chunk, the row of what is asked for, and figures that add to it."""
AXES = ("together", "classes", "queues", "media", "groups", "intervals", "class_intervals")
BY_INTERVAL = ("received", "answered", "service_level", "abandonment", "asa", "aht")
OF_A_WEEK = ("repeat_rate",)
"""What only days in a row tell."""
ONE_DAY = tuple(key for key in INDICATORS if key not in OF_A_WEEK)
CELLS_MOST = 20_000
"""Classes times periods: of more, figures of each class in each period are left out, for they would fill the memory."""
_DAY = 1 << 40


class Counting:
    """Counts days of one scenario."""

    def __init__(self, building: Building) -> None:
        scenario = building.scenario
        self._reader = Reader(building)
        self._from_ms = scenario.warm_up_ms
        self._edges_ms = np.array(scenario.edges_ms, np.int64)
        self._queues, self._groups = len(scenario.policy.queues), len(scenario.groups)
        self._periods = len(scenario.periods_ms)
        self._cells = len(scenario.classes) * self._periods <= CELLS_MOST
        last_ms = scenario.edges_ms[-1]
        # What is not known when the day is cut is open; else whoever is left then was never served.
        self._until_ms = last_ms + (OVERTIME_MAX_MS if scenario.runs_on else 0) + 1
        # Nobody comes back after the last period: who does within a week is known up to then, if at all.
        self._known_ms = last_ms if last_ms > REPEAT_MS else 0

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
        found: Found = {axis: [] for axis in AXES}
        # Counts add up: what is counted once by class, queue and group tells each of them, and all.
        finest = [compute(rows, period, ONE_DAY, self._finest)]
        if self._known_ms > 0:
            week = Period(self._from_ms, self._until_ms, self._known_ms)
            finest.append(compute(rows, week, OF_A_WEEK, self._finest))
        for number, figures in (one for told in finest for one in told.items()):
            day, asked = divmod(number, _DAY)
            asked, group = divmod(asked, self._groups + 1)
            kind, queue = divmod(asked, self._queues + 1)
            found["together"].append((day, 0, figures))
            found["classes"].append((day, kind, figures))
            found["media"].append((day, self._reader.medium_of(kind), figures))
            for axis, row in (("queues", queue - 1), ("groups", group - 1)):
                if row >= 0:
                    found[axis].append((day, row, figures))
        for number, figures in compute(rows, period, BY_INTERVAL, self._interval).items():
            day, cell = divmod(number, _DAY)
            found["intervals"].append((day, cell % self._periods, figures))
            if self._cells:
                found["class_intervals"].append((day, cell, figures))
        for place, day in enumerate(days):
            self._occupancy(found, place, day)
        return found

    def _finest(self, rows: Stays, at_ms: Ints) -> Ints:
        asked = rows.class_row * (self._queues + 1) + rows.queue_row + 1
        return rows.replication * _DAY + asked * (self._groups + 1) + rows.group_row + 1

    def _interval(self, rows: Stays, at_ms: Ints) -> Ints:
        """The class and the period that an instant falls into; what comes after the last counts there."""
        last = self._periods - 1
        row = np.clip(np.searchsorted(self._edges_ms, at_ms, side="right") - 1, 0, last)
        cell = rows.class_row * self._periods + row
        return np.where(at_ms >= 0, rows.replication * _DAY + cell, -1)

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
        found["together"].append((place, 0, {key: occupancy.together(spans, period)[key]}))
        for group, figures in occupancy.by_agent(groups, period).items():
            found["groups"].append((place, group, {key: figures[key]}))
        edges = [*self._edges_ms[:-1].tolist(), max(int(self._edges_ms[-1]), day.ended_ms)]
        starts = {start: row for row, (start, _) in enumerate(pairwise(edges))}
        by_interval = occupancy.by_interval(spans, period, np.array(edges, np.int64))
        for start, figures in by_interval.items():
            found["intervals"].append((place, starts[start], {key: figures[key]}))
