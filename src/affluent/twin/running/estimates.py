"""What days come to: the figure of each, and what they say together, with how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from affluent.measure.definitions import DEFINITIONS
from affluent.measure.figures import Figure
from affluent.measure.indicators import Measure
from affluent.measure.outcomes import Ints

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """The mean over days, between `low` and `high` with the confidence asked for.

    None where nothing counts; no bounds where one day alone does. `per_day`: contacts, or milliseconds of agents,
    that count in a day.
    """

    value: float | None
    low: float | None
    high: float | None
    days: int
    per_day: float


class Pool:
    """Of each indicator and day, how many rows counted and what they added up to."""

    def __init__(self, keys: tuple[str, ...], days: int) -> None:
        self.keys = keys
        self._place = {key: place for place, key in enumerate(keys)}
        self.counts: Ints = np.zeros((len(keys), days), np.int64)
        self.parts: Ints = np.zeros((len(keys), days), np.int64)

    def add(self, day: int, figures: Mapping[str, Figure]) -> None:
        """Figures of other rows of the same day: counts and sums add up, of maxima the largest stays."""
        for key, figure in figures.items():
            if figure.count:
                place = self._place[key]
                self.counts[place, day] += figure.count
                before = self.parts[place, day]
                largest = DEFINITIONS[key].measure is Measure.MAX
                self.parts[place, day] = max(before, figure.part) if largest else before + figure.part

    def of(self, key: str) -> tuple[Ints, Ints] | None:
        """Counts and parts of an indicator, by day; None where it is not counted."""
        place = self._place.get(key)
        return None if place is None else (self.counts[place], self.parts[place])

    def estimates(self, confidence: float) -> dict[str, Estimate]:
        return {
            key: estimate(key, self.counts[place], self.parts[place], confidence)
            for place, key in enumerate(self.keys)
        }


def estimate(key: str, counts: Ints, parts: Ints, confidence: float) -> Estimate:
    """Shares and means are ratios of sums over days, never means of ratios; counts and maxima are daily means."""
    daily = is_daily(key)
    values, weights = terms(key, counts, parts)
    total = float(weights.sum())
    if total == 0.0:
        return Estimate(None, None, None, len(counts), 0.0)
    value = float(values.sum()) / total
    error = standard_error(values, weights, value)
    half = None if error is None else error * quantile(len(values) - 1, confidence)
    per_day = float(parts.mean()) if daily else total / len(counts)
    if half is None:
        return Estimate(value, None, None, len(counts), per_day)
    return Estimate(value, value - half, value + half, len(counts), per_day)


def is_daily(key: str) -> bool:
    return DEFINITIONS[key].measure in {Measure.COUNT, Measure.MAX}


def terms(key: str, counts: Ints, parts: Ints) -> tuple[Reals, Reals]:
    """What is summed over days, and what its sum is divided by."""
    if is_daily(key):
        weights = (counts > 0) if DEFINITIONS[key].measure is Measure.MAX else np.ones(len(counts))
        return parts.astype(np.float64), weights.astype(np.float64)
    return parts.astype(np.float64), counts.astype(np.float64)


def standard_error(values: Reals, weights: Reals, ratio: float) -> float | None:
    """Of a ratio of sums over independent days (linearised, Cochran 1977, 6.4); None with fewer than two."""
    days = len(values)
    if days < 2:
        return None
    off = values - ratio * weights
    return sqrt(float((off * off).sum()) / (days * (days - 1))) / (float(weights.sum()) / days)


def quantile(freedom: int, confidence: float) -> float:
    """Of Student's law, two-sided."""
    return float(stdtrit(freedom, 0.5 + confidence / 2))
