"""Every indicator of a history, by queue and interval, with the functions that count live contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from affluent.measure.computing import Period, compute, standing
from affluent.measure.definitions import DEFINITIONS
from affluent.measure.figures import Figure
from affluent.measure.indicators import AT_END, INDICATORS, Measure
from affluent.measure.outcomes import Ints, Stays
from affluent.twin.history.stays import History

_HANDLING = ("aht", "aht_ours")
_NOTHING = Figure(0, 0, None)


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of a queue, or of all where it is None, in an interval."""

    queue: str | None
    from_ms: int
    to_ms: int
    figures: dict[str, Figure]


def span_of(stays: Stays) -> tuple[int, int]:
    """From the first arrival up to, without, the millisecond after the last thing that happened; (0, 0) of nothing."""
    if not len(stays):
        return 0, 0
    return int(stays.entered_ms.min()), int(max(stays.entered_ms.max(), stays.left_ms.max())) + 1


def lines(told: History, period: Period, edges_ms: Sequence[int]) -> list[Line]:
    """Total and queues over the period, then total and queues of each interval between the edges.

    Intervals in which nothing counted have no line of a queue, but one of all.
    """
    queues = told.names.get("queue", [])
    whole = _lines(told, period, (period.from_ms, period.to_ms), queues)
    if len(edges_ms) <= 2:
        return whole
    return whole + _lines(told, period, edges_ms, queues)


def _lines(told: History, period: Period, edges_ms: Sequence[int], queues: list[str]) -> list[Line]:
    edges = np.array(edges_ms, np.int64)
    size = len(edges) - 1
    placed = [key for key, one in INDICATORS.items() if one.placed != AT_END]

    def place(at_ms: Ints) -> Ints:
        found = np.searchsorted(edges, at_ms, side="right") - 1
        return np.where((found >= 0) & (found < size), found, -1)

    def by_both(rows: Stays, at_ms: Ints) -> Ints:
        interval = place(at_ms)
        return np.where(interval < 0, -1, rows.queue_id * size + interval)

    of_all = compute(told.stays, period, placed, lambda rows, at_ms: place(at_ms))
    of_each = compute(told.stays, period, placed, by_both)
    at_ends = {0: _at_ends(told.stays, edges_ms, period)}
    for queue in range(1, len(queues) + 1):
        at_ends[queue] = _at_ends(told.stays.where(told.stays.queue_id == queue), edges_ms, period)
    unknown = _unknown(told)
    found: list[Line] = []
    for at, (from_ms, to_ms) in enumerate(pairwise(edges_ms)):
        for queue in range(len(queues) + 1):
            figures = of_each.get(queue * size + at) if queue else of_all.get(at, {})
            stood = {key: series[at] for key, series in at_ends[queue].items()}
            if figures is None and not any(one.part for one in stood.values()) and size > 1:
                continue
            every = {key: _empty(key) for key in DEFINITIONS} | (figures or {}) | stood | unknown
            found.append(Line(queues[queue - 1] if queue else None, int(from_ms), int(to_ms), every))
    return found


def _at_ends(stays: Stays, edges_ms: Sequence[int], period: Period) -> dict[str, list[Figure]]:
    ends = [min(end, period.end_ms) for end in edges_ms[1:]]
    return {key: standing(stays, key, ends) for key, one in INDICATORS.items() if one.placed == AT_END}


def _empty(key: str) -> Figure:
    return Figure(0, 0, 0.0) if DEFINITIONS[key].measure is Measure.COUNT else _NOTHING


def _unknown(told: History) -> dict[str, Figure]:
    """What the log has nothing about is unknown, not zero."""
    columns = told.mapping.columns
    live = bool(len(told.stays)) and bool(told.stays.synchronous.any())
    unknown: dict[str, Figure] = {}
    if not live and not columns.handling:
        unknown |= dict.fromkeys(_HANDLING, _NOTHING)
    if columns.customer is None:
        unknown["repeat_rate"] = _NOTHING
    if columns.request is None:
        unknown["fcr"] = _NOTHING
    return unknown


def as_json(figure: Figure) -> dict[str, Any]:
    bounds = {} if figure.low is None else {"low": figure.low, "high": figure.high}
    return {"value": figure.value, "count": figure.count, "part": figure.part, **bounds}
