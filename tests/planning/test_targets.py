"""How long customers should wait: against closed forms, quadrature by another way, and every choice tried."""

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from affluent.planning.patience import (
    ENDLESS,
    Line,
    Patience,
    deterministic,
    exponential,
    gamma,
    lognormal,
    mixture,
    uniform,
    weibull,
)
from affluent.planning.targets import Curve, Question, curve, within_budget
from affluent.planning.worth import Satisfaction, Segment, Stretch, hour_of

MINUTE = 60_000.0
FALLING = Satisfaction(((10_000, 1.0), (120_000, 0.6), (600_000, 0.1)))
PEOPLE = (Segment("gold", 0.3, 20.0, 30.0, FALLING), Segment("others", 0.7, 5.0, 2.0))


def stretch(
    arrivals: float = 120.0, patience_ms: float = 2 * MINUTE, people: tuple[Segment, ...] = PEOPLE
) -> Stretch:
    return Stretch(1.0, arrivals, 4 * MINUTE, people, exponential(patience_ms))


@pytest.mark.parametrize("agents", [1, 5, 8, 12, 20])
def test_an_hour_agrees_with_the_closed_form_of_erlang_a(agents: int):
    waits = (0.0, 20_000.0, 90_000.0)
    found = hour_of(agents, stretch(), waits)
    line = Line(agents, stretch().load, 2.0)
    assert found.abandonment == pytest.approx(line.abandonment, rel=1e-9)
    for wait, within in zip(waits, found.served_within, strict=True):
        assert within == pytest.approx(line.served_within(wait / (4 * MINUTE)), rel=1e-9)


@pytest.mark.parametrize("agents", [5, 8, 12])
def test_the_worth_of_an_hour_is_satisfaction_over_the_waits_of_who_is_served(agents: int):
    """Integrated by parts over the closed form: s(0) F(0) and the rest, another way than the quadrature of the code."""
    line = Line(agents, stretch().load, 2.0)
    gold = Segment("gold", 1.0, 20.0, 30.0, FALLING)

    def left(wait_ms: float) -> float:
        return float(FALLING.left(np.array([wait_ms]))[0])

    def served(wait_ms: float) -> float:
        return line.served_within(wait_ms / (4 * MINUTE))

    fallen = 0.0
    for (a, at_a), (b, at_b) in pairwise(FALLING.points):
        area: float = integrate.quad(served, a, b, epsabs=1e-7, epsrel=1e-10)[0]
        fallen += (at_b - at_a) / (b - a) * area
    mean_left = left(600_000) * (1 - line.abandonment) - fallen
    # What is answered after the last point keeps what is left there.
    expected = 120 * (20.0 * mean_left - 30.0 * line.abandonment)
    assert hour_of(agents, stretch(people=(gold,)), ()).worth == pytest.approx(expected, rel=1e-7)


def test_without_agents_all_are_lost_and_without_arrivals_nothing_is():
    assert hour_of(0, stretch(), (5.0,)).worth == pytest.approx(-120 * (0.3 * 30 + 0.7 * 2))
    quiet = hour_of(3, stretch(arrivals=0), (5.0,))
    assert (quiet.worth, quiet.abandonment, quiet.served_within) == (0.0, 0.0, (1.0,))


@pytest.mark.parametrize("patience", [ENDLESS, exponential(3 * MINUTE), deterministic(2 * MINUTE)])
def test_each_target_is_met_by_the_fewest_agents(patience: Patience):
    day = (
        Stretch(2.0, 30.0, 4 * MINUTE, PEOPLE, patience),
        Stretch(3.0, 200.0, 5 * MINUTE, PEOPLE, patience),
    )
    asked = Question((5_000, 20_000, 60_000, 100_000), hourly_cost=25.0)
    found = curve(asked, [day])
    for place, wait in enumerate(asked.waits_ms):
        hours = 0.0
        for one in day:
            agents = next(n for n in range(1, 200) if hour_of(n, one, (wait,)).served_within[0] >= 0.8)
            hours += one.hours * agents
        assert found.agent_hours[0, place] == hours
    assert (np.diff(found.agent_hours[0]) <= 0).all()
    assert (found.service_level >= 0.8).all()


def test_the_best_target_is_where_one_more_second_stops_paying():
    asked = Question(
        tuple(float(s) * 1000 for s in (1, 5, 10, 20, 40, 60, 90, 120)), hourly_cost=30.0, share=0.7
    )
    dear = curve(asked, [(stretch(people=(Segment("dear", 1.0, 80.0, 120.0, FALLING),)),)])
    cheap = curve(asked, [(stretch(people=(Segment("cheap", 1.0, 0.5, 0.1),)),)])
    assert asked.waits_ms[dear.best] < asked.waits_ms[cheap.best]
    assert dear.net[0, dear.best] == dear.net.max()
    assert dear.regret == 0.0
    assert dear.best_between() == (asked.waits_ms[dear.best],) * 2


