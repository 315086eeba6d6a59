"""How large an effect is, with an interval that holds at every look.

Whoever looks each day and stops at the first good news is fooled by the usual interval far more often than one time in
twenty. These intervals are *confidence sequences*: with probability 95 % all of them, over all days, hold the truth, so
one may look whenever one likes and stop whenever one has seen enough.

By share: the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (Annals of Statistics
52, 2024), on the difference of two ratios with the customer as the cluster. By switchback: each square is symmetric
about the effect by its own coin, so the self-normalised bound of de la Pena (Annals of Probability 27, 1999), mixed
over a normal as by Howard, Ramdas, McAuliffe and Sekhon (Annals of Statistics 49, 2021), holds exactly and for few
squares, for an effect that is the same in all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf, log, sqrt

import numpy as np
from numpy.typing import NDArray

ALPHA = 0.05
UNITS_MIN = 50
"""Customers in each arm before an interval by share is shown: it leans on the central limit."""
EVENTS_MIN = 10
"""For a share: so many contacts on the rarer side, over both arms, before the same."""
SQUARES_MIN = 6
"""Coins before an interval by switchback is shown."""
POWER_Z = 0.8416212335729143
"""An effect of the size looked for is seen by four trials in five."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Effect:
    """The rule on trial less the present one, in the unit of the indicator. None: not known yet.

    `present` and `tried` are the figures of the arms, `contacts` how many each counts; `units` are the customers, or
    the squares of a switchback, that the interval rests on.
    """

    present: float | None
    tried: float | None
    value: float | None
    low: float | None
    high: float | None
    contacts: tuple[int, int]
    units: int

    @property
    def known(self) -> bool:
        return self.low is not None


def tuning(alpha: float = ALPHA) -> float:
    """How much of the mixture there is at the planned end, where the interval is as narrow as it can be."""
    return -2 * log(alpha) + log(-2 * log(alpha) + 1)


def widening(of_plan: float, alpha: float = ALPHA) -> float:
    """By how many standard errors the interval reaches out when `of_plan` > 0 of the planned size is there."""
    mixed = tuning(alpha) * of_plan
    return sqrt((1 + 1 / mixed) * log((1 + mixed) / alpha**2))


def by_share(
    total: Floats, count: Floats, arm: NDArray[np.int64], unit: NDArray[np.int64], *,
    planned_units: int, share: bool, alpha: float = ALPHA,
) -> Effect:  # fmt: skip
    """The difference of two ratios: per contact what it adds up (`total`), whether it counts, its arm and customer.

    A customer may have contacts in both arms. `share`: each contact adds 0 or 1.
    """
    counts = (float(count[arm == 0].sum()), float(count[arm == 1].sum()))
    totals = (float(total[arm == 0].sum()), float(total[arm == 1].sum()))
    contacts = (int(counts[0]), int(counts[1]))
    means = tuple(of / n if n else None for of, n in zip(totals, counts, strict=True))
    inside = count > 0
    units = [len(np.unique(unit[inside & (arm == one)])) for one in (0, 1)]
    together = len(np.unique(unit[inside]))
    value = None if means[0] is None or means[1] is None else means[1] - means[0]
    events = sum(totals)
    early = min(units) < UNITS_MIN or (share and min(events, sum(counts) - events) < EVENTS_MIN)
    if value is None or means[0] is None or means[1] is None or early:
        return Effect(means[0], means[1], value, None, None, contacts, together)
    mean, size, sign = np.array(means, np.float64)[arm], np.array(counts)[arm], 2.0 * arm - 1.0
    influence = np.where(inside, sign * (total - mean * count) / size, 0.0)
    _, place = np.unique(unit, return_inverse=True)
    pulls = np.bincount(place, weights=influence)
    variance = float(np.sum(pulls**2)) * together / (together - 1)
    if share:
        variance = max(variance, sum(_floor(of, n) for of, n in zip(totals, counts, strict=True)))
    reach = sqrt(variance) * widening(together / max(1, planned_units), alpha)
    low, high = value - reach, value + reach
    return Effect(means[0], means[1], value, *((max(-1.0, low), min(1.0, high)) if share else (low, high)),
                  contacts, together)  # fmt: skip


def _floor(of: float, n: float) -> float:
    """The least variance of a share of few events: two of each kind are added (Agresti and Coull 1998)."""
    likely = (of + 2) / (n + 4)
    return likely * (1 - likely) / (n + 4)


