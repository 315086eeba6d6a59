"""Everything that can be wrong with a policy, found before it is compiled to tables."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from affluent.routing.policy import (
    DURATION_MAX_MS,
    LEVEL_MAX,
    LIMIT_MAX,
    MEDIA_MAX,
    RANK_MAX,
    RESERVES_MAX,
    TIER_MAX,
    UNITS_FULL,
    WEIGHT_MAX,
    AgentReserve,
    AgentRule,
    Policy,
    PolicyError,
    Problem,
    QueueRule,
    SkillNeed,
    can_serve,
    step_after_ms,
    with_bundles,
)


def check(policy: Policy) -> list[Problem]:
    """Raises PolicyError with every reason why a policy cannot work; returns what is only worth a warning.

    A queue that no agent can serve is a warning (`nobody_can_serve`): agents may be added later.
    """
    reasons = [*media_problems(policy), *_queue_problems(policy), *_agent_problems(policy)]
    reasons += [*bundle_problems(policy), *reserve_problems(policy)]
    if not 0 <= policy.reserve <= LIMIT_MAX:
        reasons.append(Problem("reserve_out_of_range", "policy", {"reserve": policy.reserve}))
    if reasons:
        raise PolicyError(reasons)
    agents = [with_bundles(agent, policy.bundles) for agent in policy.agents]
    return [
        Problem("nobody_can_serve", f"queue:{queue.id}", {"queue": queue.id})
        for queue in policy.queues
        if not any(can_serve(agent, queue) for agent in agents)
    ]


def queue_problems(policy: Policy, queue: QueueRule) -> list[Problem]:
    """Every reason why a queue of the policy cannot work."""
    return list(_problems_of(policy, {rule.medium for rule in policy.media}, queue))


def agent_problems(policy: Policy, agent: AgentRule) -> list[Problem]:
    """Every reason why an agent cannot be part of the policy."""
    media = {rule.medium for rule in policy.media}
    return list(_problems_of_agent(policy, media, {rule.id for rule in policy.queues}, agent))


def media_problems(policy: Policy) -> Iterator[Problem]:
    known = [rule.medium for rule in policy.media]
    if len(known) > MEDIA_MAX:
        yield Problem("too_many_media", "policy", {"most": MEDIA_MAX})
    yield from _repeated("medium", known)
    for rule in policy.media:
        where = f"medium:{rule.medium}"
        if not 1 <= rule.units <= UNITS_FULL:
            yield Problem("units_out_of_range", where, {"units": rule.units})
        for other in (*rule.interrupts, *rule.pulls_back):
            if other not in known:
                yield Problem("unknown_medium", where, {"medium": other})
    pulled = {rule.medium: set(rule.pulls_back) for rule in policy.media}
    for medium in known:
        if medium in reached(pulled, medium):
            yield Problem("pull_back_cycle", f"medium:{medium}", {"medium": medium})


def reached(following: dict[str, set[str]], start: str) -> set[str]:
    """All that `start` leads to, over one or more steps."""
    found: set[str] = set()
    left = [start]
    while left:
        new = following.get(left.pop(), set()) - found
        found |= new
        left += sorted(new)
    return found


def _queue_problems(policy: Policy) -> Iterator[Problem]:
    known = {rule.medium for rule in policy.media}
    yield from _repeated("queue", [queue.id for queue in policy.queues])
    yield from overflow_problems(policy)
    for queue in policy.queues:
        yield from _problems_of(policy, known, queue)


def _problems_of(policy: Policy, media: set[str], queue: QueueRule) -> Iterator[Problem]:
    where = f"queue:{queue.id}"
    if queue.medium not in media:
        yield Problem("unknown_medium", where, {"medium": queue.medium})
    if not 0 <= queue.tier <= TIER_MAX:
        yield Problem("tier_out_of_range", where, {"tier": queue.tier})
    if queue.target_ms == 0:
        yield Problem("target_zero", where)
    if queue.offer_ms == 0:
        yield Problem("offer_zero", where)
    if queue.max_length is not None and queue.max_length < 1:
        yield Problem("length_out_of_range", where, {"max_length": queue.max_length})
    durations = {
        "target_ms": queue.target_ms,
        "offer_ms": queue.offer_ms,
        "set_aside_ms": queue.set_aside_ms,
        "keep_ms": queue.keep_ms,
        "max_wait_ms": queue.max_wait_ms or 0,
        "overflow_after_ms": (queue.overflow and queue.overflow.after_ms) or 0,
    }
    for name, value in durations.items():
        if not 0 <= value <= DURATION_MAX_MS:
            yield Problem("duration_out_of_range", where, {"field": name, "value": value})
    yield from _repeated(f"{where} skill", [need.skill for need in queue.skills])
    yield from _repeated(f"{where} team", queue.teams)
    for need in queue.skills:
        yield from _need_problems(policy, where, need)
    yield from _team_problems(where, queue)
    yield from _step_problems(where, queue)


def _team_problems(where: str, queue: QueueRule) -> Iterator[Problem]:
    """Later stages only admit more: each circle of teams lies within those that last longer."""
    for need in queue.team_needs:
        if not need.teams:
            yield Problem("no_team", where)
        if not 0 <= (need.relax_after_ms or 0) <= DURATION_MAX_MS:
            yield Problem(
                "duration_out_of_range", where, {"field": "relax_after_ms", "value": need.relax_after_ms}
            )
    endless = DURATION_MAX_MS + 1
    circles = sorted(
        (endless if need.relax_after_ms is None else need.relax_after_ms, len(set(need.teams)), need.teams)
        for need in queue.team_needs
    )
    for (*_, inner), (*_, outer) in pairwise(circles):
        if not set(inner) <= set(outer):
            yield Problem("stage_narrows", where, {"teams": sorted(set(inner) - set(outer))})


def _step_problems(where: str, queue: QueueRule) -> Iterator[Problem]:
    reached = (0, queue.tier)
    for step in queue.tier_steps:
        if (step.after_ms is None) == (step.share is None):
            yield Problem("step_without_instant", where, {"tier": step.tier})
            continue
        if not 0 <= step.tier <= TIER_MAX:
            yield Problem("tier_out_of_range", where, {"tier": step.tier})
        after_ms = step_after_ms(queue, step)
        if not 0 <= after_ms <= DURATION_MAX_MS:
            yield Problem("duration_out_of_range", where, {"field": "tier_steps", "value": after_ms})
        if (after_ms, step.tier) < reached or step.tier < reached[1]:
            yield Problem("tier_falls", where, {"tier": step.tier})
        reached = (after_ms, step.tier)


def overflow_problems(policy: Policy) -> Iterator[Problem]:
    following = {
        queue.id: queue.overflow.queue
        for queue in policy.queues
        if queue.overflow is not None and queue.overflow.queue is not None
    }
    known = {queue.id for queue in policy.queues}
    for queue, target in sorted(following.items()):
        if target not in known:
            yield Problem("unknown_queue", f"queue:{queue}", {"queue": target})
            continue
        passed, reached = {queue}, target
        while reached in following and reached not in passed:
            passed.add(reached)
            reached = following[reached]
        if reached == queue:
            yield Problem("overflow_cycle", f"queue:{queue}", {"queues": sorted(passed)})


def _need_problems(policy: Policy, where: str, need: SkillNeed) -> Iterator[Problem]:
    if need.skill not in policy.skills:
        yield Problem("unknown_skill", where, {"skill": need.skill})
    if not 1 <= need.level <= LEVEL_MAX:
        yield Problem("level_out_of_range", where, {"skill": need.skill, "level": need.level})
    if need.floor is not None and not 1 <= need.floor <= need.level:
        yield Problem("floor_out_of_range", where, {"skill": need.skill, "floor": need.floor})
    if not 0 <= need.weight <= WEIGHT_MAX:
        yield Problem("weight_out_of_range", where, {"skill": need.skill, "weight": need.weight})
    if not 0 <= (need.relax_after_ms or 0) <= DURATION_MAX_MS:
        yield Problem(
            "duration_out_of_range", where, {"field": "relax_after_ms", "value": need.relax_after_ms}
        )


def _agent_problems(policy: Policy) -> Iterator[Problem]:
    known = {rule.medium for rule in policy.media}
    queues = {rule.id for rule in policy.queues}
    yield from _repeated("agent", [agent.id for agent in policy.agents])
    for agent in policy.agents:
        yield from _problems_of_agent(policy, known, queues, agent)


def _problems_of_agent(
    policy: Policy, media: set[str], queues: set[int], agent: AgentRule
) -> Iterator[Problem]:
    where = f"agent:{agent.id}"
    for skill, level in agent.skills.items():
        if skill not in policy.skills:
            yield Problem("unknown_skill", where, {"skill": skill})
        if not 0 <= level <= LEVEL_MAX:
            yield Problem("level_out_of_range", where, {"skill": skill, "level": level})
    for medium, limit in agent.limits.items():
        if medium not in media:
            yield Problem("unknown_medium", where, {"medium": medium})
        if not 0 <= limit <= LIMIT_MAX:
            yield Problem("limit_out_of_range", where, {"medium": medium, "limit": limit})
    for medium, units in agent.units.items():
        if medium not in media:
            yield Problem("unknown_medium", where, {"medium": medium})
        if not 1 <= units <= UNITS_FULL:
            yield Problem("units_out_of_range", where, {"medium": medium, "units": units})
    for medium, units in agent.kept_free.items():
        if medium not in media:
            yield Problem("unknown_medium", where, {"medium": medium})
        if not 0 <= units <= UNITS_FULL:
            yield Problem("units_out_of_range", where, {"medium": medium, "units": units})
    known = {bundle.id for bundle in policy.bundles}
    for bundle in agent.bundles:
        if bundle not in known:
            yield Problem("unknown_bundle", where, {"bundle": bundle})
    for queue, rank in agent.ranks.items():
        if queue not in queues:
            yield Problem("unknown_queue", where, {"queue": queue})
        if not 1 <= rank <= RANK_MAX:
            yield Problem("rank_out_of_range", where, {"queue": queue, "rank": rank})


def bundle_problems(policy: Policy) -> Iterator[Problem]:
    yield from _repeated("bundle", [bundle.id for bundle in policy.bundles])
    for bundle in policy.bundles:
        for skill, level in bundle.skills.items():
            if skill not in policy.skills:
                yield Problem("unknown_skill", f"bundle:{bundle.id}", {"skill": skill})
            if not 0 <= level <= LEVEL_MAX:
                yield Problem("level_out_of_range", f"bundle:{bundle.id}", {"skill": skill, "level": level})


def reserve_problems(policy: Policy) -> Iterator[Problem]:
    if len(policy.agent_reserves) > RESERVES_MAX:
        yield Problem("too_many_reserves", "policy", {"most": RESERVES_MAX})
    media = {rule.medium for rule in policy.media}
    queues = {rule.id: rule.medium for rule in policy.queues}
    for place, reserve in enumerate(policy.agent_reserves):
        yield from _problems_of_reserve(f"agent_reserve:{place}", reserve, media, queues)


def _problems_of_reserve(
    where: str, reserve: AgentReserve, media: set[str], queues: dict[int, str]
) -> Iterator[Problem]:
    if reserve.medium not in media:
        yield Problem("unknown_medium", where, {"medium": reserve.medium})
    for queue in (*reserve.queues, *reserve.against):
        if queue not in queues:
            yield Problem("unknown_queue", where, {"queue": queue})
    for queue in reserve.queues:
        if queues.get(queue, reserve.medium) != reserve.medium:
            yield Problem("other_medium", where, {"queue": queue, "medium": queues[queue]})
        if queue in reserve.against:
            yield Problem("against_itself", where, {"queue": queue})
    if not reserve.queues and reserve.tier is None:
        yield Problem("for_nothing", where)
    if reserve.tier is not None and not 0 <= reserve.tier <= TIER_MAX:
        yield Problem("tier_out_of_range", where, {"tier": reserve.tier})
    if reserve.agents < 0 or (reserve.waiting or 0) < 0:
        yield Problem("count_out_of_range", where)
    if reserve.waiting is not None and not reserve.queues:
        yield Problem("waits_for_nothing", where)
    if reserve.agents == 0 and reserve.waiting is None and reserve.shut is None:
        yield Problem("never_shut", where)


def _repeated(what: str, names: Iterable[object]) -> Iterator[Problem]:
    seen: dict[object, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        if seen[name] == 2:
            yield Problem("repeated", f"{what}:{name}")
