"""The target finder on a scenario: what it reads, the worlds it makes of it, and what it finds."""

import json
from itertools import pairwise

import numpy as np
import pytest

from affluent.planning.worth import hour_of
from affluent.routing.document.problems import DocumentError
from affluent.twin.scenario import read_scenario
from affluent.twin.scenario.laws import (
    NEVER,
    Deterministic,
    Empirical,
    Exponential,
    Gamma,
    Law,
    Lognormal,
    Mixture,
    Quantiles,
    Uniform,
    Weibull,
    mean_ms,
)
from affluent.twin.scenario.words import sentence
from affluent.twin.targets import find, read_worth
from affluent.twin.targets.answers import answer
from affluent.twin.targets.worlds import drawn, law_of, world_of
from affluent.twin.targets.worth import Uncertain

SCENARIO = """
version: 1
periods: [30m, 30m]
policy:
  version: 1
  media: {voice: {units: 60}, chat: {units: 20}, email: {units: 12}}
  skills: [billing]
  queues:
    calls: {medium: voice, target: 20s, skills: {billing: 1}}
    talks: {medium: chat, target: 40s}
    letters: {medium: email, target: 4h}
    empty: {medium: voice, target: 20s}
groups:
  experts: {agents: [6, 12], skills: {billing: 3}, limits: {voice: 1, email: 2}}
  novices: {agents: 6, limits: {voice: 1, chat: 3}}
classes:
  gold: {queue: calls, arrivals: [60/h, 120/h], handling: {exponential: 4m}, patience: {exponential: 2m}}
  others: {queue: calls, arrivals: [60/h, 0], handling: {exponential: 2m}, patience: {gamma: 1m, shape: 2},
           wrap_up: 1m, self_care: {lasts: 20s, served: 0.25, left: 0.25}}
  talk: {queue: talks, arrivals: 90/h, handling: {lognormal: 5m, cv: 1}, patience: {weibull: 3m, shape: 0.7},
         busyness: 20}
  mail: {queue: letters, arrivals: 30/h, handling: 6m}
"""
WORTH = """
version: 1
hour: 30
hour_by_group: {experts: 40}
targets: [5s, 20s, 1m, 3m]
classes:
  gold: {value: 20, loss: 30, satisfaction: {10s: 1, 2m: 0.5, 10m: 0}}
  others: {value: 3}
  talk: {value: 8, loss: 4}
"""


def test_every_law_of_a_scenario_is_a_patience_of_that_mean():
    laws: list[Law] = [
        Deterministic(40_000),
        Exponential(40_000),
        Gamma(40_000, 0.7),
        Lognormal(40_000, 1.2),
        Weibull(40_000, 0.8),
        Uniform(10_000, 50_000),
        Empirical((1_000, 30_000, 90_000)),
        Quantiles((0, 10_000, 10_000, 120_000)),
        Mixture(((0.2, Deterministic(5_000)), (0.8, Exponential(60_000)))),
    ]
    far = np.array([1e9])
    for law in laws:
        assert law_of(law, 1.0).owed(far)[0] == pytest.approx(mean_ms(law), rel=1e-6)
        assert law_of(law, 1.5).owed(far)[0] == pytest.approx(1.5 * mean_ms(law), rel=1e-6)
    assert law_of(NEVER, 1.0).longer(far)[0] == 1.0


def test_a_stretch_is_what_its_classes_bring():
    scenario = read_scenario(SCENARIO)
    worth = read_worth(WORTH, scenario)
    calls = scenario.policy.queues[0]
    certain = drawn(Uncertain(), 2, 40, seed=1)
    assert len(certain) == 1
    early, late = world_of(scenario, calls, worth, certain[0])
    # Half of the others never reach the queue; the work that follows a call is work as well.
    assert (early.hours, early.arrivals_per_hour, late.arrivals_per_hour) == (0.5, 90.0, 120.0)
    assert early.handling_ms == pytest.approx((60 * 240_000 + 30 * 180_000) / 90)
    assert [one.share for one in early.segments] == pytest.approx([2 / 3, 1 / 3])
    assert late.handling_ms == 240_000
    assert early.days == ((1.0, 1.0),)
    talks = scenario.policy.queues[1]
    of_talks = world_of(scenario, talks, worth, drawn(Uncertain(), 1, 40, seed=1)[0])[0]
    assert sum(p for _, p in of_talks.days) == pytest.approx(1)
    assert sum(p * f for f, p in of_talks.days) == pytest.approx(1)
    assert sum(p * (f - 1) ** 2 for f, p in of_talks.days) == pytest.approx(1 / 20)


