"""When contacts come: a mean by class and interval, kinds of days, and how much days differ beyond chance.

Counts of a Poisson stream differ from day to day by chance alone. Where they differ more, each day has a busyness of
its own: a gamma law of mean 1 by which the day's rates are multiplied. Its shape is the most likely one (a negative
binomial law of the counts); it is kept only where Poisson is refuted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

from affluent.measure.outcomes import Ints

Floats = NDArray[np.float64]
REFUTED = 0.01
"""Below this probability days are said to differ by more than chance."""
_LOGS = (float(np.log(1e-2)), float(np.log(1e5)))
_SHORT_SHARE = 0.5
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Busyness:
    """`shape` None: days differ by chance alone, as far as these days tell. With 95 % bounds (likelihood)."""

    days: int
    dispersion: float
    """Variance over mean, by the means of the days: 1 under Poisson."""
    p_value: float
    shape: float | None = None
    low: float = 0.0
    high: float = float("inf")


def busyness(counts: Floats, expected: Floats) -> Busyness:
    """From counts of days, and what each day's kind lets expect."""
    kept = expected > 0
    counts, expected = counts[kept], expected[kept]
    days = len(counts)
    free = days - 1
    if free < 1:
        return Busyness(days, 1.0, 1.0)
    squares = float(((counts - expected) ** 2 / expected).sum())
    p_value = float(stats.chi2.sf(squares, free))
    if p_value >= REFUTED:
        return Busyness(days, squares / free, p_value)

    def against(log_shape: float) -> float:
        shape = float(np.exp(log_shape))
        told = special.gammaln(counts + shape) - special.gammaln(shape) - special.gammaln(counts + 1)
        told += shape * np.log(shape / (shape + expected)) + counts * np.log(expected / (shape + expected))
        # The means are estimated from the same days: their spread is that of one day less.
        return -float(told.sum()) * free / days

    found: Any = optimize.minimize_scalar(against, bounds=_LOGS, method="bounded")
    at, least = float(found.x), float(found.fun)
    # The most likely shape forgets that the mean was found from these days too: one day fewer told of it.
    shape = float(np.exp(at)) * free / days
    ends = [_crossing(against, at, towards, least + 1.92) for towards in (_LOGS[0], _LOGS[1])]
    return Busyness(days, squares / free, p_value, shape, ends[0], ends[1])


def _crossing(against: Callable[[float], float], inside: float, outside: float, level: float) -> float:
    """The shape between two logarithms at which the likelihood has fallen to a level; the outer one if it has not."""
    if against(outside) < level:
        return float(np.exp(outside)) if outside < inside else float("inf")
    for _ in range(60):
        middle = (inside + outside) / 2
        if against(middle) < level:
            inside = middle
        else:
            outside = middle
    return float(np.exp(inside))


@dataclass(frozen=True, slots=True)
class Kind:
    """Days that are alike: those of some weekdays (0: Monday), or those that are unlike their weekday."""

    name: str
    days: tuple[date, ...]
    weekdays: tuple[int, ...] = ()


def kinds_of(days: Sequence[date], totals: Floats) -> list[Kind]:
    """Full days, short ones and closed ones by weekday, and those unlike the others of their weekday.

    A weekday whose median day has less than half of the contacts of the median day of all is short.
    """
    open_days = totals[totals > 0]
    middle = float(np.median(open_days)) if len(open_days) else 0.0

    def size(total: float) -> str:
        if total <= 0:
            return "closed"
        return "short" if total < _SHORT_SHARE * middle else "full"

    weekday = np.array([one.weekday() for one in days], np.int64)
    usual = {
        at: size(float(np.median(totals[weekday == at]))) for at in range(7) if bool((weekday == at).any())
    }
    found: dict[str, list[int]] = {}
    for place in range(len(days)):
        own, of_weekday = size(float(totals[place])), usual[int(weekday[place])]
        found.setdefault(of_weekday if own == of_weekday else "unusual", []).append(place)
    return [
        Kind(
            name,
            tuple(days[place] for place in found[name]),
            () if name == "unusual" else tuple(sorted(at for at, one in usual.items() if one == name)),
        )
        for name in ("full", "short", "closed", "unusual")
        if name in found
    ]


@dataclass(frozen=True, slots=True)
class Profile:
    """The arrivals of days of one kind: `counts[day, class, interval]`."""

    days: tuple[date, ...]
    counts: Ints
    interval_ms: int

    @property
    def per_hour(self) -> Floats:
        """Mean rates by class and interval."""
        return self.counts.mean(axis=0) * (3_600_000 / self.interval_ms)

    def expected(self) -> Floats:
        """What each day lets expect, all classes: by its weekday where each has three days, else by the kind."""
        totals = self.counts.sum(axis=(1, 2)).astype(np.float64)
        weekdays = np.array([one.weekday() for one in self.days], np.int64)
        _, place, times = np.unique(weekdays, return_inverse=True, return_counts=True)
        if len(times) > 1 and int(times.min()) >= 3:
            return (np.bincount(place, totals) / times)[place]
        return np.full(len(totals), totals.mean() if len(totals) else 0.0)

    def whole(self) -> Busyness:
        return busyness(self.counts.sum(axis=(1, 2)).astype(np.float64), self.expected())

    def of_class(self, place: int) -> Busyness:
        """What a class differs by, beside the busyness of the whole day."""
        totals = self.counts.sum(axis=(1, 2)).astype(np.float64)
        own = self.counts[:, place].sum(axis=1).astype(np.float64)
        share = own.sum() / totals.sum() if totals.sum() else 0.0
        return busyness(own, share * totals)


def of_weekday(
    kinds: Sequence[Kind], profiles: Sequence[Profile], name: str
) -> tuple[Kind, Profile, Busyness] | None:
    """The days of one weekday that are as it usually is; those unlike their weekday stay out."""
    if name not in WEEKDAYS:
        return None
    weekday = WEEKDAYS.index(name)
    for kind, profile in zip(kinds, profiles, strict=True):
        if weekday in kind.weekdays and kind.name != "closed":
            places = [place for place, day in enumerate(profile.days) if day.weekday() == weekday]
            days = tuple(profile.days[place] for place in places)
            own = Profile(days, profile.counts[places], profile.interval_ms)
            return Kind(name, days, (weekday,)), own, own.whole()
    return None
