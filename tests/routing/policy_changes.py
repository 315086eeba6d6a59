"""Random changes of a policy that an engine takes up as it runs."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from affluent.routing import AgentOrder, AgentRule, Bundle, Policy, QueueRule
from tests.routing.story import Choices, a_queue, agent_reserves, an_agent, one_of, some_media

NEW_SKILL, NEW_TEAM = 40, 6


def changed_policy(choices: Choices, policy: Policy, in_use: Sequence[int]) -> Policy:
    """One to three changes; queues `in_use` stay."""
    for _ in range(choices.number(1, 3)):
        change = one_of(choices, CHANGES)
        policy = change(choices, policy, in_use)
    return policy


def _drawn_queue(choices: Choices, number: int, *, easy: bool) -> QueueRule:
    """Of any number, sending nobody to another queue."""
    return replace(a_queue(choices, 100, easy=easy), id=number)


def _another_queue(choices: Choices, policy: Policy, in_use: Sequence[int]) -> Policy:
    old = one_of(choices, policy.queues)
    drawn = _drawn_queue(choices, old.id, easy=choices.number(0, 1) == 1)
    return _with_queue(policy, replace(drawn, medium=old.medium, overflow=old.overflow))


def _one_rule_of_a_queue(choices: Choices, policy: Policy, in_use: Sequence[int]) -> Policy:
    old = one_of(choices, policy.queues)
    drawn = replace(_drawn_queue(choices, old.id, easy=False), overflow=old.overflow)
    field = one_of(
        choices,
        (
            "skills",
            "team_needs",
            "tier_steps",
            "tier",
            "target_ms",
            "offer_ms",
            "max_wait_ms",
            "order",
            "teams",
        ),
    )
    return _with_queue(policy, replace(old, **{field: getattr(drawn, field)}))


def _another_overflow(choices: Choices, policy: Policy, in_use: Sequence[int]) -> Policy:
    """To a queue of a higher number, so that there is no cycle."""
    old = one_of(choices, policy.queues)
    above = [rule.id for rule in policy.queues if rule.id > old.id]
    drawn = _drawn_queue(choices, old.id, easy=True).overflow
    to = one_of(choices, above) if above else None
    return _with_queue(policy, replace(old, overflow=None if drawn is None else replace(drawn, queue=to)))


def _with_queue(policy: Policy, rule: QueueRule) -> Policy:
    return replace(policy, queues=tuple(rule if one.id == rule.id else one for one in policy.queues))


def _a_new_queue(choices: Choices, policy: Policy, in_use: Sequence[int]) -> Policy:
    known = {rule.id for rule in policy.queues}
    free = [id_ for id_ in (*range(90, 97), *range(101, 106)) if id_ not in known]
    if len(known) > 6 or not free:
        return policy
    rule = replace(
        _drawn_queue(choices, one_of(choices, free), easy=choices.number(0, 1) == 1), overflow=None
    )
    return replace(policy, queues=(*policy.queues, rule))


def _a_queue_less(choices: Choices, policy: Policy, in_use: Sequence[int]) -> Policy:
    named = {rule.overflow.queue for rule in policy.queues if rule.overflow is not None}
    named |= {queue for one in policy.agent_reserves for queue in (*one.queues, *one.against)}
    free = [rule.id for rule in policy.queues if rule.id not in in_use and rule.id not in named]
    if len(policy.queues) < 2 or not free:
        return policy
    gone = one_of(choices, free)
    agents = (
        replace(rule, ranks={queue: rank for queue, rank in rule.ranks.items() if queue != gone})
        for rule in policy.agents
    )
    return replace(policy, queues=tuple(one for one in policy.queues if one.id != gone), agents=tuple(agents))


def _another_agent(choices: Choices, policy: Policy, in_use: Sequence[int]) -> Policy:
    old = one_of(choices, policy.agents)
    rule = _drawn_agent(choices, policy, old.id)
    return replace(policy, agents=tuple(rule if one.id == old.id else one for one in policy.agents))


def _a_new_agent(choices: Choices, policy: Policy, in_use: Sequence[int]) -> Policy:
    if len(policy.agents) > 6:
        return policy
    number = max(one.id for one in policy.agents) + choices.number(1, 3)
    return replace(policy, agents=(_drawn_agent(choices, policy, number), *policy.agents))


def _drawn_agent(choices: Choices, policy: Policy, number: int) -> AgentRule:
    ids = [rule.id for rule in policy.queues]
    rule = an_agent(choices, number, ids, ranked=choices.number(0, 1) == 1)
    more = {NEW_SKILL: 3} if NEW_SKILL in policy.skills else {}
    return replace(rule, team=one_of(choices, (rule.team, NEW_TEAM)), skills={**rule.skills, **more})


def _other_media(choices: Choices, policy: Policy, in_use: Sequence[int]) -> Policy:
    return replace(policy, media=some_media(choices))


def _other_reserves(choices: Choices, policy: Policy, in_use: Sequence[int]) -> Policy:
    return replace(policy, agent_reserves=agent_reserves(choices, policy.queues))


def _a_reserve_turns(choices: Choices, policy: Policy, in_use: Sequence[int]) -> Policy:
    """As a controller shuts and opens it."""
    if not policy.agent_reserves:
        return policy
    turned = one_of(choices, policy.agent_reserves)
    shut = one_of(choices, (True, True, False, None))
    return replace(
        policy,
        agent_reserves=tuple(
            replace(one, shut=shut) if one is turned else one for one in policy.agent_reserves
        ),
    )


def _another_order(choices: Choices, policy: Policy, in_use: Sequence[int]) -> Policy:
    return replace(policy, order=one_of(choices, tuple(AgentOrder)), reserve=choices.number(0, 2))


def _another_skill(choices: Choices, policy: Policy, in_use: Sequence[int]) -> Policy:
    return replace(policy, skills=policy.skills | {NEW_SKILL})


def _another_bundle(choices: Choices, policy: Policy, in_use: Sequence[int]) -> Policy:
    skill = one_of(choices, sorted(policy.skills))
    changed = Bundle(policy.bundles[0].id, {skill: choices.number(0, 5)})
    return replace(policy, bundles=(changed, *policy.bundles[1:]))


Change = Callable[[Choices, Policy, Sequence[int]], Policy]
CHANGES: tuple[Change, ...] = (
    *(_another_queue, _one_rule_of_a_queue, _one_rule_of_a_queue, _another_overflow),
    *(
        _a_reserve_turns,
        _a_new_queue,
        _a_queue_less,
        _another_agent,
        _a_new_agent,
        _other_media,
        _other_reserves,
        _other_reserves,
    ),
    *(_another_order, _another_skill, _another_bundle),
)