@pytest.mark.parametrize("busyness", [0.3, 1, 28.7, 170, 172, 401.49, 1e6])
def test_kinds_of_days_have_the_moments_of_their_law(busyness: float):
    scenario = read_scenario(SCENARIO.replace("periods:", f"busyness: {busyness}\nperiods:", 1))
    days = world_of(
        scenario, scenario.policy.queues[0], read_worth(WORTH, scenario), drawn(Uncertain(), 2, 40, seed=1)[0]
    )[0].days
    for power in range(1, 6):
        # The moments of a gamma law of mean 1: (shape + 0) (shape + 1) ... / shape ** power.
        exact = np.prod([(busyness + step) / busyness for step in range(power)])
        assert sum(share * day**power for day, share in days) == pytest.approx(exact, rel=1e-9)
    assert sum(share for _, share in days) == pytest.approx(1)
    assert all(share >= 0 and day > 0 for day, share in days)


def test_drawn_worlds_have_mean_one_and_the_error_that_was_told():
    found = drawn(Uncertain(arrivals=0.1, patience=0.3, worth=0.5), 2, 20_000, seed=3)
    patience = np.array([one.patience for one in found])
    assert patience.mean() == pytest.approx(1, abs=0.01)
    assert patience.std() == pytest.approx(0.3, rel=0.05)
    assert {one.handling for one in found} == {1.0}
    worth = np.array([one.worth for one in found])
    assert abs(float(np.corrcoef(worth.T)[0, 1])) < 0.03
    assert found == drawn(Uncertain(arrivals=0.1, patience=0.3, worth=0.5), 2, 20_000, seed=3)


def test_each_queue_has_a_curve_by_target_and_by_class():
    scenario = read_scenario(SCENARIO)
    found = find(scenario, read_worth(WORTH, scenario))
    assert [one.queue for one in found.queues] == ["calls", "talks"]
    assert found.left_out == ("letters", "empty")
    assert found.plan is None
    calls, talks = found.queues
    assert (calls.hourly_cost, talks.hourly_cost) == (40.0, 30.0)
    assert calls.classes == ("gold", "others")
    assert calls.curve.by_segment.sum(axis=2) == pytest.approx(calls.curve.net)
    # One cell, counted by hand: the second half hour, where only gold calls.
    late = world_of(
        scenario, scenario.policy.queues[0], read_worth(WORTH, scenario), drawn(Uncertain(), 2, 2, 0)[0]
    )[1]
    agents = next(n for n in range(1, 99) if hour_of(n, late, (20_000.0,)).served_within[0] >= 0.8)
    early_agents = calls.curve.agent_hours[0, 1] - 0.5 * agents
    assert early_agents * 2 == int(early_agents * 2) > 0


def test_a_budget_binds_all_queues_together():
    scenario = read_scenario(SCENARIO)
    free = find(scenario, read_worth(WORTH, scenario))
    dear = sum(float(one.curve.cost[0, one.curve.best]) for one in free.queues)
    enough = find(scenario, read_worth(WORTH + f"budget: {dear + 1}\n", scenario)).plan
    assert enough is not None
    assert enough.net == pytest.approx(sum(float(one.curve.net[0].max()) for one in free.queues))
    least = sum(float(one.curve.cost[0].min()) for one in free.queues)
    tight = find(scenario, read_worth(WORTH + f"budget: {least + 1}\n", scenario)).plan
    assert tight is not None and tight.net <= enough.net and tight.cost <= least + 1
    with pytest.raises(ValueError, match="budget"):
        find(scenario, read_worth(WORTH + f"budget: {least - 1}\n", scenario))


