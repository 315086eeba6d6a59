"""Agents kept for some contacts: which agent reserves are shut, so that their agents are offered nothing else.

Counts are kept true by whoever gives or takes room (`hands.note_room`) and by the lines. A reserve that opens
is noted; `settle` then looks again at all that it had kept apart.
"""

import numpy as np

from affluent.routing.bits import ZERO, bit, drop, has, lowest, put, without_lowest
from affluent.routing.compiled import compiled
from affluent.routing.state import NEVER, NOTHING, State


@compiled
def is_shut(k: State, reserve: int) -> bool:
    reserves = k.reserves
    few = reserves.agents[reserve] > 0 and reserves.free[reserve] <= reserves.agents[reserve]
    return few or reserves.waiting[reserve] > reserves.most[reserve]


@compiled
def note_reserve(k: State, reserve: int) -> None:
    """Keeps the word of shut reserves true, and notes those that open."""
    shut = k.reserves.shut
    if is_shut(k, reserve):
        shut[0] |= bit(reserve)
    elif shut[0] & bit(reserve) != ZERO:
        shut[0] &= ~bit(reserve)
        k.marked.opened[0] |= bit(reserve)


@compiled
def count_free(k: State, agent: int, medium: int, more: int) -> None:
    """An agent has gained room for a medium (1), or lost it (-1)."""
    word = k.agents.reserves[agent]
    while word:
        reserve = lowest(word)
        word = without_lowest(word)
        if k.reserves.medium[reserve] == medium:
            k.reserves.free[reserve] += more
            note_reserve(k, reserve)


@compiled
def count_waiting(k: State, queue: int, more: int) -> None:
    """So many more contacts wait in an open queue or a variant of one."""
    word = k.queues.counted_by[queue]
    while word:
        reserve = lowest(word)
        word = without_lowest(word)
        k.reserves.waiting[reserve] += more
        note_reserve(k, reserve)


@compiled
def learn_member(k: State, agent: int) -> None:
    """To which reserves an agent belongs."""
    reserves, agents = k.reserves, k.agents
    served = ZERO
    for queue in range(len(k.queues.base)):
        if k.queues.base[queue] == queue and agents.opens_at[agent, queue] != NEVER:
            served |= k.queues.counted_by[queue]
    for reserve in range(reserves.size[0]):
        medium = reserves.medium[reserve]
        belongs = agents.limit[agent, medium] > 0
        if reserves.team[reserve] != NOTHING and reserves.team[reserve] != agents.team[agent]:
            belongs = False
        if reserves.named[reserve] == 1 and served & bit(reserve) == ZERO:
            belongs = False
        note_member(k, reserve, agent, belongs)
        note_reserve(k, reserve)


@compiled
def note_member(k: State, reserve: int, agent: int, belongs: bool) -> None:
    reserves, agents = k.reserves, k.agents
    if belongs != has(reserves.members[reserve], agent):
        if belongs:
            put(reserves.members[reserve], agent)
            agents.reserves[agent] |= bit(reserve)
        else:
            drop(reserves.members[reserve], agent)
            agents.reserves[agent] &= ~bit(reserve)
        if has(agents.room[reserves.medium[reserve]], agent):
            reserves.free[reserve] += 1 if belongs else -1


@compiled
def who_serves(k: State, reserve: int, w: int) -> np.uint64:
    """A word of the agents who can ever serve one of the queues that a reserve names."""
    word = ZERO
    for queue in range(len(k.queues.base)):
        if k.queues.base[queue] == queue and k.queues.counted_by[queue] & bit(reserve) != ZERO:
            for stage in range(len(k.queues.stage_after_ms[queue])):
                word |= k.queues.eligible[queue, stage][w]
    return word


@compiled
def learn_members(k: State) -> None:
    if k.reserves.size[0] > 0:
        for agent in range(len(k.agents.presence)):
            learn_member(k, agent)
