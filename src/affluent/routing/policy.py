"""Policies: who may serve what, and in which order. Plain data, checked before it is compiled to tables.

Identifiers are those of the database: any integers. Durations are milliseconds, levels 0 (none) to 5.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

LEVEL_MAX = 5
WEIGHT_MAX = 100
TIER_MAX = 9
RANK_MAX = 9
UNITS_FULL = 60
LIMIT_MAX = 60
MEDIA_MAX = 16
RESERVES_MAX = 64
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

    `interrupts` names the media whose work does not keep a contact of this one away, `pulls_back` those whose
    unanswered offers do not: these go back to their place when there is no room beside. `exclusive`: nothing
    of another medium beside it.
    """

    medium: str
    units: int
    interrupts: tuple[str, ...] = ()
    exclusive: bool = False
    pulls_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SkillNeed:
    """A skill that a queue asks.

    Required: demanded at `level` for ever; with a `floor`, at one level less after each `relax_after_ms` of
    waiting (None: never), down to the floor and never below. Preferred: demanded until a contact has waited
    `relax_after_ms` (None: never demanded), and scored by `weight` times level at all times.
    """

    skill: int
    level: int = 1
    required: bool = True
    weight: int = 1
    relax_after_ms: int | None = None
    floor: int | None = None


@dataclass(frozen=True, slots=True)
class TeamNeed:
    """Only agents of these teams, until a contact has waited `relax_after_ms` (None: for ever)."""

    teams: tuple[int, ...]
    relax_after_ms: int | None = None


@dataclass(frozen=True, slots=True)
class TierStep:
    """After a wait, given as `after_ms` or as `share` (percent of the target), a contact counts as of `tier`."""

    tier: int
    after_ms: int | None = None
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Overflow:
    """Where contacts of a queue go instead: after `after_ms` in it (None: never), on arrival when it is full,
    and on arrival while it is closed if `when_closed`. `queue` None: nowhere, they are refused.
    """

    queue: int | None
    after_ms: int | None = None
    when_closed: bool = False


