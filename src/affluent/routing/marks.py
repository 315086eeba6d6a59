"""For whom something has changed: contacts and agents. `settle` puts the contacts in order.

Within a line who came first goes first, and whoever may take the head may take what stands behind it no
sooner. So where much changes for a whole line its head alone is marked, and the next one after it when the head has
found somebody, or has declined somebody.
"""

import numpy as np

from affluent.routing.bits import ZERO, bit, have_common, lowest, without_lowest
from affluent.routing.choice import stage_at
from affluent.routing.compiled import compiled
from affluent.routing.lines import kept_line, queue_line
from affluent.routing.state import FAR, NOTHING, State
from affluent.routing.urgency import waited_ms

PRIMARY = 1
FEW = 16  # agents: more are looked for by the lines they had been kept from
_RANKS = 16  # more than there are


@compiled
def entry_of(contact: int, rank: int, chained: int) -> int:
    """A contact, the best rank that an agent for it may still have, and whether it stands for its line."""
    return ((contact * _RANKS) + rank) * 2 + chained


@compiled
def contact_of(entry: int) -> int:
    return entry // (2 * _RANKS)


@compiled
def rank_of_entry(entry: int) -> int:
    return entry // 2 % _RANKS


@compiled
def is_chained(entry: int) -> bool:
    return entry % 2 == 1


@compiled
def enter(k: State, entry: int) -> None:
    k.marked.fresh[k.marked.size[2]] = entry
    k.marked.size[2] += 1


@compiled
def mark_contact(k: State, contact: int) -> None:
    """Enters a waiting contact; it is looked at again before it next waits for a deadline."""
    k.contacts.deadline_ms[contact] = FAR
    if k.contacts.marked[contact] == 0:
        k.contacts.marked[contact] = 1
        enter(k, entry_of(contact, PRIMARY, 0))


@compiled
def mark_line_from(k: State, queue: int, contact: int) -> None:
    """Enters a contact for itself and all that stand behind it in the line of a queue."""
    if contact != NOTHING and k.queues.chained[queue] == 0:
        k.queues.chained[queue] = 1
        enter(k, entry_of(contact, PRIMARY, 1))


@compiled
def mark_line(k: State, queue: int) -> None:
    if k.queues.closed[queue] == 0:
        mark_line_from(k, queue, k.lines.head[queue_line(k, queue)])


@compiled
def mark_agent(k: State, agent: int) -> None:
    """Notes an agent once; more agents than there is space for are counted only."""
    size = k.marked.size[1]
    for place in range(min(size, len(k.marked.agents))):
        if k.marked.agents[place] == agent:
            return
    if size < len(k.marked.agents):
        k.marked.agents[size] = agent
    k.marked.size[1] = size + 1


@compiled
def mark_kept(k: State, agent: int) -> None:
    contact = k.lines.head[kept_line(k, agent)]
    while contact != NOTHING:
        mark_contact(k, contact)
        contact = k.contacts.behind[contact]


@compiled
def mark_everybody(k: State) -> None:
    """Every line in turn: the same offers as by marked agents, and sooner when these are many."""
    k.marked.size[1] = 0
    for medium in range(len(k.queues.waiting)):
        waiting = k.queues.waiting[medium]
        for w in range(len(waiting)):
            word = waiting[w]
            while word:
                mark_line(k, (w << 6) + lowest(word))
                word = without_lowest(word)
    for agent in range(len(k.agents.presence)):
        mark_kept(k, agent)


@compiled
def with_room(k: State, reserve: int, w: int) -> np.uint64:
    """A word of the members of a reserve who have room for anything."""
    word = ZERO
    for medium in range(len(k.queues.waiting)):
        word |= k.agents.room[medium][w]
    return word & k.reserves.members[reserve][w]


@compiled
def mark_members(k: State, reserve: int) -> bool:
    """Notes the members of a reserve who have room, if these are few."""
    found = 0
    for w in range(len(k.reserves.members[reserve])):
        word = with_room(k, reserve, w)
        while word:
            word = without_lowest(word)
            found += 1
        if found > FEW:
            return False
    for w in range(len(k.reserves.members[reserve])):
        word = with_room(k, reserve, w)
        while word:
            mark_agent(k, (w << 6) + lowest(word))
            word = without_lowest(word)
    return True


@compiled
def mark_served(k: State, now_ms: int, reserve: int, medium: int, queue: int) -> None:
    """Marks the line of a queue where a member of a reserve may serve its head, or its head refuses somebody."""
    head = k.lines.head[queue_line(k, queue)]
    stage = stage_at(k, queue, waited_ms(k, now_ms, head))
    eligible, room = k.queues.eligible[queue, stage], k.agents.room[medium]
    if k.contacts.refusals[head] != NOTHING or have_common(eligible, room, k.reserves.members[reserve]):
        mark_line(k, queue)


@compiled
def mark_barred(k: State, now_ms: int, reserve: int) -> None:
    """What a reserve had kept apart: lines that its members can serve, and contacts kept for one with room."""
    for medium in range(len(k.queues.waiting)):
        waiting = k.queues.waiting[medium]
        for w in range(len(waiting)):
            word = waiting[w]
            while word:
                queue = (w << 6) + lowest(word)
                word = without_lowest(word)
                if k.queues.barred_by[queue] & bit(reserve) != ZERO:
                    mark_served(k, now_ms, reserve, medium, queue)
    for w in range(len(k.reserves.members[reserve])):
        word = with_room(k, reserve, w)
        while word:
            mark_kept(k, (w << 6) + lowest(word))
            word = without_lowest(word)


@compiled
def mark_opened(k: State, now_ms: int) -> None:
    """What agent reserves that have opened had kept apart: their agents if these are few, else their lines."""
    opened = k.marked.opened[0]
    k.marked.opened[0] = ZERO
    while opened:
        reserve = lowest(opened)
        opened = without_lowest(opened)
        if not mark_members(k, reserve):
            mark_barred(k, now_ms, reserve)
