"""After each event: offers until nobody waits who could be served.

Events mark the contacts and agents for whom something has changed. Between any others nothing was possible
before, so nothing is now. The waiting contact that goes first of all is served first, by its best agent.
"""

from affluent.routing.choice import best_agent, best_contact, compare_contacts, rank_for
from affluent.routing.compiled import compiled
from affluent.routing.hands import note_deadline, offer
from affluent.routing.state import FAR, NOBODY, NOTHING, OUTCOME_ROOM, WAITING, State

DONE, OUT_OF_SPACE = 0, 1


@compiled
def goes_first(k: State, now_ms: int, one: int, other: int) -> bool:
    """Which of two marked contacts is looked at first: by the best rank that an agent may still have."""
    rank = k.contacts.rank
    return compare_contacts(k, now_ms, one, rank[one], other, rank[other]) > 0


@compiled
def push(k: State, now_ms: int, contact: int) -> None:
    heap = k.marked.contacts
    at = k.marked.size[0]
    k.marked.size[0] = at + 1
    while at > 0 and goes_first(k, now_ms, contact, heap[(at - 1) >> 1]):
        heap[at] = heap[(at - 1) >> 1]
        at = (at - 1) >> 1
    heap[at] = contact


@compiled
def mark_contact(k: State, now_ms: int, contact: int) -> None:
    """Enters a waiting contact into the heap of marked ones, the one that goes first on top."""
    k.contacts.deadline_ms[contact] = FAR
    k.contacts.rank[contact] = 1
    push(k, now_ms, contact)


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
def mark_everybody(k: State, now_ms: int) -> None:
    """Every waiting contact in turn: the same offers as by marked agents, and sooner when these are many."""
    k.marked.size[0], k.marked.size[1] = 0, 0
    for contact in range(len(k.contacts.place)):
        if k.contacts.place[contact] == WAITING:
            mark_contact(k, now_ms, contact)


@compiled
def unmark_first(k: State, now_ms: int) -> None:
    heap = k.marked.contacts
    size = k.marked.size[0] - 1
    k.marked.size[0] = size
    moved = heap[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and goes_first(k, now_ms, heap[child + 1], heap[child]):
            child += 1
        if goes_first(k, now_ms, moved, heap[child]):
            break
        heap[at] = heap[child]
        at = child
    heap[at] = moved


@compiled
def first_for_marked_agents(k: State, now_ms: int) -> int:
    """What goes first of all that the marked agents could take; drops agents who can take nothing."""
    best, best_rank, best_key, best_rivals = NOTHING, 1, 0, 0
    place = 0
    while place < k.marked.size[1]:
        contact = best_contact(k, now_ms, k.marked.agents[place])
        if contact == NOTHING:
            k.marked.size[1] -= 1
            k.marked.agents[place] = k.marked.agents[k.marked.size[1]]
            continue
        rank = k.last_choice[4]
        if best == NOTHING or compare_contacts(k, now_ms, contact, rank, best, best_rank) > 0:
            best, best_rank = contact, rank
            best_rivals, best_key = k.last_choice[2], k.last_choice[3]
        place += 1
    k.last_choice[2], k.last_choice[3], k.last_choice[4] = best_rivals, best_key, best_rank
    return best


@compiled
def settle(k: State, now_ms: int) -> int:
    """Offers until nothing is possible: DONE, or OUT_OF_SPACE: call again after making space."""
    if k.marked.size[1] > len(k.marked.agents):
        mark_everybody(k, now_ms)
    while True:
        space = min(len(k.outcomes.table) - k.outcomes.size[0], len(k.agenda.row) - k.agenda.size[0])
        if space < OUTCOME_ROOM:
            return OUT_OF_SPACE
        first = first_for_marked_agents(k, now_ms)
        taker = NOBODY
        if k.marked.size[0] > 0:
            top = k.marked.contacts[0]
            if k.contacts.place[top] != WAITING:
                unmark_first(k, now_ms)
                continue
            rank = k.contacts.rank[top]
            # A rank still to be found may turn out worse than it stands there: it is looked up first.
            if (top != first or rank < k.last_choice[4]) and (
                first == NOTHING or compare_contacts(k, now_ms, top, rank, first, k.last_choice[4]) > 0
            ):
                unmark_first(k, now_ms)
                taker = best_agent(k, now_ms, top)
                if taker == NOBODY:
                    note_deadline(k, now_ms, top)
                    continue
                if rank_for(k, top, taker) > rank:
                    k.contacts.rank[top] = rank_for(k, top, taker)
                    push(k, now_ms, top)
                    continue
                first = top
                k.last_choice[2], k.last_choice[3] = 0, 0
        if first == NOTHING:
            return DONE
        if taker == NOBODY:
            taker = best_agent(k, now_ms, first)
        offer(k, now_ms, first, taker)
