"""How long people wait before they give up, seen only of those who gave up: whoever was answered would have waited on.

Durations are milliseconds. Three kinds of sight: who left is seen at the end (`LEFT`), who was answered is known to
have waited at least so long (`ANSWERED`), and who was found gone left at some time before (`GONE`: a silent abandon).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

from affluent.measure.outcomes import Ints

Floats = NDArray[np.float64]
ANSWERED, LEFT, GONE = 0, 1, 2
FEWEST = 10
"""Of those who left: no law is told from fewer."""
_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits and how each was seen."""

    waited_ms: Ints
    seen: Ints

    @property
    def left(self) -> int:
        return int((self.seen != ANSWERED).sum())


@dataclass(frozen=True, slots=True)
class Curve:
    """Kaplan and Meier's: the share that has given up by each time, with 95 % bounds (Greenwood, log-log)."""

    at_ms: Floats
    share: Floats
    low: Floats
    high: Floats


def kaplan_meier(waits: Waits) -> Curve:
    """Of those whose end was seen; silent leavers count as waiting until they were found gone."""
    order = np.argsort(waits.waited_ms, kind="stable")
    times = waits.waited_ms[order].astype(np.float64)
    left = waits.seen[order] == LEFT
    at, first = np.unique(times, return_index=True)
    at_risk = len(times) - first
    ends = np.add.reduceat(left.astype(np.float64), first) if len(times) else np.zeros(0)
    kept = ends > 0
    at, at_risk, ends = at[kept], at_risk[kept], ends[kept]
    stay = np.cumprod(1 - ends / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(ends / (at_risk * (at_risk - ends)))) / np.abs(np.log(stay))
        low = 1 - stay ** np.exp(-1.96 * spread)
        high = 1 - stay ** np.exp(1.96 * spread)
    shares = [
        np.asarray(one, np.float64) for one in (1 - stay, np.nan_to_num(low), np.nan_to_num(high, nan=1.0))
    ]
    return Curve(at, shares[0], shares[1], shares[2])


