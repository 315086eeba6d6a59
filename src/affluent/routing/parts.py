"""Agents who take part in a contact beside the one who has it: consult, conference, a supervisor who joins.

Each has the contact counted in hand, whatever room is left.
"""

from affluent.routing.compiled import compiled
from affluent.routing.hands import note_room
from affluent.routing.marks import mark_agent
from affluent.routing.state import NOBODY, NOTHING, State


@compiled
def takes_part(k: State, contact: int, agent: int) -> bool:
    entry = k.contacts.parts[contact]
    while entry != NOTHING:
        if k.parts.agent[entry] == agent:
            return True
        entry = k.parts.following[entry]
    return False


@compiled
def count_part(k: State, now_ms: int, contact: int, agent: int, more: int) -> None:
    """One contact more (1), or less (-1), in the agent's hands."""
    k.agents.in_hand[agent, k.queues.medium[k.contacts.queue[contact]]] += more
    k.agents.idle_since_ms[agent] = now_ms
    note_room(k, agent)


@compiled
def agent_joins(k: State, now_ms: int, contact: int, agent: int) -> None:
    parts = k.parts
    entry = parts.free[0]
    parts.free[0] = parts.following[entry]
    parts.free[1] -= 1
    parts.agent[entry] = agent
    parts.following[entry] = k.contacts.parts[contact]
    k.contacts.parts[contact] = entry
    count_part(k, now_ms, contact, agent, 1)


@compiled
def agent_parts(k: State, now_ms: int, contact: int, agent: int) -> None:
    """An agent takes part no longer, and may have room now."""
    parts = k.parts
    before, entry = NOTHING, k.contacts.parts[contact]
    while parts.agent[entry] != agent:
        before, entry = entry, parts.following[entry]
    if before == NOTHING:
        k.contacts.parts[contact] = parts.following[entry]
    else:
        parts.following[before] = parts.following[entry]
    parts.following[entry] = parts.free[0]
    parts.free[0] = entry
    parts.free[1] += 1
    count_part(k, now_ms, contact, agent, -1)
    mark_agent(k, agent)


@compiled
def everybody_parts(k: State, now_ms: int, contact: int) -> None:
    while k.contacts.parts[contact] != NOTHING:
        agent_parts(k, now_ms, contact, k.parts.agent[k.contacts.parts[contact]])


@compiled
def handed_over(k: State, now_ms: int, contact: int, agent: int) -> None:
    """One who takes part has the contact from now on; who had it is free."""
    agent_parts(k, now_ms, contact, agent)
    giver = k.contacts.agent[contact]
    if giver != NOBODY:
        count_part(k, now_ms, contact, giver, -1)
        mark_agent(k, giver)
    k.contacts.agent[contact] = agent
    count_part(k, now_ms, contact, agent, 1)