@dataclass(frozen=True, slots=True)
class Squares:
    """Squares of a switchback: what each arm adds up and counts in each."""

    total: tuple[Floats, Floats]
    count: tuple[Floats, Floats]

    def differences(self) -> tuple[Floats, Floats]:
        """The difference within each square that has contacts in both arms, and its weight."""
        there = (self.count[0] > 0) & (self.count[1] > 0)
        (y0, y1), (n0, n1) = ((side[0][there], side[1][there]) for side in (self.total, self.count))
        return y1 / n1 - y0 / n0, 1 / (1 / n0 + 1 / n1)


def squares_of(total: Floats, count: Floats, arm: NDArray[np.int64], square: NDArray[np.int64]) -> Squares:
    """Contacts gathered into their squares."""
    _, place = np.unique(square, return_inverse=True)
    size = int(place.max()) + 1 if len(place) else 0

    def gathered(values: Floats, one: int) -> Floats:
        found = np.bincount(place[arm == one], weights=values[arm == one], minlength=size)
        return found.astype(np.float64)

    return Squares((gathered(total, 0), gathered(total, 1)), (gathered(count, 0), gathered(count, 1)))


def by_squares(squares: Squares, *, mixing: float, share: bool, alpha: float = ALPHA) -> Effect:
    """The weighted mean of the differences within squares; `mixing` is settled before the first look."""
    totals = tuple(float(one.sum()) for one in squares.total)
    counts = tuple(float(one.sum()) for one in squares.count)
    means = tuple(of / n if n else None for of, n in zip(totals, counts, strict=True))
    contacts = (int(counts[0]), int(counts[1]))
    differ, weight = squares.differences()
    units = len(differ)
    value = float(np.sum(weight * differ) / np.sum(weight)) if units else None
    if value is None or units < SQUARES_MIN:
        return Effect(means[0], means[1], value, None, None, contacts, units)

    def excess(effect: float) -> float:
        """Above 0 where the squares speak against this effect."""
        pulls = weight * (differ - effect)
        spread = float(np.sum(pulls**2)) + mixing
        return abs(float(np.sum(pulls))) - sqrt(spread * log(spread / (mixing * alpha**2)))

    step = float(np.std(differ)) + 1e-9
    low, high = (_edge(excess, value, sign * step) for sign in (-1, 1))
    if low == -inf or high == inf:
        return Effect(means[0], means[1], value, None, None, contacts, units)
    bounds = (max(-1.0, low), min(1.0, high)) if share else (low, high)
    return Effect(means[0], means[1], value, *bounds, contacts, units)


def _edge(excess: Callable[[float], float], inside: float, step: float) -> float:
    """Where the squares begin to speak against an effect, from `inside` on by `step`; infinite when they never do."""
    outside, stride = inside, step
    for _ in range(40):
        outside += stride
        if excess(outside) > 0:
            break
        stride *= 1.5
    else:
        return inf if step > 0 else -inf
    for _ in range(60):
        middle = (inside + outside) / 2
        if excess(middle) > 0:
            outside = middle
        else:
            inside = middle
    return outside


def mixing_of(variance: float, planned_squares: int, alpha: float = ALPHA) -> float:
    """The mixing that makes the interval narrowest when so many squares of this variance have come in."""
    return max(variance, 1e-12) * max(1, planned_squares) / tuning(alpha)


def units_needed(variance: float, smallest: float, share_permille: int, alpha: float = ALPHA) -> int:
    """How many customers, both arms together, to see an effect of `smallest` > 0 with four chances in five.

    `variance` is that of one customer's pull on the mean of all (`pull_variance`).
    """
    tried = share_permille / 1000
    both = variance * (1 / tried + 1 / (1 - tried))
    return max(2 * UNITS_MIN, ceil(both * ((widening(1.0, alpha) + POWER_Z) / smallest) ** 2))


def squares_needed(differ: Floats, weight: Floats, smallest: float, alpha: float = ALPHA) -> int:
    """How many squares, from the squares that the past would have made."""
    if not len(differ):
        return SQUARES_MIN
    variance = float(np.mean((weight * (differ - np.sum(weight * differ) / np.sum(weight))) ** 2))
    error = sqrt(variance) / float(np.mean(weight))
    return max(SQUARES_MIN, ceil((error * (widening(1.0, alpha) + POWER_Z) / smallest) ** 2))


def pull_variance(total: Floats, count: Floats, unit: NDArray[np.int64]) -> float:
    """The variance of one customer's pull on the mean of all, from contacts of the past; 0 for none."""
    if not count.sum():
        return 0.0
    _, place = np.unique(unit[count > 0], return_inverse=True)
    size = int(place.max()) + 1
    mean = float(total.sum() / count.sum())
    pulls = np.bincount(place, weights=(total - mean * count)[count > 0]) / (count.sum() / size)
    return float(np.mean(pulls**2))
