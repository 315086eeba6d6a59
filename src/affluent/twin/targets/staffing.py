"""A scenario with other targets: the agents that they ask for, shared among the groups that can serve."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from affluent.planning.targets import Question, agents_for
from affluent.routing.policy import AgentRule, QueueRule, can_serve
from affluent.twin.scenario.scenario import Group, Scenario
from affluent.twin.targets.finding import Found
from affluent.twin.targets.worlds import certain, classes_of, load_of, world_of
from affluent.twin.targets.worth import Worth

Floats = NDArray[np.float64]
HOUR_MS = 3_600_000


class Staffing:
    """Agents by target, queue and period, as the formulas ask for them, each queue for itself."""

    def __init__(self, scenario: Scenario, worth: Worth, found: Found) -> None:
        self._scenario, self._worth = scenario, worth
        names = {one.queue: one for one in found.queues}
        self.rules = [one for one in scenario.policy.queues if scenario.queue_name(one.id) in names]
        self._needs: list[list[list[int]]] = []
        for rule in self.rules:
            question = Question(
                tuple(map(float, worth.targets_ms)),
                names[scenario.queue_name(rule.id)].hourly_cost,
                worth.share,
            )
            factors = certain(len(classes_of(scenario, rule.id)))
            self._needs.append(
                [agents_for(question, one) for one in world_of(scenario, rule, worth, factors)]
            )
        asked = {one.id for one in self.rules}
        self._others = [
            one for one in scenario.policy.queues if one.id not in asked and classes_of(scenario, one.id)
        ]
        served = [*self.rules, *self._others]
        self._moves = [any(_able(group, rule) for rule in served) for group in scenario.groups]

    def scenario(self, chosen: Sequence[int]) -> Scenario:
        """The scenario with the targets at these places of the worth document's, and the agents that they ask for.

        What lies by (e-mail, forms) has as many agents as its load, rounded up with the rest.
        """
        base = self._scenario
        present = np.array([self._present(chosen, period) for period in range(len(base.periods_ms))])
        groups: list[Group] = []
        next_id = max((rule.id for rule in base.policy.agents), default=0) + 1
        for place, group in enumerate(base.groups):
            if not self._moves[place]:
                groups.append(group)
                continue
            counts = tuple(present[:, place].tolist())
            rules = _as_many(group.rules, max(counts), next_id)
            next_id += len(rules)
            groups.append(replace(group, rules=rules, present=counts))
        targets = {
            rule.id: self._worth.targets_ms[place] for rule, place in zip(self.rules, chosen, strict=True)
        }
        policy = replace(
            base.policy,
            queues=tuple(
                replace(one, target_ms=targets.get(one.id, one.target_ms)) for one in base.policy.queues
            ),
            agents=tuple(chain.from_iterable(group.rules for group in groups)),
        )
        return replace(base, policy=policy, groups=tuple(groups))

    def cost(self, scenario: Scenario) -> float:
        """What the hours of the groups cost a day that serve what is asked about."""
        return sum(
            count * lasts / HOUR_MS * self._worth.hour_by_group.get(group.name, self._worth.hour)
            for place, group in enumerate(scenario.groups)
            if self._moves[place]
            for count, lasts in zip(_by_period(group, scenario), scenario.periods_ms, strict=True)
        )

    def _present(self, chosen: Sequence[int], period: int) -> list[int]:
        """Whole agents by group: all that are asked for, each queue's shared as its groups are staffed today."""
        wanted = np.zeros(len(self._scenario.groups))
        for needs, rule, place in zip(self._needs, self.rules, chosen, strict=True):
            wanted += needs[period][place] * self._shares(rule, period)
        for rule in self._others:
            wanted += load_of(self._scenario, rule, period) * self._shares(rule, period)
        total = int(np.ceil(wanted.sum() - 1e-9))
        counts = np.floor(wanted + 1e-9).astype(np.int64)
        # Largest remainders first; of equals, the group listed first.
        for at in np.argsort(counts - wanted, kind="stable")[: total - int(counts.sum())]:
            counts[at] += 1
        return counts.tolist()

    def _shares(self, rule: QueueRule, period: int) -> Floats:
        groups = self._scenario.groups
        able = np.array([float(_able(group, rule)) for group in groups])
        today = able * [_by_period(group, self._scenario)[period] for group in groups]
        among = today if today.sum() > 0 else able
        return among / among.sum() if among.sum() > 0 else among


def _able(group: Group, rule: QueueRule) -> bool:
    return any(can_serve(agent, rule) for agent in group.rules)


def _by_period(group: Group, scenario: Scenario) -> list[int]:
    return [group.present[min(at, len(group.present) - 1)] for at in range(len(scenario.periods_ms))]


def _as_many(rules: tuple[AgentRule, ...], count: int, next_id: int) -> tuple[AgentRule, ...]:
    """The agents of a group, with more like them in turn where that is not enough."""
    more = [replace(rules[at % len(rules)], id=next_id + at) for at in range(len(rules), count)]
    return (*rules, *more)
