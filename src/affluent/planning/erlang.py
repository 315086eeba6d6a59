"""Erlang's formulas: a line of identical servers, Poisson arrivals, exponential service, endless patience.

Time is counted in mean handling times. `load` is the offered load in erlangs: arrivals per mean handling time.
Sources: A. K. Erlang (1917), "Solution of some problems in the theory of probabilities of significance in automatic
telephone exchanges"; R. B. Cooper (1981), "Introduction to Queueing Theory", chapter 3; A. Cobham (1954), "Priority
assignment in waiting line problems", Operations Research 2.
"""

from collections.abc import Sequence
from math import exp, inf, isfinite

import numpy as np
from numpy.typing import ArrayLike, NDArray

Reals = NDArray[np.float64]
_SMALL = 2.0**-600
"""What the inverse of B is counted in, so that it overflows only where B itself is nothing."""


def offered_load(arrivals_per_hour: float, handling_ms: float) -> float:
    """The work that arrives, in erlangs: how many agents it would keep busy without a pause."""
    if not (isfinite(arrivals_per_hour) and isfinite(handling_ms) and arrivals_per_hour >= 0 <= handling_ms):
        raise ValueError("arrivals and handling time are numbers from 0 on")
    return arrivals_per_hour * handling_ms / 3_600_000


def blocking(agents: int, load: ArrayLike) -> Reals:
    """Erlang B: the share of arrivals that find all `agents` busy when nobody may wait; for one load or many.

    Raises `ValueError` for fewer than 0 agents or a load that is negative or no number.
    """
    return np.asarray(_SMALL / _inverse_blocking(agents, _loads(load)))


def waiting(agents: int, load: ArrayLike) -> Reals:
    """Erlang C: the share of arrivals that have to wait; 1 where the load is too much for the agents.

    Raises `ValueError` as `blocking` does.
    """
    loads = _loads(load)
    inverse = _inverse_blocking(agents, loads)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # n B / (n - a + a B), multiplied out by 1 / B: nothing is subtracted that is close to anything.
        share = agents * _SMALL / ((agents - loads) * inverse + loads * _SMALL)
    return np.asarray(np.where(loads >= agents, np.where(loads > 0, 1.0, 0.0), share))


def mean_wait(agents: int, load: float) -> float:
    """The mean wait of all arrivals, in mean handling times; infinite when the load is too much."""
    if load >= agents:
        return 0.0 if load == 0 else inf
    return float(waiting(agents, load)) / (agents - load)


def mean_queue(agents: int, load: float) -> float:
    """How many wait on average (Little 1961)."""
    return 0.0 if load == 0 else load * mean_wait(agents, load)


def waiting_longer(agents: int, load: float, wait: float) -> float:
    """The share of arrivals that wait longer than `wait` mean handling times."""
    if load >= agents:
        return 0.0 if load == 0 else 1.0
    return float(waiting(agents, load)) * exp(-(agents - load) * wait)


def service_level(agents: int, load: float, wait: float) -> float:
    """The share of arrivals that wait no longer than `wait` mean handling times; 0 when the load is too much."""
    return 1.0 - waiting_longer(agents, load, wait)


def occupancy(agents: int, load: float) -> float:
    """The share of their time that agents are busy; 1 when the load is too much."""
    return min(1.0, load / agents) if agents else float(load > 0)


def priority_waits(agents: int, loads: Sequence[float]) -> list[float]:
    """The mean wait of each class, the most urgent first, in mean handling times; who is served is not disturbed.

    All classes have one mean handling time. Infinite from the class on whose load is too much (Cobham 1954).
    """
    total = sum(loads)
    delayed = float(waiting(agents, min(total, agents * (1 - 1e-15)))) if total < agents else 1.0
    waits: list[float] = []
    before = 0.0
    for load in loads:
        after = before + load
        if after >= agents:
            waits.append(inf)
        else:
            # A class below it may be too much and this one still be served: then everyone finds all busy.
            waits.append(delayed * agents / ((agents - before) * (agents - after)))
        before = after
    return waits


def preemptive_waits(agents: int, loads: Sequence[float]) -> list[float]:
    """The mean time not in service of each class, when a more urgent arrival interrupts and work is resumed.

    The first k classes together never notice the others: their mean is that of a line of their own.
    """
    waits: list[float] = []
    before, in_line = 0.0, 0.0
    for load in loads:
        after = before + load
        together = mean_queue(agents, after)
        waits.append((together - in_line) / load if load and isfinite(together) else inf if load else 0.0)
        before, in_line = after, together
    return waits


def _loads(load: ArrayLike) -> Reals:
    loads = np.asarray(load, np.float64)
    if not (np.isfinite(loads).all() and (loads >= 0).all()):
        raise ValueError("an offered load is a number from 0 on")
    return loads


def _inverse_blocking(agents: int, loads: Reals) -> Reals:
    """`_SMALL` / B by the recursion 1/B(n) = 1 + n / a / B(n - 1): only sums of what is positive."""
    if agents < 0:
        raise ValueError("agents are counted from 0 on")
    inverse = np.full_like(loads, _SMALL)
    with np.errstate(divide="ignore", over="ignore"):
        for n in range(1, agents + 1):
            inverse = _SMALL + inverse * (n / loads)
    return inverse
