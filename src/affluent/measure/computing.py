"""From stays to figures: which rows of a period an indicator counts, by whatever they are grouped."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affluent.measure import figures
from affluent.measure.figures import Figure
from affluent.measure.indicators import AT_END, INDICATORS, Indicator, Measure
from affluent.measure.outcomes import NAMES, Ints, Stay, Stays

Grouping = Callable[[Stays, Ints], Ints]
"""The group of each row, given the rows and the instants that place them; negative: none."""

_OF = {
    Measure.SHARE: figures.share,
    Measure.MEAN: figures.mean,
    Measure.COUNT: figures.number,
    Measure.MAX: figures.largest,
}


@dataclass(frozen=True, slots=True)
class Period:
    """From `from_ms` up to, without, `to_ms`; what is not known by `now_ms` is open."""

    from_ms: int
    to_ms: int
    now_ms: int

    @property
    def end_ms(self) -> int:
        """The last instant that one can know of."""
        return min(self.to_ms, self.now_ms)


def all_together(rows: Stays, at_ms: Ints) -> Ints:
    """One group, 0."""
    return np.zeros(len(rows), np.int64)


def by_column(name: str) -> Grouping:
    """Groups by a column, such as `queue_id`; a group is its value."""

    def group(rows: Stays, at_ms: Ints) -> Ints:
        return getattr(rows, name)

    return group


def by_edges(edges_ms: Iterable[int], names: Iterable[int] | None = None) -> Grouping:
    """Groups by the interval an instant falls into: between which of the edges, which grow.

    The group of an interval is its left edge, or its name where `names` are given: one fewer than edges.
    """
    edges = np.fromiter(edges_ms, np.int64)
    labels = edges[:-1] if names is None else np.fromiter(names, np.int64)

    def group(rows: Stays, at_ms: Ints) -> Ints:
        found = np.searchsorted(edges, at_ms, side="right") - 1
        inside = (found >= 0) & (found < len(labels))
        return np.where(inside, labels[np.clip(found, 0, len(labels) - 1)], -1)

    return group


def selected(indicator: Indicator, rows: Any, period: Period) -> Any:
    """Which rows an indicator counts in a period: the cohort, with what places it in time. Also for one row.

    The contacts behind a figure are found by the same expression as the figure.
    """
    if indicator.at_end:
        return indicator.cohort(rows, period.end_ms)
    at_ms = getattr(rows, indicator.placed)
    inside = (at_ms >= period.from_ms) & (at_ms < period.to_ms)
    return inside & indicator.cohort(rows, period.now_ms)


def counted(indicator: Indicator, rows: Any, period: Period) -> Any:
    """What an indicator adds up over the rows it counts: truths of a share, milliseconds of a mean."""
    if indicator.measured is None:
        return selected(indicator, rows, period)
    return indicator.measured(rows, period.end_ms if indicator.at_end else period.now_ms)


def compute(
    rows: Stays,
    period: Period,
    indicators: Iterable[str] = tuple(INDICATORS),
    by: Grouping = all_together,
) -> dict[int, dict[str, Figure]]:
    """The figures of each group, by group and indicator's key. A group is there when any figure counts in it.

    What stands at the end of the period has no instant of its own: by intervals of time, ask `standing`.
    """
    chosen = [INDICATORS[key] for key in indicators]
    none = {one.key: _OF[one.measure](0, 0) for one in chosen}
    found: dict[int, dict[str, Figure]] = {}
    for placed in dict.fromkeys(one.placed for one in chosen):
        at_ms = np.full(len(rows), period.end_ms - 1) if placed == AT_END else getattr(rows, placed)
        keys, numbers = np.unique(by(rows, at_ms), return_inverse=True)
        for indicator in chosen:
            if indicator.placed != placed:
                continue
            for place, count, part in _pooled(indicator, rows, period, numbers, len(keys)):
                if keys[place] >= 0:
                    figures = found.setdefault(int(keys[place]), dict(none))
                    figures[indicator.key] = _OF[indicator.measure](part, count)
    return dict(sorted(found.items()))


def together(
    rows: Stays, period: Period, indicators: Iterable[str] = tuple(INDICATORS)
) -> Mapping[str, Figure]:
    """The figures of all rows, by indicator's key."""
    chosen = tuple(indicators)
    none = {key: _OF[INDICATORS[key].measure](0, 0) for key in chosen}
    return compute(rows, period, chosen).get(0, none)


def standing(rows: Stays, key: str, at_ms: Iterable[int]) -> list[Figure]:
    """What stood at each of these instants, such as the backlog at the end of each day."""
    indicator = INDICATORS[key]
    assert indicator.at_end, "only what stands at an instant can be asked for one"
    counts = [int(np.count_nonzero(indicator.cohort(rows, instant))) for instant in at_ms]
    return [_OF[indicator.measure](count, count) for count in counts]


def of_one(row: Stay, period: Period, key: str) -> Figure:
    """The figure of one row, by the very expressions that columns are counted by."""
    indicator = INDICATORS[key]
    if not selected(indicator, row, period):
        return _OF[indicator.measure](0, 0)
    return _OF[indicator.measure](int(counted(indicator, row, period)), 1)


def columns_of(indicators: Iterable[str]) -> tuple[str, ...]:
    """Which columns these indicators read, found by letting them read."""
    asked = _Asked({name: np.zeros(1, np.int64) for name in NAMES})
    for key in indicators:
        selected(INDICATORS[key], asked, Period(0, 1, 1))
        counted(INDICATORS[key], asked, Period(0, 1, 1))
    return tuple(name for name in NAMES if name in asked.names)


class _Asked(Stays):
    """Columns that remember which of them were read."""

    def __init__(self, columns: dict[str, Ints]) -> None:
        super().__init__(columns)
        self.names: set[str] = set()

    def __getattr__(self, name: str) -> Ints:
        column = super().__getattr__(name)
        self.names.add(name)
        return column


def _pooled(
    indicator: Indicator, rows: Stays, period: Period, numbers: Ints, groups: int
) -> list[tuple[int, int, int]]:
    """(group's number, rows counted, what they add up to) for each group that has any."""
    mask: NDArray[np.bool_] = selected(indicator, rows, period)
    inside = numbers[mask]
    counts = np.bincount(inside, minlength=groups)
    values = np.asarray(counted(indicator, rows, period))[mask]
    if indicator.measure is Measure.MAX:
        parts = np.zeros(groups, np.int64)
        np.maximum.at(parts, inside, values)
    else:
        # Sums of milliseconds stay exact in a float up to 2**53: three hundred thousand years of them.
        parts = np.bincount(inside, weights=values, minlength=groups)
    return [(int(place), int(counts[place]), int(parts[place])) for place in np.flatnonzero(counts)]
