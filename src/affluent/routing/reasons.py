"""Why an offer went where it went, told from what the choice left behind."""

from affluent.routing.choice import BY_TIER
from affluent.routing.decisions import Reason, ReasonCode
from affluent.routing.policy import QueueRule
from affluent.routing.state import BY_IDLENESS, BY_LOAD, BY_VERSATILITY, NOBODY, State

_WORDS: dict[int, ReasonCode] = {
    BY_LOAD: "least_busy",
    BY_IDLENESS: "longest_idle",
    BY_VERSATILITY: "least_versatile",
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
    state: State, outcome: list[int], queue: QueueRule, levels: dict[int, int], tier: int
) -> tuple[Reason, ...]:
    """The reasons of one offer, the most telling first.

    `outcome` is a row as `events.report` writes it; `levels` the agent's; `tier` the contact's at that
    moment.
    """
    candidates, agent_key, rivals, contact_key = outcome[4:8]
    idle_since_ms, kept_for = outcome[8:10]
    why: list[Reason] = []
    if kept_for != NOBODY:
        why.append(Reason("same_agent"))
    if rivals > 1 and contact_key == BY_TIER:
        why.append(Reason("tier", {"tier": tier}))
    why += skill_reasons(queue, levels)
    order = state.rules.order
    if kept_for == NOBODY and candidates == 1:
        why.append(Reason("only_one"))
    elif kept_for == NOBODY:
        # With all keys equal nobody has been idle longer, so that is true too.
        key = order[agent_key - 1] if agent_key <= len(order) else BY_IDLENESS
        if key in _WORDS:
            code = _WORDS[key]
            why.append(Reason(code, {"since_ms": idle_since_ms} if code == "longest_idle" else {}))
    return tuple(why)
