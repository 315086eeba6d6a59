"""Limits that are lifted for a while, and agents whose instant has come."""

from affluent.routing.agenda import remind_agent
from affluent.routing.compiled import compiled
from affluent.routing.hands import note_room
from affluent.routing.marks import mark_agent
from affluent.routing.state import State


@compiled
def limits_lifted(k: State, now_ms: int, agent: int, until_ms: int) -> None:
    """The agent may have some contacts over the limits for a time; whatever was lifted before is over."""
    k.agents.extra_until_ms[agent] = until_ms if until_ms > now_ms else 0
    if until_ms > now_ms:
        remind_agent(k, agent, until_ms)
    else:
        usual_limits(k, agent)
    note_room(k, agent)
    mark_agent(k, agent)


@compiled
def usual_limits(k: State, agent: int) -> None:
    k.agents.extra_until_ms[agent] = 0
    for medium in range(len(k.media.exclusive)):
        k.agents.extra[agent, medium] = 0


@compiled
def agent_comes_back(k: State, now_ms: int, agent: int) -> None:
    """An instant that was noted for an agent has come."""
    if k.agents.aside_until_ms[agent] <= now_ms:
        k.agents.aside_until_ms[agent] = 0
    if k.agents.extra_until_ms[agent] <= now_ms:
        usual_limits(k, agent)
    note_room(k, agent)
    mark_agent(k, agent)
