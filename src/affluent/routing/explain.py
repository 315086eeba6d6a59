"""Who could have a contact, and why: the answer to "why not me" in data, for people and for tests.

Written over the tables, not over the compiled choice; tests hold both to the same answer.
"""

from dataclasses import dataclass

from affluent.routing import entries
from affluent.routing.core import Core
from affluent.routing.explain_otherwise import Otherwise, otherwise
from affluent.routing.live import refusals_of
from affluent.routing.policy import AgentOrder, AgentRule, QueueRule, can_serve, opens_after_ms, stages_of
from affluent.routing.state import AWAY, HELD, NOBODY, READY

_KEYS = {
    AgentOrder.LEAST_BUSY: ("rank", "fit", "least_busy", "longest_idle"),
    AgentOrder.LONGEST_IDLE: ("rank", "fit", "longest_idle", "least_busy"),
    AgentOrder.LEAST_VERSATILE: ("rank", "fit", "least_versatile", "longest_idle"),
    AgentOrder.TEAMS: ("rank", "team", "fit", "longest_idle"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent with the required skills of the queue.

    `obstacles`, empty for one who can take the contact now: promised_for_later, queue_closed, offline, away,
    set_aside, refused, kept_for_another, at_limit, too_full, kept_free (for other
    contacts), stage_not_open. `opens_after_ms` is the wait after
    which the agent may serve, `keys` the values compared, smaller first.
    """

    agent: int
    opens_after_ms: int
    obstacles: tuple[str, ...]
    keys: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`candidates` stand in the order in which they would be chosen, those without obstacles first.

    `stage` counts from 0; `stages_ms` are the waits at which stages open. `decided_by` is the key that
    separates the first from the second free candidate: `only_one` if there is no second, `agent_id` if all
    keys are equal, None if nobody can take it. `otherwise`: the rules without which it would be another one.
    """

    contact: int
    queue: int
    waited_ms: int
    stage: int
    stages_ms: tuple[int, ...]
    candidates: tuple[Candidate, ...]
    chosen: int | None
    decided_by: str | None
    otherwise: tuple[Otherwise, ...] = ()


def explain(router: Core, row: int, now_ms: int) -> Explanation:
    contacts = router.store.state.contacts
    queue = router.rows.queues[contacts.queue[row]]
    waited_ms = max(0, now_ms - int(contacts.arrived_ms[row]))
    stages_ms = tuple(stages_of(queue))
    stage = sum(after_ms <= waited_ms for after_ms in stages_ms) - 1
    candidates = sorted(
        (
            _candidate(router, row, queue, rule, stage)
            for rule in router.rows.agents
            if can_serve(rule, queue)
        ),
        key=lambda one: (bool(one.obstacles), [value for _, value in one.keys], one.agent),
    )
    free = [one for one in candidates if not one.obstacles]
    chosen = free[0].agent if free else None
    return Explanation(
        int(contacts.identity[row]),
        queue.id,
        waited_ms,
        stage,
        stages_ms,
        tuple(candidates),
        chosen,
        _decided_by(free),
        otherwise(candidates, stages_ms, stage, chosen),
    )


def _decided_by(free: list[Candidate]) -> str | None:
    if not free:
        return None
    if len(free) == 1:
        return "only_one"
    for (name, mine), (_, theirs) in zip(free[0].keys, free[1].keys, strict=True):
        if mine != theirs:
            return name
    return "agent_id"


def _opens_after_ms(queue: QueueRule, agent: AgentRule, stages_ms: list[int]) -> int:
    """The first stage at which no preferred skill that the agent lacks is still demanded."""
    after_ms = opens_after_ms(agent, queue)
    assert after_ms is not None, "a candidate may serve, sooner or later"
    return next(opens_ms for opens_ms in stages_ms if opens_ms >= after_ms)


def _candidate(router: Core, row: int, queue: QueueRule, rule: AgentRule, stage: int) -> Candidate:
    stages_ms = stages_of(queue)
    opens_after_ms = _opens_after_ms(queue, rule, stages_ms)
    kept_for = router.store.state.contacts.kept_for[row]
    agent = router.rows.agent[rule.id]
    obstacles = _obstacles(router, row, queue, agent)
    if kept_for not in {NOBODY, agent}:
        obstacles.append("kept_for_another")
    elif kept_for == NOBODY and opens_after_ms > stages_ms[stage]:
        obstacles.append("stage_not_open")
    return Candidate(rule.id, opens_after_ms, tuple(obstacles), _keys(router, queue, rule, agent))


def _obstacles(router: Core, row: int, queue: QueueRule, agent: int) -> list[str]:
    state = router.store.state
    found: list[str] = []
    if state.contacts.place[row] == HELD:
        found.append("promised_for_later")
    if state.queues.closed[state.contacts.queue[row]]:
        found.append("queue_closed")
    presence = state.agents.presence[agent]
    if presence != READY:
        found.append("away" if presence == AWAY else "offline")
    if state.agents.aside_until_ms[agent] != 0:
        found.append("set_aside")
    if any(refusal.agent == router.rows.agents[agent].id for refusal in refusals_of(router, row)):
        found.append("refused")
    medium = router.rows.medium[queue.medium]
    most = state.agents.limit[agent, medium] + state.agents.extra[agent, medium]
    if state.agents.in_hand[agent, medium] >= most:
        found.append("at_limit")
    elif not entries.fits(router.store.at, agent, medium):
        found.append("too_full")
    if entries.barred(router.store.at, router.now_ms, row, agent):
        found.append("kept_free")
    return found


def _load(router: Core, agent: int) -> int:
    """Units in the agent's hands."""
    agents = router.store.state.agents
    return sum(
        int(agents.in_hand[agent, medium]) * int(agents.units[agent, medium])
        for medium in router.rows.medium.values()
    )


def _keys(router: Core, queue: QueueRule, rule: AgentRule, agent: int) -> tuple[tuple[str, int], ...]:
    agents = router.store.state.agents
    fit = sum(
        need.weight * min(rule.skills.get(need.skill, 0), need.level)
        for need in queue.skills
        if not need.required
    )
    teams = {team: place for place, team in enumerate(queue.teams)}
    values = {
        "rank": rule.ranks.get(queue.id, 1),
        "team": len(teams) if rule.team is None else teams.get(rule.team, len(teams)),
        "fit": -fit,
        "least_busy": _load(router, agent),
        "longest_idle": int(agents.idle_since_ms[agent]),
        "least_versatile": int(agents.versatility[agent]),
    }
    return tuple((name, values[name]) for name in _KEYS[queue.order or router.policy.order])
