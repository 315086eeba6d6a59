"""Stretches in which a centre was disturbed: nobody came for a while, or far more than ever at that hour.

Each quarter of an hour of a day is set beside the same quarters of the other days of its kind. What chance and the
busyness of days can do is not an incident: the counts must be rare even on a day half as busy again (a surge), or
with six tenths of the contacts (a silence).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from affluent.measure.outcomes import Ints
from affluent.twin.fitting.arrivals import Kind
from affluent.twin.fitting.staffing import whole

Floats = NDArray[np.float64]
QUARTER_MS = 900_000
QUARTERS = 86_400_000 // QUARTER_MS
DAYS_LEAST = 3
"""Beside the day itself: from fewer nobody knows what is usual."""
RARE_SILENCE, RARE_SURGE = 1e-5, 1e-7
"""What chance may bring: so rarely. A peak that was never seen before is likelier than a silence."""
_STRANGE = 0.01
"""A quarter beside an incident that chance would bring more rarely than so belongs to it."""
_MORE, _FAR_MORE = 1.5, 2.0
_LESS, _FAR_LESS = 0.6, 0.4
_BETWEEN = 2
"""Quarters between two incidents that make them one."""
_AFTER = 1
"""Quarters until those who came in it have gone."""


@dataclass(frozen=True, slots=True)
class Incident:
    """`came`: contacts that arrived in it; `usual`: how many would have."""

    from_ms: int
    to_ms: int
    kind: Literal["silence", "surge"]
    came: int
    usual: float


Usual = Mapping[int, Floats]
"""By weekday (0: Monday): what each quarter of a day brings."""


def quarters(entered_ms: Ints, midnight_ms: int) -> Ints:
    """How many came in each quarter of a day, which began at `midnight_ms`."""
    at = (entered_ms - midnight_ms) // QUARTER_MS
    return np.bincount(at[(at >= 0) & (at < QUARTERS)], minlength=QUARTERS)


def usual_of(kinds: Sequence[Kind], counts: Mapping[object, Ints]) -> dict[int, Floats]:
    """What is usual by weekday, where a kind has enough days. `counts`: quarters by day."""
    found: dict[int, Floats] = {}
    for kind in kinds:
        if len(kind.days) > DAYS_LEAST and kind.weekdays:
            usual = _middle([counts[one] for one in kind.days])
            found |= dict.fromkeys(kind.weekdays, usual)
    return found


def incidents_of_kind(
    kind: Kind, midnights: Mapping[object, int], counts: Mapping[object, Ints]
) -> list[Incident]:
    """Those of days that are judged by each other: none where there are too few."""
    if len(kind.days) <= DAYS_LEAST:
        return []
    found: list[Incident] = []
    for day in kind.days:
        others = _middle([counts[one] for one in kind.days if one != day])
        found += incidents(counts[day], others, midnights[day])
    return found


def incidents(counts: Ints, usual: Floats, midnight_ms: int) -> list[Incident]:
    """Those of one day, by what is usual for it."""
    expected = usual * _level(counts, usual)
    odd = _odd(counts, expected)
    found: list[Incident] = []
    for first, last in _runs(odd):
        came, would = int(counts[first:last].sum()), float(expected[first:last].sum())
        silent = bool((odd[first:last] < 0).any())
        found.append(
            Incident(
                midnight_ms + first * QUARTER_MS,
                midnight_ms + min(last + _AFTER, QUARTERS) * QUARTER_MS,
                "silence" if silent else "surge",
                came,
                round(would, 1),
            )
        )
    return found


def outside(entered_ms: Ints, found: Sequence[Incident]) -> NDArray[np.bool_]:
    """Which instants lie in no incident."""
    kept = np.ones(len(entered_ms), np.bool_)
    for one in found:
        kept &= (entered_ms < one.from_ms) | (entered_ms >= one.to_ms)
    return kept


def mended(
    counts: Ints, days: Sequence[int], midnights: Ints, found: Sequence[Incident], interval_ms: int
) -> Ints:
    """Arrivals by day, class and interval, with those of incidents as the other days of `days` (places) have them."""
    counts = counts.copy()
    for one in found:
        place = int(np.searchsorted(midnights, one.from_ms, side="right")) - 1
        others = [day for day in days if day != place]
        if place not in days or not others:
            continue
        first, last = ((at - int(midnights[place])) // interval_ms for at in (one.from_ms, one.to_ms))
        for row in range(counts.shape[1]):
            mean = counts[others, row, first:last].mean(axis=0)
            counts[place, row, first:last] = whole(mean)
    return counts


def _middle(days: Sequence[Ints]) -> Floats:
    """The median of the days, each quarter with its neighbours."""
    median = np.median(np.array(days), axis=0)
    padded = np.pad(median, 1, mode="edge")
    smooth = (padded[:-2] + padded[1:-1] + padded[2:]) / 3
    # Where a day begins or ends its neighbours say nothing.
    return np.where(median > 0, smooth, median)


def _level(counts: Ints, usual: Floats) -> float:
    """How busy a day is, whatever a few of its hours did."""
    by_hour, expected = (one.reshape(-1, 4).sum(axis=1) for one in (counts, usual))
    there = expected >= 1
    if not there.any():
        return 1.0
    return float(np.clip(np.median(by_hour[there] / expected[there]), 0.25, 4.0))


def _odd(counts: Ints, expected: Floats) -> Ints:
    """1 in the quarters of a surge, -1 in those of a silence, 0 elsewhere."""
    most, least = stats.poisson(expected * _MORE), stats.poisson(expected * _LESS)
    surge = (counts >= _FAR_MORE * expected) & (most.sf(counts - 1) < RARE_SURGE) & (expected > 0)
    silence = (counts <= _FAR_LESS * expected) & (least.cdf(counts) < RARE_SILENCE)
    plain = stats.poisson(np.maximum(expected, 1e-9))
    fuller = (counts >= _MORE * expected) & (plain.sf(counts - 1) < _STRANGE) & (expected > 0)
    emptier = (counts <= _LESS * expected) & (plain.cdf(counts) < _STRANGE)
    return _grown(surge, fuller) - _grown(silence, emptier)


def _grown(seeds: NDArray[np.bool_], beside: NDArray[np.bool_]) -> Ints:
    """The seeds with what stands beside them."""
    found = seeds.copy()
    for _ in range(len(seeds)):
        wider = found.copy()
        wider[1:] |= found[:-1] & beside[1:]
        wider[:-1] |= found[1:] & beside[:-1]
        if (wider == found).all():
            break
        found = wider
    return found.astype(np.int64)


def _runs(odd: Ints) -> list[tuple[int, int]]:
    """Stretches of odd quarters: first, and one behind the last."""
    found: list[tuple[int, int]] = []
    for place in np.flatnonzero(odd).tolist():
        if found and place - found[-1][1] < _BETWEEN:
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found
