"""How long customers should wait: net value against the target, and the best targets under a common budget.

A target asks for agents, stretch by stretch; more agents cost more and lose fewer customers. What is not known
exactly (patience, arrivals, worth) comes as several *worlds*, each as likely: their spread is the uncertainty of the
curve, of the best target, and of what a wrong choice costs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np
from scipy import optimize, sparse

from affluent.planning.patience import Reals
from affluent.planning.worth import Hour, Stretch, hour_of

AGENTS_MAX = 100_000
FINE = 1e-9


World = tuple[Stretch, ...]
"""One way the day of a queue may be, from its first stretch to its last. The segments are the same all day."""


@dataclass(frozen=True, slots=True)
class Question:
    """`share` of a queue's contacts answered within one of `waits_ms`: which is worth most?

    `hourly_cost`: of an agent at work, pauses and all. Stretches are staffed one by one, at least with `least`.
    """

    waits_ms: tuple[float, ...]
    hourly_cost: float
    share: float = 0.8
    least: int = 0

    def __post_init__(self) -> None:
        grows = all(b > a for a, b in zip(self.waits_ms, self.waits_ms[1:], strict=False))
        if not self.waits_ms or not grows or self.waits_ms[0] < 0:
            raise ValueError("targets are growing times from 0 on")
        if not 0 < self.share < 1 or not (isfinite(self.hourly_cost) and self.hourly_cost >= 0):
            raise ValueError("a target is a share between 0 and 1, and an hour costs something from 0 on")


@dataclass(frozen=True, slots=True)
class Curve:
    """What each target comes to, by world [world, target]: money and agent hours a day, and shares of arrivals."""

    waits_ms: tuple[float, ...]
    net: Reals
    cost: Reals
    agent_hours: Reals
    abandonment: Reals
    service_level: Reals
    """Answered within the target that the column stands for."""
    by_segment: Reals
    """[world, target, segment] net value, each segment paying its share of the agents by its share of arrivals."""

    @property
    def best(self) -> int:
        """The target of the highest mean net value; of equals, the longer one, which costs less."""
        return highest(self.net.mean(axis=0))

    def best_between(self, level: float = 0.9) -> tuple[float, float]:
        """Between which targets the best one lies in `level` of the worlds."""
        tail = (1 - level) / 2
        best = [self.waits_ms[highest(row)] for row in self.net]
        low, high = np.quantile(best, [tail, 1 - tail], method="inverted_cdf")
        return float(low), float(high)

    def net_between(self, level: float = 0.9) -> tuple[Reals, Reals]:
        """Between which values the net value of each target lies in `level` of the worlds."""
        tail = (1 - level) / 2
        low, high = np.quantile(self.net, [tail, 1 - tail], axis=0)
        return low, high

    @property
    def regret(self) -> float:
        """What the best target loses on average beside knowing the world: what more data would be worth a day."""
        return float((self.net.max(axis=1) - self.net[:, self.best]).mean())


def highest(values: Reals) -> int:
    """Where the highest value is; of equals, the last."""
    top = float(values.max())
    return int(np.flatnonzero(values >= top - FINE * max(1.0, abs(top)))[-1])


def curve(question: Question, worlds: Sequence[World]) -> Curve:
    """The net value of each target in each world. Raises `ValueError` where no number of agents meets one."""
    if not worlds:
        raise ValueError("a curve needs a world at least")
    found = [_in_world(question, world) for world in worlds]
    return Curve(
        question.waits_ms,
        net=np.array([one.net for one in found]),
        cost=np.array([one.cost for one in found]),
        agent_hours=np.array([one.hours for one in found]),
        abandonment=np.array([one.gone for one in found]),
        service_level=np.array([one.level for one in found]),
        by_segment=np.array([one.by_segment for one in found]),
    )


@dataclass(frozen=True, slots=True)
class _Day:
    """What a world comes to, by target."""

    net: Reals
    cost: Reals
    hours: Reals
    gone: Reals
    level: Reals
    by_segment: Reals


def _in_world(question: Question, world: World) -> _Day:
    targets = len(question.waits_ms)
    segments = len(world[0].segments) if world else 0
    hours, gone, level = (np.zeros(targets) for _ in range(3))
    by_segment = np.zeros((targets, segments))
    arrivals = sum(one.hours * one.arrivals_per_hour for one in world)
    for stretch in world:
        share = stretch.hours * stretch.arrivals_per_hour / arrivals if arrivals else 0.0
        of_arrivals = np.array([one.share for one in stretch.segments])
        for place, hour in enumerate(_staffed(question, stretch)):
            paid = hour.agents * question.hourly_cost * of_arrivals
            by_segment[place] += stretch.hours * (np.array(hour.by_segment) - paid)
            hours[place] += stretch.hours * hour.agents
            gone[place] += share * hour.abandonment
            level[place] += share * hour.served_within[place]
    return _Day(by_segment.sum(axis=1), hours * question.hourly_cost, hours, gone, level, by_segment)


def agents_for(question: Question, stretch: Stretch) -> list[int]:
    """The fewest agents of a stretch by target. Raises `ValueError` where no number of them meets one."""
    return [hour.agents for hour in _staffed(question, stretch)]


def _staffed(question: Question, stretch: Stretch) -> list[Hour]:
    """For each target the stretch with the fewest agents that reach it: a longer target never asks for more."""
    known: dict[int, Hour] = {}

    def hour(agents: int) -> Hour:
        if agents not in known:
            known[agents] = hour_of(agents, stretch, question.waits_ms)
        return known[agents]

    least = question.least
    high = max(least, ceil(stretch.load))
    found: list[Hour] = []
    for place in range(len(question.waits_ms)):
        while hour(high).served_within[place] < question.share:
            high = max(high + 1, ceil(high * 1.1))
            if high > AGENTS_MAX:
                raise ValueError("no number of agents meets this target")
        low = least
        while low < high:
            middle = (low + high) // 2
            if hour(middle).served_within[place] >= question.share:
                high = middle
            else:
                low = middle + 1
        found.append(hour(high))
    return found


@dataclass(frozen=True, slots=True)
class Plan:
    """Which target of each queue is best within a budget, by its place in the curve."""

    chosen: tuple[int, ...]
    net: float
    cost: float
    worth_of_more: float
    """What one more unit of budget would bring, net of itself; 0 when the budget does not bind."""


def within_budget(curves: Sequence[Curve], budget: float) -> Plan:
    """The targets of all queues together that are worth most and cost no more than `budget` a day.

    A multiple-choice knapsack over the mean of the worlds, solved exactly (HiGHS). The worth of more budget is the
    multiplier of its linear relaxation. Raises `ValueError` when even the longest targets cost more.
    """
    if not curves:
        return Plan((), 0.0, 0.0, 0.0)
    nets = [one.net.mean(axis=0) for one in curves]
    costs = [one.cost.mean(axis=0) for one in curves]
    if sum(float(one.min()) for one in costs) > budget * (1 + FINE):
        raise ValueError("even the longest targets cost more than the budget")
    net, cost = np.concatenate(nets), np.concatenate(costs)
    one_each = sparse.csr_array(sparse.block_diag([np.ones((1, len(one))) for one in nets]))
    scale = max(float(np.abs(cost).max()), 1.0)
    solved = optimize.milp(
        -net,
        integrality=np.ones_like(net),
        bounds=optimize.Bounds(0, 1),
        constraints=[
            optimize.LinearConstraint(one_each, 1, 1),
            optimize.LinearConstraint(cost[None, :] / scale, -np.inf, budget / scale * (1 + FINE)),
        ],
        options={"mip_rel_gap": 0.0},
    )
    if solved.x is None:
        raise ValueError("no choice of targets was found")
    picked = np.flatnonzero(np.round(solved.x))
    starts = np.cumsum([0, *(len(one) for one in nets)])
    chosen = tuple(int(one - start) for one, start in zip(picked, starts, strict=False))
    relaxed = optimize.linprog(
        -net, A_ub=cost[None, :], b_ub=[budget], A_eq=one_each, b_eq=np.ones(len(nets)), bounds=(0, 1)
    )
    more = -float(relaxed.ineqlin.marginals[0]) if relaxed.status == 0 else 0.0
    return Plan(chosen, float(net[picked].sum()), float(cost[picked].sum()), max(0.0, more))
