"""Why an offer went where it went, told from what the choice left behind."""

from affluent.routing.choice import RANK_DECIDED
from affluent.routing.decisions import Reason, ReasonCode
from affluent.routing.policy import AgentRule, QueueRule
from affluent.routing.state import BY_IDLENESS, BY_LOAD, BY_TEAM, BY_VERSATILITY, NOBODY, State
from affluent.routing.urgency import BY_RANK, BY_TIER

_WORDS: dict[int, ReasonCode] = {
    BY_LOAD: "least_busy",
    BY_IDLENESS: "longest_idle",
    BY_VERSATILITY: "least_versatile",
    BY_TEAM: "team",
}


def skill_reasons(queue: QueueRule, levels: dict[int, int]) -> list[Reason]:
    """One reason for each skill of the queue that the agent has, preferred ones at any level."""
    return [
        Reason(
            "skill",
            {
                "skill": need.skill,
                "level": levels[need.skill],
                "asked": need.level,
                "required": need.required,
            },
        )
        for need in queue.skills
        if levels.get(need.skill, 0) > 0
    ]


def reasons(
    state: State, outcome: list[int], queue: QueueRule, agent: AgentRule, tier: int
) -> tuple[Reason, ...]:
    """The reasons of one offer, the most telling first.

    `outcome` is a row as `events.report` writes it; `queue` the contact's with its demands; `tier` the
    contact's at that moment.
    """
    row_of_queue = state.contacts.queue[outcome[1]]
    candidates, agent_key, rivals, contact_key = outcome[4:8]
    idle_since_ms, kept_for = outcome[8:10]
    why: list[Reason] = []
    if kept_for != NOBODY:
        why.append(Reason("same_agent"))
    if rivals > 1 and contact_key == BY_TIER:
        why.append(Reason("tier", {"tier": tier}))
    why += skill_reasons(queue, dict(agent.skills))
    rank = agent.ranks.get(queue.id, 1)
    if kept_for == NOBODY and (agent_key == RANK_DECIDED or (rivals > 1 and contact_key == BY_RANK)):
        why.append(Reason("rank", {"rank": rank}))
    order = state.queues.order[row_of_queue]
    if kept_for == NOBODY and candidates == 1:
        why.append(Reason("only_one"))
    elif kept_for == NOBODY and agent_key != RANK_DECIDED:
        # With all keys equal nobody has been idle longer, so that is true too.
        place = agent_key - RANK_DECIDED - 1
        key = order[place] if place < len(order) else BY_IDLENESS
        params = {BY_IDLENESS: {"since_ms": idle_since_ms}, BY_TEAM: {"team": agent.team}}
        if key in _WORDS:
            why.append(Reason(_WORDS[key], params.get(key, {})))
    return tuple(why)
