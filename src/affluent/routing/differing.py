"""What differs between two policies, and whether an engine can take it up as it runs."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from affluent.routing.policy import (
    AgentReserve,
    AgentRule,
    Policy,
    PolicyError,
    Problem,
    QueueRule,
    with_bundles,
)
from affluent.routing.problems import (
    agent_problems,
    bundle_problems,
    media_problems,
    overflow_problems,
    queue_problems,
    reserve_problems,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """`queues` and `agents` are those with other rules, and new ones; agents have the skills of their bundles."""

    queues: tuple[QueueRule, ...] = ()
    queues_gone: tuple[int, ...] = ()
    agents: tuple[AgentRule, ...] = ()
    reserves: tuple[int, ...] = field(default=())
    """Places among the agent reserves, of before or after."""
    media: bool = False


def difference(before: Policy, after: Policy) -> Difference:
    old = {rule.id: rule for rule in before.queues}
    kept = {rule.id for rule in after.queues}
    return Difference(
        tuple(rule for rule in after.queues if old.get(rule.id) != rule),
        tuple(sorted(old.keys() - kept)),
        _agents(before, after),
        _reserves(before.agent_reserves, after.agent_reserves),
        {rule.medium: rule for rule in before.media} != {rule.medium: rule for rule in after.media},
    )


def _agents(before: Policy, after: Policy) -> tuple[AgentRule, ...]:
    bundles = {one.id: one for one in before.bundles}
    changed = {one.id for one in after.bundles if bundles.get(one.id) != one}
    old = {rule.id: rule for rule in before.agents}
    return tuple(
        with_bundles(rule, after.bundles)
        for rule in after.agents
        if old.get(rule.id) != rule or not changed.isdisjoint(rule.bundles)
    )


def _reserves(before: tuple[AgentReserve, ...], after: tuple[AgentReserve, ...]) -> tuple[int, ...]:
    most = max(len(before), len(after))
    return tuple(place for place in range(most) if before[place : place + 1] != after[place : place + 1])


def needs_rebuild(before: Policy, after: Policy, changed: Difference) -> str | None:
    """Why an engine must be built anew for another policy, or None: it can take it up as it runs."""
    if {rule.medium for rule in before.media} != {rule.medium for rule in after.media}:
        return "other_media"
    if not before.skills <= after.skills:
        return "skill_gone"
    medium = {rule.id: rule.medium for rule in before.queues}
    if any(medium.get(rule.id, rule.medium) != rule.medium for rule in changed.queues):
        return "queue_of_another_medium"
    known = {rule.id for rule in before.agents}
    if known - {rule.id for rule in after.agents}:
        return "agent_gone"
    last = max(known, default=0)
    if any(rule.id not in known and known and rule.id < last for rule in changed.agents):
        return "agent_between"
    return None


def require_sound(policy: Policy, changed: Difference) -> None:
    """Raises PolicyError with every reason why what has changed cannot work."""
    found: list[Problem] = []
    if changed.media:
        found += media_problems(policy)
    for rule in changed.queues:
        found += queue_problems(policy, rule)
    if changed.queues or changed.queues_gone:
        found += overflow_problems(policy)
    agents = {rule.id: rule for rule in policy.agents}
    # Who ranks a queue that is gone has not changed.
    asked: Iterable[AgentRule] = policy.agents if changed.queues_gone else changed.agents
    for rule in asked:
        found += agent_problems(policy, agents[rule.id])
    found += bundle_problems(policy)
    if changed.reserves or changed.queues_gone:
        found += reserve_problems(policy)
    if found:
        raise PolicyError(found)
