"""Which law a scenario gets: the smooth one where it is close to what was seen, else that, with a smooth tail."""

from dataclasses import dataclass, replace
from math import expm1, sqrt

import numpy as np
from numpy.typing import NDArray

from affluent.twin.fitting.handling import Times, points_of
from affluent.twin.fitting.survival import GONE, Curve, Fitted, Waits, best, kaplan_meier
from affluent.twin.scenario import laws
from affluent.twin.scenario.laws import Law

Floats = NDArray[np.float64]
OUTSIDE_MOST = 0.05
AT_RISK_LEAST = 30
"""Beyond where fewer are still waiting, the curve is a smooth law's."""
_STEPS = 100
_SHAPE_DIGITS = 4
_WEIGHT = 3.0
"""So many leavers weigh as much as that a class is like all."""
_STRETCH_MOST = 10.0
_LONGEST_MS = 7 * 86_400_000


@dataclass(frozen=True, slots=True)
class Patience:
    """`laws` has the best first. `until_ms`: how far the curve is trusted. `of_all`: from all classes together."""

    waits: Waits
    curve: Curve
    laws: tuple[Fitted, ...]
    until_ms: float
    distance: float
    """The furthest the first law is from the curve, where that is trusted."""
    outside: float
    """The share of that curve at which the law is outside of its 95 % bounds."""
    of_all: bool = False

    @property
    def smooth(self) -> bool:
        return self.outside <= OUTSIDE_MOST or bool((self.waits.seen == GONE).any())


def patience_of(waits: Waits, *, step_ms: int, of_all: bool = False) -> Patience:
    """Raises `ValueError` when too few left to tell."""
    curve = kaplan_meier(waits)
    told = tuple(best(waits, step_ms=step_ms))
    times = np.sort(waits.waited_ms)
    until = float(times[-min(len(times), AT_RISK_LEAST)])
    inside = curve.at_ms <= until
    at = curve.at_ms[inside]
    off = outside = np.zeros(0)
    if len(at):
        after, before = curve.share[inside], np.append(0.0, curve.share[inside][:-1])
        law = told[0].share_by(at + step_ms / 2)
        off = np.minimum(np.abs(law - after), np.abs(law - before))
        outside = (law < curve.low[inside]) | (law > curve.high[inside])
    return Patience(
        waits,
        curve,
        told,
        until,
        float(off.max(initial=0.0)),
        float(outside.mean()) if len(at) else 0.0,
        of_all,
    )


def stretched(everybody: Waits, own: Waits) -> Waits:
    """The waits of all classes, drawn out or shortened so that as many would have left as did of a few waits of one.

    Few leavers say little: their number is taken towards the one that the patience of all would have brought.
    """
    curve = kaplan_meier(everybody)
    hazard = np.append(0.0, -np.log1p(-np.minimum(curve.share, 1 - 1e-9)))

    def would_leave(factor: float) -> float:
        place = np.searchsorted(curve.at_ms, own.waited_ms / factor, side="right")
        return float(hazard[place].sum())

    usual = would_leave(1.0)
    wanted = usual * (own.left + _WEIGHT) / (usual + _WEIGHT)
    low, high = 1 / _STRETCH_MOST, _STRETCH_MOST
    for _ in range(40):
        middle = (low * high) ** 0.5
        if would_leave(middle) > wanted:
            low = middle
        else:
            high = middle
    factor = (low * high) ** 0.5 if usual > 0 else 1.0
    return Waits((everybody.waited_ms * factor).astype(np.int64), everybody.seen)


def patience_law(patience: Patience, step_ms: int, factor: float = 1.0) -> Law:
    """`factor`: by how much all wait longer than the law says."""
    if patience.smooth:
        law = patience.laws[0]
        return law_of(replace(law, scale_ms=law.scale_ms * factor))
    told = np.minimum(_quantiles(patience, step_ms, _probabilities()) * factor, _LONGEST_MS)
    return laws.Quantiles(tuple(int(one) for one in told))


def _probabilities() -> Floats:
    # The last one stands for whoever waits longest: the law itself has no end.
    return np.append(np.arange(_STEPS) / _STEPS, 1 - 0.1 / _STEPS)


def _quantiles(patience: Patience, step_ms: int, shares: Floats) -> Floats:
    curve, tail = patience.curve, patience.laws[0]
    inside = curve.at_ms <= patience.until_ms
    at, reached = curve.at_ms[inside], curve.share[inside]
    end = float(reached[-1]) if len(reached) else 0.0
    last = float(at[-1]) + step_ms if len(at) else 0.0
    # Whoever left at a step did so somewhere in it.
    seen = np.interp(shares, np.append(0.0, reached), np.append(0.0, at + step_ms))
    start = float(tail.share_by(np.array([last]))[0])
    beyond = start + (1 - start) * (shares - end) / (1 - end) if end < 1 else np.ones_like(shares)
    return np.where(
        shares <= end, seen, np.minimum(tail.quantile_ms(np.clip(beyond, 0, 1 - 1e-9)), _LONGEST_MS)
    )


def handling_law(times: Times) -> Law:
    return law_of(times.laws[0]) if times.smooth else laws.Empirical(points_of(times.sample_ms))


def law_of(law: Fitted) -> Law:
    mean = max(1, round(law.mean_ms))
    match law.family:
        case "exponential":
            return laws.Exponential(mean)
        case "weibull":
            return laws.Weibull(mean, round(law.shape, _SHAPE_DIGITS))
        case "gamma":
            return laws.Gamma(mean, round(law.shape, _SHAPE_DIGITS))
        case "lognormal":
            return laws.Lognormal(mean, round(sqrt(expm1(law.shape**2)), _SHAPE_DIGITS))