def test_what_is_uncertain_makes_the_best_target_a_range():
    scenario = read_scenario(SCENARIO)
    doubt = WORTH + "uncertain: {patience: 0.6, worth: 0.8, arrivals: 0.2}\nworlds: 6\n"
    found = find(scenario, read_worth(doubt, scenario), seed=5)
    low, high = found.queues[0].curve.best_between()
    assert low <= found.queues[0].curve.waits_ms[found.queues[0].curve.best] <= high
    assert found.queues[0].curve.net.shape == (6, 4)
    assert found.queues[0].curve.regret >= 0
    again = find(scenario, read_worth(doubt, scenario), seed=5)
    assert (again.queues[0].curve.net == found.queues[0].curve.net).all()


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("version: 1\nhour: 3\nclasses:\n  golf: {value: 1}\n", "unknown_class", 4),
        (
            "version: 1\nhour: 3\nhour_by_group: {nobody: 3}\nclasses: {gold: {value: 1}}\n",
            "unknown_group",
            3,
        ),
        ("version: 1\nhour: 3\ntargets: [20s, 5s]\nclasses: {gold: {value: 1}}\n", "not_ascending", 3),
        (
            "version: 1\nhour: 3\nclasses:\n  gold: {value: 1, satisfaction: {2m: 1, 1m: 0}}\n",
            "not_ascending",
            4,
        ),
        ("version: 1\nhour: 3\nclasses:\n  gold: {value: 1, satisfaction: {2m: 1.2}}\n", "out_of_range", 4),
        ("version: 1\nhour: 3\nclasses:\n  gold: {value: 1, satisfaction: {soon: 1}}\n", "bad_duration", 4),
        ("version: 1\nhour: 3\nclasses:\n  gold: {value: 1, satisfaction: {}}\n", "too_few_values", 4),
        ("version: 1\nhour: 3\nworlds: 1\nclasses: {gold: {value: 1}}\n", "out_of_range", 3),
        ("version: 1\nclasses: {gold: {value: 1}}\n", "missing_key", 1),
        ("version: 1\nhour: 3\n", "missing_key", 1),
        ("hour: 3\nclasses: {gold: {value: 1}}\n", "missing_key", 1),
        ("version: 2\nhour: 3\nclasses: {gold: {value: 1}}\n", "unsupported_version", 1),
        ("version: 1\nhour: -3\nclasses: {gold: {value: 1}}\n", "wrong_type", 2),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, code: str, line: int):
    with pytest.raises(DocumentError) as caught:
        read_worth(text, read_scenario(SCENARIO))
    found = caught.value.problems[0]
    assert (found.code, found.line) == (code, line)
    assert sentence(found, "en") and sentence(found, "fr")


def test_the_answer_says_what_a_second_more_brings_and_when_it_stops_paying():
    scenario = read_scenario(SCENARIO)
    worth = read_worth(WORTH + "budget: 2000\n", scenario)
    told = json.loads(json.dumps(answer(find(scenario, worth), worth)))
    calls = told["queues"][0]
    best = next(one for one in calls["targets"] if one["wait_ms"] == calls["best_ms"])
    assert best["net"] == max(one["net"] for one in calls["targets"])
    for one, later in pairwise(calls["targets"]):
        assert one["net"] + one["a_second_more"] * (
            later["wait_ms"] - one["wait_ms"]
        ) / 1000 == pytest.approx(later["net"])
    assert calls["targets"][-1]["a_second_more"] is None
    assert [one["class"] for one in calls["classes"]] == ["gold", "others"]
    assert sum(one["net"][1] for one in calls["classes"]) == pytest.approx(calls["targets"][1]["net"])
    assert set(told["plan"]["targets_ms"]) == {"calls", "talks"}
    assert told["plan"]["cost"] <= 2000