def test_the_uncertainty_of_worlds_is_that_of_the_best_target_and_costs_something():
    asked = Question(tuple(float(s) * 1000 for s in range(5, 125, 10)), hourly_cost=30.0)
    worlds = [(stretch(patience_ms=x * MINUTE),) for x in (0.3, 1, 3, 10, 30)]
    found = curve(asked, worlds)
    alone = [asked.waits_ms[curve(asked, [one]).best] for one in worlds]
    low, high = found.best_between(level=1.0)
    assert (low, high) == (min(alone), max(alone))
    assert found.regret >= 0
    lower, upper = found.net_between()
    assert (lower <= found.net.mean(axis=0) + 1e-9).all() and (found.net.mean(axis=0) <= upper + 1e-9).all()


def made_of(net: list[float], cost: list[float]) -> Curve:
    """A curve of which only money counts."""
    rows = np.array([cost])
    return Curve(tuple(float(x) for x in range(len(net))), np.array([net]), rows, rows, rows, rows, rows)


money = st.integers(-50, 200).map(float)
queue = st.integers(2, 4).flatmap(
    lambda size: st.tuples(
        st.lists(money, min_size=size, max_size=size),
        st.lists(st.integers(0, 60).map(float), min_size=size, max_size=size),
    )
)


@settings(max_examples=60, deadline=None)
@given(st.lists(queue, min_size=1, max_size=4), st.integers(0, 200).map(float))
def test_under_a_budget_no_other_choice_is_worth_more(
    queues: list[tuple[list[float], list[float]]], budget: float
):
    curves = [made_of(net, cost) for net, cost in queues]
    affordable = [
        sum(net[pick] for (net, _), pick in zip(queues, picks, strict=True))
        for picks in product(*(range(len(net)) for net, _ in queues))
        if sum(cost[pick] for (_, cost), pick in zip(queues, picks, strict=True)) <= budget
    ]
    if not affordable:
        with pytest.raises(ValueError, match="budget"):
            within_budget(curves, budget)
        return
    plan = within_budget(curves, budget)
    assert plan.net == pytest.approx(max(affordable))
    assert plan.cost <= budget + 1e-6
    spent = sum(cost[pick] for (_, cost), pick in zip(queues, plan.chosen, strict=True))
    assert plan.cost == pytest.approx(spent)
    assert plan.worth_of_more >= 0


def test_what_more_budget_would_bring():
    one = made_of([10.0, 40.0], [0.0, 20.0])
    assert within_budget([one], 10.0).worth_of_more == pytest.approx(1.5)
    assert within_budget([one], 30.0).worth_of_more == 0.0


@pytest.mark.parametrize(
    "law",
    [
        exponential(90.0),
        deterministic(50.0),
        uniform(20.0, 70.0),
        gamma(0.7, 60.0),
        weibull(0.6, 80.0),
        weibull(2.5, 80.0),
        lognormal(60.0, 1.3),
        mixture([(0.3, deterministic(5.0)), (0.7, weibull(0.8, 100.0))]),
    ],
)
def test_what_a_patience_owes_is_the_area_below_who_outlasts(law: Patience):
    def longer(t: float) -> float:
        return float(law.longer(np.array([t]))[0])

    for t in (1.0, 5.0, 40.0, 300.0):
        inside = [one for one in law.breaks if one < t]
        area: float = integrate.quad(longer, 0, t, points=inside or None, limit=400)[0]
        assert float(law.owed(np.array([t]))[0]) == pytest.approx(area, rel=1e-6)


def test_days_that_differ_need_more_agents_and_agree_with_each_day_alone():
    days = ((0.6, 0.25), (1.0, 0.5), (1.4, 0.25))
    mixed = replace(stretch(), days=days)
    alone = [(p, f, hour_of(9, stretch(arrivals=120 * f), (20_000.0,))) for f, p in days]
    found = hour_of(9, mixed, (20_000.0,))
    assert found.worth == pytest.approx(sum(p * one.worth for p, _, one in alone))
    assert found.abandonment == pytest.approx(sum(p * f * one.abandonment for p, f, one in alone))
    level = sum(p * f * one.served_within[0] for p, f, one in alone)
    assert found.served_within[0] == pytest.approx(level)
    asked = Question((20_000.0,), hourly_cost=30.0)
    assert curve(asked, [(mixed,)]).agent_hours[0, 0] > curve(asked, [(stretch(),)]).agent_hours[0, 0]


def test_a_line_that_never_ends_serves_nobody_in_time():
    endless = Stretch(1.0, 120.0, 4 * MINUTE, PEOPLE)
    found = hour_of(8, endless, (20_000.0,))
    assert (found.abandonment, found.served_within) == (0.0, (0.0,))
    assert found.worth == pytest.approx(120 * (0.3 * 20.0 * 0.1 + 0.7 * 5.0))