Family = Literal["exponential", "weibull", "gamma", "lognormal"]
FAMILIES: tuple[Family, ...] = ("exponential", "weibull", "gamma", "lognormal")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A law of a family: its scale and, but for the exponential, its shape (sigma of a lognormal), with 95 % bounds."""

    family: Family
    scale_ms: float
    shape: float
    scale_low: float
    scale_high: float
    shape_low: float
    shape_high: float
    aic: float
    count: int

    @property
    def mean_ms(self) -> float:
        match self.family:
            case "exponential":
                return self.scale_ms
            case "weibull":
                return self.scale_ms * float(special.gamma(1 + 1 / self.shape))
            case "gamma":
                return self.scale_ms * self.shape
            case "lognormal":
                return self.scale_ms * float(np.exp(self.shape**2 / 2))

    def share_by(self, at_ms: Floats) -> Floats:
        """The share that has ended by each time."""
        _, _, below = _FUNCTIONS[self.family]
        return below(np.maximum(at_ms, 0.0), self.scale_ms, self.shape)

    def quantile_ms(self, share: Floats) -> Floats:
        match self.family:
            case "exponential":
                return stats.expon.ppf(share, scale=self.scale_ms)
            case "weibull":
                return stats.weibull_min.ppf(share, self.shape, scale=self.scale_ms)
            case "gamma":
                return stats.gamma.ppf(share, self.shape, scale=self.scale_ms)
            case "lognormal":
                return stats.lognorm.ppf(share, self.shape, scale=self.scale_ms)


_Density = Callable[[Floats, float, float], Floats]


def _exponential() -> tuple[_Density, _Density, _Density]:
    return (
        lambda x, s, _: -x / s - np.log(s),
        lambda x, s, _: -x / s,
        lambda x, s, _: -np.expm1(-x / s),
    )


def _weibull() -> tuple[_Density, _Density, _Density]:
    return (
        lambda x, s, k: np.log(k / s) + (k - 1) * np.log(x / s) - (x / s) ** k,
        lambda x, s, k: -((x / s) ** k),
        lambda x, s, k: -np.expm1(-((x / s) ** k)),
    )


def _gamma() -> tuple[_Density, _Density, _Density]:
    return (
        lambda x, s, k: (k - 1) * np.log(x / s) - x / s - np.log(s) - special.gammaln(k),
        lambda x, s, k: np.log(np.maximum(special.gammaincc(k, x / s), _TINY)),
        lambda x, s, k: special.gammainc(k, x / s),
    )


def _lognormal() -> tuple[_Density, _Density, _Density]:
    root = np.log(2 * np.pi) / 2
    return (
        lambda x, s, k: -np.log(x * k) - root - (np.log(x / s) / k) ** 2 / 2,
        lambda x, s, k: special.log_ndtr(-np.log(x / s) / k),
        lambda x, s, k: special.ndtr(np.log(np.maximum(x, 1e-9) / s) / k),
    )


_FUNCTIONS: dict[Family, tuple[_Density, _Density, _Density]] = {
    "exponential": _exponential(),
    "weibull": _weibull(),
    "gamma": _gamma(),
    "lognormal": _lognormal(),
}
"""Log of the density, log of the share still there, share gone: by time, scale and shape."""


def fitted(waits: Waits, family: Family, *, step_ms: int = 1) -> Fitted:
    """The most likely law of a family, censoring counted. Raises `ValueError` on fewer than `FEWEST` leavers.

    `step_ms`: the clock that the waits were written by; what reads 0 was somewhere in the first step.
    """
    if waits.left < FEWEST:
        raise ValueError(f"{waits.left} left: too few for a law")
    # What is written as n steps lasted from n to n + 1 of them.
    at = waits.waited_ms.astype(np.float64) + (step_ms / 2 if step_ms > 1 else 0.5)
    at_once = (waits.seen == LEFT) & (waits.waited_ms < step_ms)
    left, kept = at[(waits.seen == LEFT) & ~at_once], at[(waits.seen == ANSWERED) & (waits.waited_ms > 0)]
    gone = np.append(at[waits.seen == GONE], np.full(int(at_once.sum()), float(step_ms)))
    density, stays, below = _FUNCTIONS[family]
    shapes = 0 if family == "exponential" else 1

    def against(logs: Floats) -> float:
        scale, shape = float(np.exp(logs[0])), float(np.exp(logs[1])) if shapes else 1.0
        with np.errstate(over="ignore", divide="ignore", invalid="ignore", under="ignore"):
            told = density(left, scale, shape).sum() + stays(kept, scale, shape).sum()
            told += np.log(np.maximum(below(gone, scale, shape), _TINY)).sum()
        return -float(told) if np.isfinite(told) else 1e15

    start = np.log([at.sum() / waits.left, 1.0][: 1 + shapes])
    found = optimize.minimize(
        against, start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-7, "maxiter": 2000}
    )
    logs: Floats = np.asarray(found.x, np.float64)
    spread = _spreads(against, logs)
    scale, shape = np.exp(logs[0]), np.exp(logs[1]) if shapes else 1.0
    ends = np.exp([-1.96 * spread[0], 1.96 * spread[0]])
    shape_ends = np.exp([-1.96 * spread[1], 1.96 * spread[1]]) if shapes else np.ones(2)
    aic = 2 * (1 + shapes) + 2 * float(found.fun)
    return Fitted(
        family, float(scale), float(shape), float(scale * ends[0]), float(scale * ends[1]),
        float(shape * shape_ends[0]), float(shape * shape_ends[1]), aic, waits.left,
    )  # fmt: skip


def best(waits: Waits, *, step_ms: int = 1, among: tuple[Family, ...] = FAMILIES) -> list[Fitted]:
    """Every family, the one that tells most with least (AIC) first."""
    return sorted((fitted(waits, one, step_ms=step_ms) for one in among), key=lambda law: law.aic)


def _spreads(against: Callable[[Floats], float], at: Floats) -> Floats:
    """Standard deviations of the estimates, from the curvature of the likelihood."""
    size, step = len(at), 1e-3
    curved = np.zeros((size, size))
    for row in range(size):
        for column in range(size):
            one, other = np.eye(size)[row] * step, np.eye(size)[column] * step
            curved[row, column] = (
                against(at + one + other) - against(at + one - other)
                - against(at - one + other) + against(at - one - other)
            ) / (4 * step * step)  # fmt: skip
    try:
        return np.sqrt(np.maximum(np.diag(np.linalg.inv(curved)), 0.0))
    except np.linalg.LinAlgError:
        return np.full(size, np.inf)