@dataclass(frozen=True, slots=True)
class QueueRule:
    """A queue of one medium: how urgent it is, how long an offer stands, what an agent who fails it gets.

    `max_length` contacts may wait in it; more that arrive overflow, or are refused when there is no overflow.
    `order` (None: the policy's) is how its agents are chosen; `teams`, for the order by teams, are the first
    ones first: agents of teams not named come after them. `tier_steps` raise the tier of who waits;
    `max_wait_ms` is a step to the top tier. `by_hand`: agents may take what waits without an offer.
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
    team_needs: tuple[TeamNeed, ...] = ()
    tier_steps: tuple[TierStep, ...] = ()
    by_hand: bool = True


@dataclass(frozen=True, slots=True)
class AgentRule:
    """An agent: level by skill, and how many contacts of each medium at once (a medium not named: none).

    `ranks` says which queues are the agent's primary (1), secondary (2) and later ones, up to 9; a queue not
    named is primary. `units` is what one contact of a medium takes of this agent (else the medium's);
    `kept_free` are units that only contacts of a medium may use. `bundles` are groups of skills: the highest
    level counts.
    """

    id: int
    skills: Mapping[int, int] = field(default_factory=dict[int, int])
    limits: Mapping[str, int] = field(default_factory=dict[str, int])
    team: int | None = None
    ranks: Mapping[int, int] = field(default_factory=dict[int, int])
    units: Mapping[str, int] = field(default_factory=dict[str, int])
    kept_free: Mapping[str, int] = field(default_factory=dict[str, int])
    bundles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Demands:
    """What one contact asks beyond its queue: a wish of the customer, the segment, the history of the case.

    `needs` join the queue's: for a skill that both ask, required wins over preferred, and the higher level,
    the higher weight, the higher floor and the later relaxing count. `tier` can raise the queue's and never
    lowers it. `target_ms` replaces the queue's. `team_needs` join the queue's.
    """

    needs: tuple[SkillNeed, ...] = ()
    tier: int = 0
    target_ms: int | None = None
    team_needs: tuple[TeamNeed, ...] = ()


NO_DEMANDS = Demands()


@dataclass(frozen=True, slots=True)
class Bundle:
    """A group of skills, with their levels, that an agent has at once."""

    id: int
    skills: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class AgentReserve:
    """Agents kept for some contacts: those of `queues`, and those of at least `tier` (None: of no tier).

    Its agents are those with a limit for `medium`, of `team` (None: of any), who have the skills of one of
    the `queues`, if any are named. While no more than `agents` of them have room for the medium, or more than
    `waiting` contacts (None: however many) wait in the open ones of `queues`, these agents are offered
    nothing else; or, when `against` names queues, nothing of those. So e-mail is handed out when calls allow.
    `shut` says how it stands, whatever is counted: for whoever decides that by other figures.
    """

    medium: str
    queues: tuple[int, ...] = ()
    tier: int | None = None
    agents: int = 0
    waiting: int | None = None
    team: int | None = None
    against: tuple[int, ...] = ()
    shut: bool | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """All the rules of one routing partition. `skills` are those that exist.

    `reserve` is how many contacts over the limit of a medium an agent may have when sleeping ones wake;
    `agent_reserves` keep agents for some contacts.
    """

    media: tuple[MediumRule, ...]
    skills: frozenset[int]
    queues: tuple[QueueRule, ...]
    agents: tuple[AgentRule, ...]
    order: AgentOrder = AgentOrder.LEAST_BUSY
    reserve: int = 1
    bundles: tuple[Bundle, ...] = ()
    agent_reserves: tuple[AgentReserve, ...] = ()


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


def demanding(queue: QueueRule, demands: Demands) -> QueueRule:
    """The rule by which a contact with such demands waits in a queue.

    Where both ask one skill both stand in it: a wish that is relaxed stays one, and what is required stays required.
    """
    return replace(
        queue,
        skills=(*queue.skills, *(need for need in demands.needs if need not in queue.skills)),
        tier=max(queue.tier, demands.tier),
        target_ms=queue.target_ms if demands.target_ms is None else demands.target_ms,
        team_needs=(*queue.team_needs, *demands.team_needs),
    )


def levels_of(need: SkillNeed) -> tuple[tuple[int, int | None], ...]:
    """The levels that a need demands, each with the wait that ends it (None: for ever)."""
    if not need.required:
        return ((need.level, need.relax_after_ms or 0),)
    if need.floor is None or need.relax_after_ms is None:
        return ((need.level, None),)
    less = range(need.level - need.floor)
    falling = tuple((need.level - step, (step + 1) * need.relax_after_ms) for step in less)
    return (*falling, (need.floor, None))


def stages_of(queue: QueueRule) -> list[int]:
    """When the stages of a queue open, in ms of waiting; the first is open from the start."""
    ends = {until_ms for need in queue.skills for _, until_ms in levels_of(need)}
    ends |= {need.relax_after_ms for need in queue.team_needs}
    return [0, *sorted(end_ms for end_ms in ends if end_ms)]


def opens_after_ms(agent: AgentRule, queue: QueueRule) -> int | None:
    """The wait after which an agent may serve a queue, by skills and team; None: never."""
    missed = [
        until_ms
        for need in queue.skills
        for level, until_ms in levels_of(need)
        if agent.skills.get(need.skill, 0) < level
    ]
    missed += [need.relax_after_ms for need in queue.team_needs if agent.team not in need.teams]
    if agent.limits.get(queue.medium, 0) == 0 or None in missed:
        return None
    return max((until_ms for until_ms in missed if until_ms is not None), default=0)


def can_serve(agent: AgentRule, queue: QueueRule) -> bool:
    """Whether an agent may ever serve a queue: the required skills, the team, and a limit for its medium."""
    return opens_after_ms(agent, queue) is not None


def tier_steps_of(queue: QueueRule) -> list[tuple[int, int]]:
    """After which wait, in ms, a contact counts as of which tier; the longest wait last."""
    steps = [(step_after_ms(queue, step), step.tier) for step in queue.tier_steps]
    if queue.max_wait_ms is not None:
        steps.append((queue.max_wait_ms, TIER_MAX))
    return steps


def step_after_ms(queue: QueueRule, step: TierStep) -> int:
    return step.after_ms if step.after_ms is not None else (step.share or 0) * queue.target_ms // 100


def tier_after(queue: QueueRule, waited_ms: int) -> int:
    reached = [tier for after_ms, tier in tier_steps_of(queue) if waited_ms >= after_ms]
    return max(queue.tier, *reached) if reached else queue.tier


def with_bundles(agent: AgentRule, bundles: Iterable[Bundle]) -> AgentRule:
    """The agent with every skill of its bundles, at the highest level that one of them gives."""
    skills = dict(agent.skills)
    for bundle in bundles:
        if bundle.id in agent.bundles:
            for skill, level in bundle.skills.items():
                skills[skill] = max(level, skills.get(skill, 0))
    return replace(agent, skills=skills) if agent.bundles else agent
