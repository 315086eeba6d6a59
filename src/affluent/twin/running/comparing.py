"""Two scenarios on the same days: the difference of each indicator, day by day, and how sure it is.

Draws depend on the class and the number of a contact alone, so both scenarios meet the same customers: what
differs is the scenarios' doing (common random numbers).
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from affluent.measure.outcomes import MEDIA
from affluent.twin.running.estimates import Pool, Reals, quantile, terms
from affluent.twin.running.results import KEYS, Results


@dataclass(frozen=True, slots=True)
class Difference:
    """`value` - `base`, between `low` and `high`. `medium` None: of all contacts. None where nothing counts."""

    medium: str | None
    key: str
    base: float | None
    value: float | None
    difference: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    base: str
    other: str
    days: int
    confidence: float
    differences: tuple[Difference, ...]


def compared(base: Results, other: Results, base_name: str, other_name: str, confidence: float) -> Comparison:
    """Both were run with the same seed and days."""
    assert (base.seed, base.days) == (other.seed, other.days), "compared on other days"
    found = [difference(None, key, base.together, other.together, confidence) for key in KEYS]
    for row in sorted(base.pools["media"].keys() | other.pools["media"].keys()):
        one, two = (results.pools["media"].get(row) for results in (base, other))
        for key in KEYS:
            if one is not None and two is not None:
                found.append(difference(MEDIA[row].value, key, one, two, confidence))
    kept = tuple(one for one in found if one.difference is not None)
    return Comparison(base_name, other_name, base.days, confidence, kept)


def difference(medium: str | None, key: str, base: Pool, other: Pool, confidence: float) -> Difference:
    """Paired by day: the error of a difference of ratios is that of the difference of what is left over a day."""
    place = KEYS.index(key)
    before, rest_before, scale_before = _ratio(key, base, place)
    after, rest_after, scale_after = _ratio(key, other, place)
    if before is None or after is None:
        return Difference(medium, key, before, after, None, None, None)
    moved = after - before
    days = len(rest_before)
    if days < 2:
        return Difference(medium, key, before, after, moved, None, None)
    off = rest_after / scale_after - rest_before / scale_before
    half = sqrt(float((off * off).sum()) / (days * (days - 1))) * quantile(days - 1, confidence)
    return Difference(medium, key, before, after, moved, moved - half, moved + half)


def _ratio(key: str, pool: Pool, place: int) -> tuple[float | None, Reals, float]:
    """A ratio of sums, what each day leaves over of it, and the mean it is divided by."""
    values, weights = terms(key, pool.counts[place], pool.parts[place])
    mean = float(weights.mean())
    if mean == 0.0:
        return None, np.zeros(len(values)), 1.0
    ratio = float(values.sum()) / float(weights.sum())
    return ratio, values - ratio * weights, mean
