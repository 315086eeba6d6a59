"""A scenario's queues as the worlds of the target finder: stretches of the day, drawn as often as they may differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log1p, sqrt
from typing import TypeVar

import numpy as np
from scipy import linalg

from affluent.planning import patience as lines
from affluent.planning.patience import Patience
from affluent.planning.targets import World
from affluent.planning.worth import Segment, Stretch
from affluent.routing.policy import QueueRule, can_serve
from affluent.twin.scenario.laws import (
    Deterministic,
    Empirical,
    Exponential,
    Gamma,
    Law,
    Lognormal,
    Mixture,
    Never,
    Quantiles,
    Uniform,
    Weibull,
    mean_ms,
)
from affluent.twin.scenario.scenario import ContactClass, Group, Rates, Scenario
from affluent.twin.targets.worth import ClassWorth, Uncertain, Worth

T = TypeVar("T")
HOUR_MS = 3_600_000
KINDS_OF_DAYS = 5
"""Points of the quadrature over the busyness of days: exact for polynomials up to degree nine."""


@dataclass(frozen=True, slots=True)
class Factors:
    """How a drawn world differs from the scenario; `worth` by class."""

    arrivals: float
    patience: float
    handling: float
    worth: tuple[float, ...]


def certain(classes: int) -> Factors:
    """The scenario as it is."""
    return Factors(1.0, 1.0, 1.0, (1.0,) * classes)


def load_of(scenario: Scenario, rule: QueueRule, period: int) -> float:
    """The mean load of a queue in a period, in agents."""
    servers = [one for one in scenario.groups if any(can_serve(agent, rule) for agent in one.rules)]
    return sum(
        _per_hour(scenario, one, period) * _handling_ms(one, servers, period) / HOUR_MS
        for one in classes_of(scenario, rule.id)
    )


def law_of(law: Law, factor: float) -> Patience:
    """A law of patience for the formulas, stretched by `factor`. No time at all counts as a millisecond."""
    match law:
        case Never():
            return lines.ENDLESS
        case Deterministic(ms):
            return lines.deterministic(max(ms, 1) * factor)
        case Exponential(mean):
            return lines.exponential(max(mean, 1) * factor)
        case Gamma(mean, shape):
            return lines.gamma(shape, mean * factor)
        case Lognormal(mean, cv):
            return (
                lines.lognormal(mean * factor, cv) if cv > 0 else lines.deterministic(max(mean, 1) * factor)
            )
        case Weibull(mean, shape):
            return lines.weibull(shape, mean * factor)
        case Uniform(low, high):
            return _between(low, high, factor)
        case Empirical(values):
            each = [(1 / len(values), lines.deterministic(max(one, 1) * factor)) for one in values]
            return lines.mixture(each)
        case Quantiles(values):
            steps = list(pairwise(values))
            return lines.mixture([(1 / len(steps), _between(low, high, factor)) for low, high in steps])
        case Mixture(parts):
            return lines.mixture([(share, law_of(part, factor)) for share, part in parts if share > 0])


def _between(low: int, high: int, factor: float) -> Patience:
    if high <= low:
        return lines.deterministic(max(low, 1) * factor)
    return lines.uniform(low * factor, high * factor)


def classes_of(scenario: Scenario, queue: int) -> tuple[ContactClass, ...]:
    return tuple(one for one in scenario.classes if one.queue == queue)


def world_of(scenario: Scenario, rule: QueueRule, worth: Worth, factors: Factors) -> World:
    """The day of a queue, period by period. Who is served in self-care, or leaves there, does not come."""
    classes = classes_of(scenario, rule.id)
    servers = [one for one in scenario.groups if any(can_serve(agent, rule) for agent in one.rules)]
    return tuple(
        _stretch(scenario, classes, servers, worth, factors, period)
        for period in range(len(scenario.periods_ms))
    )


def _stretch(
    scenario: Scenario,
    classes: Sequence[ContactClass],
    servers: Sequence[Group],
    worth: Worth,
    factors: Factors,
    period: int,
) -> Stretch:
    hours = scenario.periods_ms[period] / HOUR_MS
    rates = [_per_hour(scenario, one, period) * factors.arrivals for one in classes]
    total = sum(rates)
    shares = [rate / total if total else 1 / len(classes) for rate in rates]
    handling = sum(
        share * _handling_ms(one, servers, period) for share, one in zip(shares, classes, strict=True)
    )
    parts = [
        (share, law_of(_at(one.patience, period), factors.patience))
        for share, one in zip(shares, classes, strict=True)
        if share > 0
    ]
    segments = tuple(
        _segment(one.name, share, worth.classes.get(one.name, ClassWorth(0.0)), factor)
        for share, one, factor in zip(shares, classes, factors.worth, strict=True)
    )
    days = _days(scenario.busyness, [one.busyness for one in classes], shares)
    return Stretch(
        hours,
        total,
        max(handling * factors.handling, 1.0),
        segments,
        parts[0][1] if len(parts) == 1 else lines.mixture(parts),
        days,
    )


def _segment(name: str, share: float, worth: ClassWorth, factor: float) -> Segment:
    return Segment(name, share, worth.value * factor, worth.loss * factor, worth.satisfaction)


def _per_hour(scenario: Scenario, one: ContactClass, period: int) -> float:
    """How many reach the queue, of those who come by themselves."""
    if isinstance(one.arrivals, Rates):
        rate = _at(one.arrivals.per_hour, period)
    else:
        edges = scenario.edges_ms
        came = sum(edges[period] <= at < edges[period + 1] for at in one.arrivals.at_ms)
        rate = came * HOUR_MS / scenario.periods_ms[period]
    stays = 1.0 if one.self_care is None else 1 - one.self_care.served - one.self_care.left
    return rate * max(0.0, stays)


def _handling_ms(one: ContactClass, servers: Sequence[Group], period: int) -> float:
    """Mean handling with the work that follows, over the groups that serve it by how many work then."""
    present = [_at(group.present, period) for group in servers]
    after = mean_ms(_at(one.wrap_up, period)) if one.wrap_up else 0.0
    everyone = sum(present)
    if everyone == 0:
        return mean_ms(_at(one.handling, period)) + after
    told = [one.handling_by_group.get(group.name, one.handling) for group in servers]
    means = [mean_ms(_at(laws, period)) for laws in told]
    return sum(n * mean for n, mean in zip(present, means, strict=True)) / everyone + after


def _days(
    whole: float | None, own: Sequence[float | None], shares: Sequence[float]
) -> tuple[tuple[float, float], ...]:
    """Kinds of days and their probabilities, when whole days and single classes differ by gamma laws of mean 1."""
    of_all = 1 / whole if whole else 0.0
    of_classes = sum(share * share / one for share, one in zip(shares, own, strict=True) if one)
    squared = (1 + of_all) * (1 + of_classes) - 1
    if squared == 0:
        return ((1.0, 1.0),)
    return _gamma_of_mean_one(1 / squared)


def _gamma_of_mean_one(shape: float) -> tuple[tuple[float, float], ...]:
    """Points and probabilities that have the moments of the law.

    From the recurrence of its orthogonal polynomials (G. Golub, J. Welsch, 1969, "Calculation of Gauss quadrature
    rules"): weights taken from the gamma function itself have no numbers left where days are nearly alike.
    """
    order = np.arange(KINDS_OF_DAYS)
    places, towards = linalg.eigh_tridiagonal(2 * order + shape, np.sqrt(order[1:] * (order[1:] + shape - 1)))
    return tuple(
        (float(place) / shape, float(weight)) for place, weight in zip(places, towards[0] ** 2, strict=True)
    )


def hourly_cost(scenario: Scenario, rule: QueueRule, worth: Worth) -> float:
    """What an hour costs of those who may serve a queue, by how many hours each group works."""
    hours, paid = 0.0, 0.0
    for group in scenario.groups:
        able = sum(can_serve(agent, rule) for agent in group.rules)
        if able == 0:
            continue
        worked = sum(
            min(_at(group.present, period), able) * lasts for period, lasts in enumerate(scenario.periods_ms)
        )
        hours += worked
        paid += worked * worth.hour_by_group.get(group.name, worth.hour)
    return paid / hours if hours else worth.hour


def drawn(uncertain: Uncertain, classes: int, worlds: int, seed: int) -> list[Factors]:
    """How the worlds of a queue differ: lognormal factors of mean 1. A single world when all is certain."""
    errors = (uncertain.arrivals, uncertain.patience, uncertain.handling, uncertain.worth)
    if not any(errors):
        return [certain(classes)]
    chance = np.random.Generator(np.random.Philox(seed))
    normal = chance.standard_normal((worlds, 3 + classes))

    def factor(error: float, z: float) -> float:
        variance = log1p(error * error)
        return exp(sqrt(variance) * z - variance / 2)

    return [
        Factors(
            factor(uncertain.arrivals, row[0]),
            factor(uncertain.patience, row[1]),
            factor(uncertain.handling, row[2]),
            tuple(factor(uncertain.worth, z) for z in row[3:]),
        )
        for row in normal.tolist()
    ]


def _at(values: Sequence[T], period: int) -> T:
    return values[min(period, len(values) - 1)]
