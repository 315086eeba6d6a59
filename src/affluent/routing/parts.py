"""Agents who take part in a contact beside the one who has it: consult, conference, a supervisor who joins.

Each has the contact counted in hand, whatever room is left.
"""

from affluent.routing.chains import holds, note, strike
from affluent.routing.compiled import compiled
from affluent.routing.hands import note_room
from affluent.routing.marks import mark_agent
from affluent.routing.state import FAR, NOBODY, NOTHING, State


@compiled
def takes_part(k: State, contact: int, agent: int) -> bool:
    return holds(k.parts, k.contacts.parts[contact], agent)


@compiled
def count_part(k: State, now_ms: int, contact: int, agent: int, more: int) -> None:
    """One contact more (1), or less (-1), in the agent's hands."""
    k.agents.in_hand[agent, k.queues.medium[k.contacts.queue[contact]]] += more
    k.agents.idle_since_ms[agent] = now_ms
    note_room(k, agent)


@compiled
def agent_joins(k: State, now_ms: int, contact: int, agent: int) -> None:
    note(k.parts, k.contacts.parts, contact, agent, FAR)
    count_part(k, now_ms, contact, agent, 1)


@compiled
def agent_parts(k: State, now_ms: int, contact: int, agent: int) -> None:
    """An agent takes part no longer, and may have room now."""
    before, entry = NOTHING, k.contacts.parts[contact]
    while k.parts.agent[entry] != agent:
        before, entry = entry, k.parts.following[entry]
    strike(k.parts, k.contacts.parts, contact, before, entry)
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
