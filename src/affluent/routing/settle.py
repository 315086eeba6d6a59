"""After each event: offers until nobody waits who could be served.

Events mark the contacts and agents for whom something has changed. Between any others nothing was possible
before, so nothing is now. The waiting contact that goes first of all is served first, by its best agent.
"""

from affluent.routing.choice import best_agent, best_contact, compare_contacts
from affluent.routing.compiled import compiled
from affluent.routing.hands import note_deadline, offer
from affluent.routing.state import FAR, NOBODY, NOTHING, OUTCOME_ROOM, WAITING, State

DONE, OUT_OF_SPACE = 0, 1


@compiled
def mark_contact(k: State, now_ms: int, contact: int) -> None:
    """Enters a waiting contact into the heap of marked ones, the one that goes first on top."""
    heap = k.marked.contacts
    at = k.marked.size[0]
    k.marked.size[0] = at + 1
    k.contacts.deadline_ms[contact] = FAR
    while at > 0 and compare_contacts(k, now_ms, contact, heap[(at - 1) >> 1]) > 0:
        heap[at] = heap[(at - 1) >> 1]
        at = (at - 1) >> 1
    heap[at] = contact


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
        if child + 1 < size and compare_contacts(k, now_ms, heap[child + 1], heap[child]) > 0:
            child += 1
        if compare_contacts(k, now_ms, moved, heap[child]) > 0:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = moved


@compiled
def first_for_marked_agents(k: State, now_ms: int) -> int:
    """What goes first of all that the marked agents could take; drops agents who can take nothing."""
    best, best_key, best_rivals = NOTHING, 0, 0
    place = 0
    while place < k.marked.size[1]:
        contact = best_contact(k, now_ms, k.marked.agents[place])
        if contact == NOTHING:
            k.marked.size[1] -= 1
            k.marked.agents[place] = k.marked.agents[k.marked.size[1]]
            continue
        if best == NOTHING or (contact != best and compare_contacts(k, now_ms, contact, best) > 0):
            best = contact
            best_rivals, best_key = k.last_choice[2], k.last_choice[3]
        place += 1
    k.last_choice[2], k.last_choice[3] = best_rivals, best_key
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
            if top != first and (first == NOTHING or compare_contacts(k, now_ms, top, first) > 0):
                unmark_first(k, now_ms)
                taker = best_agent(k, now_ms, top)
                if taker == NOBODY:
                    note_deadline(k, now_ms, top)
                    continue
                first = top
                k.last_choice[2], k.last_choice[3] = 0, 0
        if first == NOTHING:
            return DONE
        if taker == NOBODY:
            taker = best_agent(k, now_ms, first)
        offer(k, now_ms, first, taker)
