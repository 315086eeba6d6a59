"""What the twin foretells of a rule on trial: the scenario of the centre with the rule and without, on the same days.

It foretells what happens once everyone has the rule, and nobody: what the verdict is about.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from affluent.centre.refusals import Invalid
from affluent.centre.trials.records import Json, Trial
from affluent.routing.policy import AgentOrder, Overflow, QueueRule
from affluent.routing.problems import queue_problems
from affluent.twin.running.comparing import difference
from affluent.twin.running.results import KEYS, Results
from affluent.twin.scenario import Scenario

Change = Callable[[QueueRule, Any], QueueRule]


def _order(rule: QueueRule, value: Any) -> QueueRule:
    return replace(rule, order=None if value is None else AgentOrder(value))


def _overflow_after(rule: QueueRule, value: Any) -> QueueRule:
    if rule.overflow is None:
        raise Invalid("forecast_no_overflow", "changes.overflow_after_ms")
    return replace(rule, overflow=Overflow(rule.overflow.queue, value, rule.overflow.when_closed))


CHANGES: Mapping[str, Change] = {
    "target_ms": lambda rule, value: replace(rule, target_ms=value),
    "tier": lambda rule, value: replace(rule, tier=value),
    "offer_ms": lambda rule, value: replace(rule, offer_ms=value),
    "set_aside_ms": lambda rule, value: replace(rule, set_aside_ms=value),
    "max_wait_ms": lambda rule, value: replace(rule, max_wait_ms=value),
    "max_length": lambda rule, value: replace(rule, max_length=value),
    "agent_order": _order,
    "overflow_after_ms": _overflow_after,
}
"""The fields of a queue that the twin lives by, and how its policy takes them."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """The difference that the rule makes to an indicator of its queue, between `low` and `high`."""

    value: float
    low: float
    high: float
    present: float
    tried: float
    days: int


def foretellable(trial: Trial) -> None:
    """Raises `Invalid` with why the twin can say nothing of this trial."""
    if trial.noun != "queues":
        raise Invalid("forecast_only_queues", "noun")
    unknown = sorted(trial.changes.keys() - CHANGES.keys())
    if unknown:
        raise Invalid("forecast_not_lived", f"changes.{unknown[0]}")
    if trial.metric == "service_level" and "target_ms" in trial.changes:
        # The twin judges by the target as it is then; a trial judges both sides by the present one.
        raise Invalid("forecast_of_the_measure", "metric")


def with_rule(scenario: Scenario, queue: str, changes: Mapping[str, Any]) -> Scenario:
    """The scenario with fields of a queue changed. Raises `Invalid`: it has no such queue, or it cannot be so."""
    number = queue_number(scenario, queue)

    def changed(rule: QueueRule) -> QueueRule:
        for name, value in changes.items():
            rule = CHANGES[name](rule, value)
        return rule

    rules = tuple(changed(rule) if rule.id == number else rule for rule in scenario.policy.queues)
    policy = replace(scenario.policy, queues=rules)
    (rule,) = (one for one in rules if one.id == number)
    for problem in queue_problems(policy, rule):
        raise Invalid(problem.code, "changes", **problem.params)
    return replace(scenario, policy=policy)


def queue_number(scenario: Scenario, queue: str) -> int:
    """Raises `Invalid` when the scenario has no queue of that name, or several."""
    found = [rule.id for rule in scenario.policy.queues if scenario.queue_name(rule.id) == queue]
    if len(found) != 1:
        raise Invalid("forecast_no_queue", "scenario_id", name=queue)
    return found[0]


def foretold(base: Results, other: Results, queue: str, metric: str, confidence: float) -> Foretold | None:
    """Of the queue alone, as the trial counts it. None where nothing of it counts, or one day was lived."""
    assert metric in KEYS, "checked when the trial was written"
    row = [rule.id for rule in base.scenario.policy.queues].index(queue_number(base.scenario, queue))
    pools = [results.pools["queues"].get(row) for results in (base, other)]
    if pools[0] is None or pools[1] is None:
        return None
    found = difference(None, metric, pools[0], pools[1], confidence)
    values = (found.difference, found.low, found.high, found.base, found.value)
    if any(value is None for value in values):
        return None
    moved, low, high, present, tried = (float(value or 0) for value in values)
    return Foretold(moved, low, high, present, tried, base.days)


def document_of(trial: Trial) -> Json:
    """What a run needs to know of the trial, as it stands now: a run does not change when the trial does."""
    return {
        "trial_id": trial.id,
        "queue": trial.subject,
        "changes": dict(trial.changes),
        "metric": trial.metric,
    }


def still_of(trial: Trial, document: Mapping[str, Any]) -> bool:
    """Whether what a run foretold is this trial as it stands now."""
    return document_of(trial) == {
        name: document.get(name) for name in ("trial_id", "queue", "changes", "metric")
    }
