"""What a planner asks."""

from math import inf

import numpy as np
import pytest

from affluent.planning import erlang
from affluent.planning.patience import Line, WaitAhead, any_line, deterministic, uniform
from affluent.planning.staffing import Demand, Target, least_agents, paid_agents, staffing_of

CALLS = Demand(arrivals_per_hour=240, handling_ms=300_000)


def test_eighty_in_twenty_for_twenty_erlangs_takes_twenty_five() -> None:
    found = least_agents(CALLS, Target(0.8, 20_000))
    assert CALLS.load == 20
    assert found.agents == 25
    assert found.service_level >= 0.8 > staffing_of(24, CALLS, 20_000).service_level


def test_who_leaves_lightens_the_work() -> None:
    impatient = Demand(240, 300_000, patience_ms=120_000)
    assert least_agents(impatient, Target(0.8, 20_000)).agents < 25


def test_a_target_may_bound_occupancy_and_abandonment() -> None:
    calm = least_agents(CALLS, Target(0.8, 20_000, occupancy_max=0.7))
    assert calm.agents == 29
    impatient = Demand(240, 300_000, patience_ms=120_000)
    found = least_agents(impatient, Target(0.01, 20_000, abandonment_max=0.02))
    assert found.abandonment <= 0.02 < staffing_of(found.agents - 1, impatient, 20_000).abandonment


def test_nothing_arrives_nobody_is_needed() -> None:
    assert least_agents(Demand(0, 300_000), Target(1.0, 0)).agents == 0


def test_a_target_that_no_number_meets_is_refused() -> None:
    with pytest.raises(ValueError, match="share above 0"):
        Target(0.0, 20_000)
    with pytest.raises(ValueError, match="no end"):
        Line(2, 2.0, 0.0)
    with pytest.raises(ValueError, match="from 0 on"):
        Demand(-1, 300_000).load.is_integer()


def test_a_load_too_much_is_said_and_not_divided_by() -> None:
    assert float(erlang.waiting(5, 5.0)) == 1.0
    assert erlang.mean_wait(5, 6.0) == inf
    assert erlang.service_level(5, 6.0, 10.0) == 0.0
    assert erlang.priority_waits(1, [0.5, 0.6])[1] == inf
    assert erlang.priority_waits(1, [0.5, 0.6])[0] == pytest.approx(2.0)


def test_many_loads_at_once_are_as_one_by_one() -> None:
    loads = np.array([0.0, 0.5, 10.0, 50.0, 51.0])
    together = erlang.blocking(50, loads)
    assert [float(erlang.blocking(50, one)) for one in loads] == together.tolist()


def test_paid_agents_allow_for_shrinkage() -> None:
    assert paid_agents(24, 0.2) == pytest.approx(30)
    with pytest.raises(ValueError, match="below 1"):
        paid_agents(24, 1.0)


def test_a_patience_that_never_ends_needs_room() -> None:
    assert any_line(10, 9.0, deterministic(1e9)).abandonment == pytest.approx(0.0, abs=1e-12)
    assert any_line(10, 9.0, deterministic(1e9)).waiting == pytest.approx(float(erlang.waiting(10, 9.0)))
    assert any_line(1, 0.5, uniform(1.0, 2.0)).abandonment > 0


def test_the_median_wait_behind_many_lies_near_their_number() -> None:
    assert WaitAhead(10, 99).quantile(0.5) == pytest.approx(10.0, rel=0.01)
    assert WaitAhead(10, 99).mean == pytest.approx(10.0)
