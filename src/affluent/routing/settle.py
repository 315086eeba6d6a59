"""After each event: offers until nobody waits who could be served.

Events mark the contacts and agents for whom something has changed. Between any others nothing was possible
before, so nothing is now. The waiting contact that goes first of all is served first, by its best agent.
"""

from affluent.routing.bits import ZERO
from affluent.routing.choice import best_agent, best_contact, rank_for
from affluent.routing.compiled import compiled, inlined
from affluent.routing.hands import note_deadline
from affluent.routing.heap import push, take_in, unmark_first
from affluent.routing.lines import queue_line
from affluent.routing.marks import (
    contact_of,
    entry_of,
    is_chained,
    mark_everybody,
    mark_line,
    mark_line_from,
    mark_opened,
    rank_of_entry,
)
from affluent.routing.offering import offer
from affluent.routing.state import (
    AGENT_KEY,
    AGENTS,
    CONTACT_KEY,
    NOBODY,
    NOTHING,
    OUTCOME_ROOM,
    RANK,
    RIVALS,
    WAITING,
    State,
)
from affluent.routing.urgency import compare_contacts

DONE, OUT_OF_SPACE = 0, 1


@inlined
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
        rank = k.last_choice[RANK]
        if best == NOTHING or compare_contacts(k, now_ms, contact, rank, best, best_rank) > 0:
            best, best_rank = contact, rank
            best_rivals, best_key = k.last_choice[RIVALS], k.last_choice[CONTACT_KEY]
        place += 1
    k.last_choice[RIVALS], k.last_choice[CONTACT_KEY], k.last_choice[RANK] = best_rivals, best_key, best_rank
    return best


@inlined
def look_at(k: State, now_ms: int, entry: int) -> int:
    """Takes the first entry off the heap; the agent for its contact, or NOBODY if that comes later or not now."""
    contact, rank = contact_of(entry), rank_of_entry(entry)
    queue = k.contacts.queue[contact]
    unmark_first(k, now_ms)
    if k.contacts.line[contact] != queue_line(k, queue) and is_chained(entry):
        # It went another way: whoever stands first now stands for the line.
        mark_line(k, queue)
        return NOBODY
    if k.contacts.place[contact] != WAITING:
        return NOBODY
    taker = best_agent(k, now_ms, contact)
    if taker == NOBODY:
        note_deadline(k, now_ms, contact)
        if is_chained(entry) and k.contacts.refusals[contact] != NOTHING:
            mark_line_from(k, queue, k.contacts.behind[contact])
        return NOBODY
    if rank_for(k, contact, taker) > rank:
        chained = entry % 2
        if chained == 1 and k.contacts.refusals[contact] != NOTHING:
            # Whoever stands behind may have an agent of a better rank, whom this one refuses.
            mark_line_from(k, queue, k.contacts.behind[contact])
            chained = 0
        k.queues.chained[queue] |= chained
        push(k, now_ms, entry_of(contact, rank_for(k, contact, taker), chained))
        return NOBODY
    if is_chained(entry):
        mark_line_from(k, queue, k.contacts.behind[contact])
    return taker


@inlined
def look_at_only(k: State, now_ms: int) -> None:
    """The same for a contact beside whom nothing has changed: it need not be put in order with others."""
    contact = contact_of(k.marked.fresh[0])
    k.marked.size[2] = 0
    k.contacts.marked[contact] = 0
    if k.contacts.place[contact] == WAITING:
        taker = best_agent(k, now_ms, contact)
        if taker == NOBODY:
            note_deadline(k, now_ms, contact)
        else:
            k.last_choice[RIVALS], k.last_choice[CONTACT_KEY] = 0, 0
            offer(k, now_ms, contact, taker)


@inlined
def taker_of(k: State, now_ms: int, contact: int) -> int:
    """The agent for what goes first of all that the marked agents could take.

    Nobody else could have taken before what was not marked itself: where one agent has changed, it is that one.
    """
    if k.marked.size[0] > 0 or k.marked.size[1] > 1:
        return best_agent(k, now_ms, contact)
    k.last_choice[AGENTS], k.last_choice[AGENT_KEY] = 1, 0
    return k.marked.agents[0]


@compiled
def settle(k: State, now_ms: int) -> int:
    """Offers until nothing is possible: DONE, or OUT_OF_SPACE: call again after making space."""
    while True:
        space = min(len(k.outcomes.table) - k.outcomes.size[0], len(k.agenda.row) - k.agenda.size[0])
        if space < OUTCOME_ROOM:
            return OUT_OF_SPACE
        if k.marked.opened[0] != ZERO:
            mark_opened(k, now_ms)
        if k.marked.size[1] > len(k.marked.agents):
            mark_everybody(k)
        if k.marked.size[0] == 0 and k.marked.size[1] == 0:
            if k.marked.size[2] == 0:
                return DONE
            if k.marked.size[2] == 1 and not is_chained(k.marked.fresh[0]):
                look_at_only(k, now_ms)
                continue
        take_in(k, now_ms)
        first = first_for_marked_agents(k, now_ms)
        if k.marked.size[0] > 0:
            entry = k.marked.contacts[0]
            top, rank = contact_of(entry), rank_of_entry(entry)
            # A rank still to be found may turn out worse than it stands there: it is looked up first.
            if (top != first or rank < k.last_choice[RANK]) and (
                first == NOTHING or compare_contacts(k, now_ms, top, rank, first, k.last_choice[RANK]) > 0
            ):
                taker = look_at(k, now_ms, entry)
                if taker != NOBODY:
                    k.last_choice[RIVALS], k.last_choice[CONTACT_KEY] = 0, 0
                    offer(k, now_ms, top, taker)
                continue
        if first == NOTHING:
            return DONE
        offer(k, now_ms, first, taker_of(k, now_ms, first))
