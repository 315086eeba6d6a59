"""A policy document meets a recording: its names are those of the recording, its numbers its own."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from affluent.routing.document import PolicyDocument
from affluent.routing.policy import (
    AgentReserve,
    AgentRule,
    Bundle,
    Overflow,
    Policy,
    QueueRule,
    SkillNeed,
    TeamNeed,
)

Numbers = Mapping[int, int]


class Strangers(ValueError):
    """A document that knows no queue, or nobody, of the recording: it is that of another centre."""

    def __init__(self, noun: str) -> None:
        super().__init__(noun)
        self.noun = noun


def renumbered(document: PolicyDocument, names: Mapping[str, Mapping[int, str]], known: Policy) -> Policy:
    """The document's rules under the numbers of a recording, whose names by noun are `names`; its rules are `known`.

    What the recording does not know is new, and has numbers beyond its own. Raises `Strangers`.
    """
    there = {
        "queue": [one.id for one in known.queues],
        "agent": [one.id for one in known.agents],
        "skill": [one for one in known.skills if one > 0],
        "brand": [one for one in known.skills if one < 0],
        "team": [],
        "bundle": [],
    }
    numbers = {noun: _numbers(noun, document, names.get(noun, {}), found) for noun, found in there.items()}
    for noun in ("queue", "agent"):
        if not set(numbers[noun].values()) & set(there[noun]):
            raise Strangers(noun)
    return _Renumbering(
        numbers["queue"],
        numbers["agent"],
        {**numbers["skill"], **numbers["brand"]},
        numbers["team"],
        numbers["bundle"],
    ).policy(document.policy)


def _numbers(noun: str, document: PolicyDocument, names: Mapping[int, str], known: Iterable[int]) -> Numbers:
    """From the document's numbers to those of the recording: by name, or by the number that stands for a name."""
    by_name = {name: number for number, name in names.items()}
    plain = {str(number): number for number in known}
    beyond = max((abs(one) for one in (*by_name.values(), *plain.values())), default=0)
    sign = -1 if noun == "brand" else 1
    found: dict[int, int] = {}
    of_document = {str(one): found for one, found in document.ids.items()}
    for name, own in of_document.get(noun, {}).items():
        number = by_name.get(name, plain.get(name))
        if number is None:
            beyond += 1
            number = sign * beyond
        found[own] = number
    return found


class _Renumbering:
    def __init__(
        self, queues: Numbers, agents: Numbers, skills: Numbers, teams: Numbers, bundles: Numbers
    ) -> None:
        self._queues, self._agents, self._skills = queues, agents, skills
        self._teams, self._bundles = teams, bundles

    def policy(self, policy: Policy) -> Policy:
        return replace(
            policy,
            skills=frozenset(self._skill(one) for one in policy.skills),
            queues=tuple(sorted(map(self._queue, policy.queues), key=lambda one: one.id)),
            agents=tuple(sorted(map(self._agent, policy.agents), key=lambda one: one.id)),
            bundles=tuple(Bundle(self._bundles[one.id], self._levels(one.skills)) for one in policy.bundles),
            agent_reserves=tuple(map(self._reserve, policy.agent_reserves)),
        )

    def _skill(self, number: int) -> int:
        return self._skills.get(number, number)

    def _levels(self, skills: Mapping[int, int]) -> dict[int, int]:
        return {self._skill(one): level for one, level in skills.items()}

    def _need(self, need: SkillNeed) -> SkillNeed:
        return replace(need, skill=self._skill(need.skill))

    def _team_need(self, need: TeamNeed) -> TeamNeed:
        return replace(need, teams=tuple(self._teams[one] for one in need.teams))

    def _queue(self, rule: QueueRule) -> QueueRule:
        overflow = rule.overflow
        if overflow is not None and overflow.queue is not None:
            overflow = Overflow(self._queues[overflow.queue], overflow.after_ms, overflow.when_closed)
        return replace(
            rule,
            id=self._queues[rule.id],
            overflow=overflow,
            skills=tuple(map(self._need, rule.skills)),
            teams=tuple(self._teams[one] for one in rule.teams),
            team_needs=tuple(map(self._team_need, rule.team_needs)),
        )

    def _agent(self, rule: AgentRule) -> AgentRule:
        return replace(
            rule,
            id=self._agents[rule.id],
            skills=self._levels(rule.skills),
            team=None if rule.team is None else self._teams[rule.team],
            ranks={self._queues[one]: rank for one, rank in rule.ranks.items()},
            bundles=tuple(self._bundles[one] for one in rule.bundles),
        )

    def _reserve(self, rule: AgentReserve) -> AgentReserve:
        return replace(
            rule,
            queues=tuple(self._queues[one] for one in rule.queues),
            against=tuple(self._queues[one] for one in rule.against),
            team=None if rule.team is None else self._teams[rule.team],
        )
