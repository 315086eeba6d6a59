"""The best targets of a scenario: one curve for each queue whose customers wait in person, and all of them together."""

from dataclasses import dataclass

from affluent.facts.media import SYNCHRONOUS
from affluent.planning.targets import Curve, Plan, Question, curve, within_budget
from affluent.routing.policy import QueueRule
from affluent.twin.scenario.scenario import Scenario
from affluent.twin.targets.worlds import classes_of, drawn, hourly_cost, world_of
from affluent.twin.targets.worth import Worth


@dataclass(frozen=True, slots=True)
class QueueFound:
    """What each target of a queue comes to. `today_ms`: the target of the scenario's policy."""

    queue: str
    today_ms: int
    hourly_cost: float
    classes: tuple[str, ...]
    curve: Curve


@dataclass(frozen=True, slots=True)
class Found:
    """`left_out`: queues that nobody enters, or whose work can be laid by: their cost does not depend on the target."""

    queues: tuple[QueueFound, ...]
    left_out: tuple[str, ...]
    plan: Plan | None
    """The best targets within the budget; None when none was given."""


def find(scenario: Scenario, worth: Worth, seed: int = 0) -> Found:
    """Raises `ValueError`: the budget is less than even the longest targets cost, or no agents meet a target."""
    found: list[QueueFound] = []
    left_out: list[str] = []
    for place, rule in enumerate(scenario.policy.queues):
        classes = classes_of(scenario, rule.id)
        if rule.medium not in SYNCHRONOUS or not classes:
            left_out.append(scenario.queue_name(rule.id))
            continue
        found.append(_queue(scenario, rule, worth, seed + place))
    plan = None
    if worth.budget is not None:
        plan = within_budget([one.curve for one in found], worth.budget)
    return Found(tuple(found), tuple(left_out), plan)


def _queue(scenario: Scenario, rule: QueueRule, worth: Worth, seed: int) -> QueueFound:
    classes = classes_of(scenario, rule.id)
    cost = hourly_cost(scenario, rule, worth)
    asked = Question(worth.targets_ms, cost, worth.share)
    worlds = [
        world_of(scenario, rule, worth, factors)
        for factors in drawn(worth.uncertain, len(classes), worth.worlds, seed)
    ]
    names = tuple(one.name for one in classes)
    return QueueFound(scenario.queue_name(rule.id), rule.target_ms, cost, names, curve(asked, worlds))
