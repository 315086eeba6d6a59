"""Policies: who may serve what, and in which order. Plain data, checked before it is compiled to tables.

Identifiers are those of the database: any integers. Durations are milliseconds, levels 0 (none) to 5.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

LEVEL_MAX = 5
WEIGHT_MAX = 100
TIER_MAX = 9
RANK_MAX = 9
UNITS_FULL = 60
LIMIT_MAX = 60
MEDIA_MAX = 16
DURATION_MAX_MS = 100 * 366 * 86_400_000
IDENTITY_MAX = 1 << 60


class AgentOrder(StrEnum):
    """Who goes first among agents who may take a contact; last, always, the smallest identifier.

    All but `TEAMS` ask first who meets the preferred skills best. `TEAMS` goes by the queue's list of teams.
    """

    LEAST_BUSY = "least_busy"
    LONGEST_IDLE = "longest_idle"
    LEAST_VERSATILE = "least_versatile"
    TEAMS = "teams"


@dataclass(frozen=True, slots=True)
class MediumRule:
    """What one contact of a medium takes of an agent: `units` of 60, so 60 leaves no room for anything else.

    `interrupts` names the media whose work does not keep a contact of this one away.
    """

    medium: str
    units: int
    interrupts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SkillNeed:
    """A skill that a queue asks.

    Required: demanded at `level` for ever. Preferred: demanded until a contact has waited `relax_after_ms`
    (None: never demanded), and scored by `weight` times level at all times.
    """

    skill: int
    level: int = 1
    required: bool = True
    weight: int = 1
    relax_after_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Overflow:
    """Where contacts of a queue go instead: after `after_ms` in it (None: never), on arrival when it is full,
    and on arrival while it is closed if `when_closed`.
    """

    queue: int
    after_ms: int | None = None
    when_closed: bool = False


@dataclass(frozen=True, slots=True)
class QueueRule:
    """A queue of one medium: how urgent it is, how long an offer stands, what an agent who fails it gets.

    `max_length` contacts may wait in it; more that arrive overflow, or are refused when there is no overflow.
    `order` (None: the policy's) is how its agents are chosen; `teams`, for the order by teams, are the first
    ones first: agents of teams not named come after them.
    """

    id: int
    medium: str
    tier: int = 0
    target_ms: int = 60_000
    offer_ms: int = 20_000
    set_aside_ms: int = 60_000
    keep_ms: int = 0
    max_wait_ms: int | None = None
    max_length: int | None = None
    overflow: "Overflow | None" = None
    skills: tuple[SkillNeed, ...] = ()
    order: AgentOrder | None = None
    teams: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentRule:
    """An agent: level by skill, and how many contacts of each medium at once (a medium not named: none).

    `ranks` says which queues are the agent's primary (1), secondary (2) and later ones, up to 9; a queue not
    named is primary.
    """

    id: int
    skills: Mapping[int, int] = field(default_factory=dict[int, int])
    limits: Mapping[str, int] = field(default_factory=dict[str, int])
    team: int | None = None
    ranks: Mapping[int, int] = field(default_factory=dict[int, int])


@dataclass(frozen=True, slots=True)
class Demands:
    """What one contact asks beyond its queue: a wish of the customer, the segment, the history of the case.

    `needs` join the queue's: for a skill that both ask, required wins over preferred, and the higher level,
    the higher weight and the later relaxing count. `tier` can raise the queue's and never lowers it.
    `target_ms` replaces the queue's.
    """

    needs: tuple[SkillNeed, ...] = ()
    tier: int = 0
    target_ms: int | None = None


NO_DEMANDS = Demands()


@dataclass(frozen=True, slots=True)
class Policy:
    """All the rules of one routing partition. `skills` are those that exist.

    `reserve` is how many contacts over the limit of a medium an agent may have when sleeping ones wake.
    """

    media: tuple[MediumRule, ...]
    skills: frozenset[int]
    queues: tuple[QueueRule, ...]
    agents: tuple[AgentRule, ...]
    order: AgentOrder = AgentOrder.LEAST_BUSY
    reserve: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a policy: a code, where it is (`queue:12`, `agent:7`, `medium:chat`), and what."""

    code: str
    where: str
    params: Mapping[str, object] = field(default_factory=dict[str, object])


class PolicyError(ValueError):
    """A policy that cannot work, with every reason."""

    def __init__(self, reasons: Iterable[Problem]) -> None:
        self.reasons = list(reasons)
        super().__init__("; ".join(f"{reason.where}: {reason.code}" for reason in self.reasons))


def check(policy: Policy) -> list[Problem]:
    """Raises PolicyError with every reason why a policy cannot work; returns what is only worth a warning.

    A queue that no agent can serve is a warning (`nobody_can_serve`): agents may be added later.
    """
    reasons = [*_media_problems(policy), *_queue_problems(policy), *_agent_problems(policy)]
    if not 0 <= policy.reserve <= LIMIT_MAX:
        reasons.append(Problem("reserve_out_of_range", "policy", {"reserve": policy.reserve}))
    if reasons:
        raise PolicyError(reasons)
    return [
        Problem("nobody_can_serve", f"queue:{queue.id}", {"queue": queue.id})
        for queue in policy.queues
        if not any(can_serve(agent, queue) for agent in policy.agents)
    ]


def demanding(queue: QueueRule, demands: Demands) -> QueueRule:
    """The rule by which a contact with such demands waits in a queue."""
    needs = {need.skill: need for need in queue.skills}
    for need in demands.needs:
        needs[need.skill] = _stricter(needs[need.skill], need) if need.skill in needs else need
    return replace(
        queue,
        skills=tuple(needs.values()),
        tier=max(queue.tier, demands.tier),
        target_ms=queue.target_ms if demands.target_ms is None else demands.target_ms,
    )


def _stricter(one: SkillNeed, other: SkillNeed) -> SkillNeed:
    relaxed = [need.relax_after_ms or 0 for need in (one, other)]
    return SkillNeed(
        one.skill,
        max(one.level, other.level),
        one.required or other.required,
        max(one.weight, other.weight),
        max(relaxed),
    )


def queue_problems(policy: Policy, queue: QueueRule) -> list[Problem]:
    """Every reason why a queue of the policy cannot work."""
    return list(_problems_of(policy, {rule.medium for rule in policy.media}, queue))


def agent_problems(policy: Policy, agent: AgentRule) -> list[Problem]:
    """Every reason why an agent cannot be part of the policy."""
    media = {rule.medium for rule in policy.media}
    return list(_problems_of_agent(policy, media, {rule.id for rule in policy.queues}, agent))


def can_serve(agent: AgentRule, queue: QueueRule) -> bool:
    """Whether an agent has the required skills of a queue, and any room for its medium."""
    return agent.limits.get(queue.medium, 0) > 0 and all(
        agent.skills.get(need.skill, 0) >= need.level for need in queue.skills if need.required
    )


def _media_problems(policy: Policy) -> Iterator[Problem]:
    known = [rule.medium for rule in policy.media]
    if len(known) > MEDIA_MAX:
        yield Problem("too_many_media", "policy", {"most": MEDIA_MAX})
    yield from _repeated("medium", known)
    for rule in policy.media:
        where = f"medium:{rule.medium}"
        if not 1 <= rule.units <= UNITS_FULL:
            yield Problem("units_out_of_range", where, {"units": rule.units})
        for other in rule.interrupts:
            if other not in known:
                yield Problem("unknown_medium", where, {"medium": other})


def _queue_problems(policy: Policy) -> Iterator[Problem]:
    known = {rule.medium for rule in policy.media}
    yield from _repeated("queue", [queue.id for queue in policy.queues])
    yield from _overflow_problems(policy)
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


def _overflow_problems(policy: Policy) -> Iterator[Problem]:
    following = {queue.id: queue.overflow.queue for queue in policy.queues if queue.overflow is not None}
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
    for queue, rank in agent.ranks.items():
        if queue not in queues:
            yield Problem("unknown_queue", where, {"queue": queue})
        if not 1 <= rank <= RANK_MAX:
            yield Problem("rank_out_of_range", where, {"queue": queue, "rank": rank})


def _repeated(what: str, names: Iterable[object]) -> Iterator[Problem]:
    seen: dict[object, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        if seen[name] == 2:
            yield Problem("repeated", f"{what}:{name}")
