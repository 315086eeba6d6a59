"""Waiting lines, linked in order of arrival: leaving costs nothing, and who returns finds the old place."""

from affluent.routing.bits import drop, put
from affluent.routing.compiled import compiled, inlined
from affluent.routing.reserves import count_waiting
from affluent.routing.state import NOBODY, NOTHING, OFFERED, Contacts, State


@compiled
def came_first(contacts: Contacts, one: int, other: int) -> bool:
    if contacts.arrived_ms[one] != contacts.arrived_ms[other]:
        return contacts.arrived_ms[one] < contacts.arrived_ms[other]
    return contacts.identity[one] < contacts.identity[other]


@compiled
def kept_line(k: State, agent: int) -> int:
    return agent


@compiled
def offered_line(k: State, agent: int) -> int:
    return len(k.agents.presence) + agent


@compiled
def queue_line(k: State, queue: int) -> int:
    return 2 * len(k.agents.presence) + queue


@compiled
def line_of(k: State, contact: int) -> int:
    """The line where a contact belongs that waits or is offered."""
    contacts = k.contacts
    if contacts.place[contact] == OFFERED:
        return offered_line(k, contacts.agent[contact])
    if contacts.kept_for[contact] != NOBODY:
        return kept_line(k, contacts.kept_for[contact])
    return queue_line(k, contacts.queue[contact])


@inlined
def place_after(k: State, line: int, contact: int) -> int:
    """Behind whom in a line a contact belongs by arrival, NOTHING for the front.

    Looks from both ends at once: who returns to a long line is mostly close to its front, who arrives at its
    end.
    """
    contacts = k.contacts
    ahead = k.lines.tail[line]
    after = k.lines.head[line]
    while ahead != NOTHING and came_first(contacts, contact, ahead):
        ahead = contacts.before[ahead]
        if came_first(contacts, contact, after):
            return contacts.before[after]
        after = contacts.behind[after]
    return ahead


@compiled
def note_head(k: State, queue: int) -> None:
    head = k.lines.head[queue_line(k, queue)]
    if head != NOTHING:
        k.queues.head_ms[queue] = k.contacts.arrived_ms[head]


@compiled
def join(k: State, contact: int) -> None:
    """Puts a contact in its line by arrival: the newest at the end, one that returns where it stood."""
    lines = k.lines
    contacts = k.contacts
    line = line_of(k, contact)
    ahead = place_after(k, line, contact)
    after = lines.head[line] if ahead == NOTHING else contacts.behind[ahead]
    contacts.line[contact] = line
    contacts.before[contact] = ahead
    contacts.behind[contact] = after
    if ahead == NOTHING:
        lines.head[line] = contact
    else:
        contacts.behind[ahead] = contact
    if after == NOTHING:
        lines.tail[line] = contact
    else:
        contacts.before[after] = contact
    queue = contacts.queue[contact]
    if contacts.place[contact] != OFFERED:
        k.queues.length[queue] += 1
        if k.queues.closed[queue] == 0:
            count_waiting(k, queue, 1)
            if line == queue_line(k, queue):
                put(k.queues.waiting[k.queues.medium[queue]], queue)
        note_head(k, queue)


@compiled
def leave_line(k: State, contact: int) -> None:
    lines = k.lines
    contacts = k.contacts
    line = contacts.line[contact]
    ahead = contacts.before[contact]
    after = contacts.behind[contact]
    if ahead == NOTHING:
        lines.head[line] = after
    else:
        contacts.behind[ahead] = after
    if after == NOTHING:
        lines.tail[line] = ahead
    else:
        contacts.before[after] = ahead
    contacts.line[contact] = NOTHING
    queue = contacts.queue[contact]
    if contacts.place[contact] != OFFERED:
        k.queues.length[queue] -= 1
        if k.queues.closed[queue] == 0:
            count_waiting(k, queue, -1)
        if line == queue_line(k, queue) and lines.head[line] == NOTHING:
            drop(k.queues.waiting[k.queues.medium[queue]], queue)
        note_head(k, queue)


@compiled
def ahead_of(k: State, contact: int) -> int:
    """How many came before a contact to its queue, whatever their demands; or to those kept for its agent."""
    contacts = k.contacts
    queue, line = contacts.queue[contact], contacts.line[contact]
    count = 0
    if line != queue_line(k, queue):
        ahead = contacts.before[contact]
        while ahead != NOTHING:
            count += 1
            ahead = contacts.before[ahead]
        return count
    for other in range(len(k.queues.base)):
        if k.queues.base[other] == k.queues.base[queue]:
            ahead = k.lines.head[queue_line(k, other)]
            while ahead != NOTHING and came_first(contacts, ahead, contact):
                count += 1
                ahead = contacts.behind[ahead]
    return count
