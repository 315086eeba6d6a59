"""Heaps of instants, each with a row, packed in one number so that their order is total.

Entries are never removed early: a contact's `due_ms` tells whether one still holds.
"""

from affluent.routing.state import Column
from affluent.twin.living.compiled import compiled
from affluent.twin.living.world import LATER, ROW_BITS, World

ROW_MASK = (1 << ROW_BITS) - 1


@compiled
def raise_entry(heap: Column, at: int, entry: int) -> None:
    while at > 0 and heap[(at - 1) >> 1] > entry:
        heap[at] = heap[(at - 1) >> 1]
        at = (at - 1) >> 1
    heap[at] = entry


@compiled
def sink_entry(heap: Column, size: int, entry: int) -> None:
    """Puts an entry in the place of the first one.

    The free place sinks to the end first, where a late entry belongs: of two children the sooner one is chosen
    by counting, since no processor foresees which it is.
    """
    at, child = 0, 1
    while child + 1 < size:
        child += int(heap[child + 1] < heap[child])
        heap[at] = heap[child]
        at, child = child, 2 * child + 1
    if child < size:
        heap[at] = heap[child]
        at = child
    raise_entry(heap, at, entry)


@compiled
def enter(w: World, row: int, due_ms: int) -> None:
    """A contact does something then; what it was to do is forgotten."""
    w.rows.due_ms[row] = due_ms
    if due_ms < LATER:
        size = w.clock.agenda[0]
        w.clock.agenda[0] = size + 1
        raise_entry(w.agenda, size, (due_ms << ROW_BITS) | row)


@compiled
def remove_first(w: World) -> None:
    size = w.clock.agenda[0] - 1
    w.clock.agenda[0] = size
    sink_entry(w.agenda, size, w.agenda[size])


@compiled
def next_ms(w: World) -> int:
    """When a contact next does something; LATER if none does. Drops entries that no longer hold."""
    while w.clock.agenda[0] > 0:
        first = w.agenda[0]
        if w.rows.due_ms[first & ROW_MASK] == first >> ROW_BITS:
            return first >> ROW_BITS
        remove_first(w)
    return LATER


@compiled
def tidy(w: World) -> None:
    """Drops all entries that no longer hold."""
    size = w.clock.agenda[0]
    kept = 0
    for at in range(size):
        entry = w.agenda[at]
        if w.rows.due_ms[entry & ROW_MASK] == entry >> ROW_BITS:
            raise_entry(w.agenda, kept, entry)
            kept += 1
    w.clock.agenda[0] = kept
