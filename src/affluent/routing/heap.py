"""The marked contacts as a heap, the one that goes first on top."""

from affluent.routing.compiled import compiled, inlined
from affluent.routing.marks import PRIMARY, contact_of, is_chained, rank_of_entry
from affluent.routing.state import State
from affluent.routing.urgency import compare_contacts


@compiled
def goes_first(k: State, now_ms: int, one: int, other: int) -> bool:
    """Which of two entries is looked at first: by the best rank that an agent may still have."""
    mine, theirs = contact_of(one), contact_of(other)
    if mine == theirs:
        return one < other
    return compare_contacts(k, now_ms, mine, rank_of_entry(one), theirs, rank_of_entry(other)) > 0


@compiled
def push(k: State, now_ms: int, entry: int) -> None:
    heap = k.marked.contacts
    at = k.marked.size[0]
    k.marked.size[0] = at + 1
    while at > 0 and goes_first(k, now_ms, entry, heap[(at - 1) >> 1]):
        heap[at] = heap[(at - 1) >> 1]
        at = (at - 1) >> 1
    heap[at] = entry


@inlined
def unmark_first(k: State, now_ms: int) -> None:
    heap = k.marked.contacts
    entry = heap[0]
    if is_chained(entry):
        k.queues.chained[k.contacts.queue[contact_of(entry)]] = 0
    elif rank_of_entry(entry) == PRIMARY:
        k.contacts.marked[contact_of(entry)] = 0
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


@inlined
def take_in(k: State, now_ms: int) -> None:
    """Puts those that were marked since in order."""
    while k.marked.size[2] > 0:
        k.marked.size[2] -= 1
        push(k, now_ms, k.marked.fresh[k.marked.size[2]])
