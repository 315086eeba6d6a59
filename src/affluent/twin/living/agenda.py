"""Heaps of instants, each with a row, packed in one number so that their order is total.

What contacts do next stands in such a heap once it is near. What is further off waits in a calendar: a ring of slots of
time with a chain of rows each, where entering and leaving cost the same whatever else is there. Most who wait are
answered before their patience ends: their end leaves its slot and never sees the heap. Which of the two holds an
instant shows in no order: what comes first is first in the heap when its time has come.

Entries are never removed early from the heap: a contact's `due_ms` tells whether one still holds.
"""

import numpy as np

from affluent.routing.bits import ZERO, drop, lowest, put
from affluent.routing.state import NOTHING, Column
from affluent.twin.living.compiled import compiled, inlined
from affluent.twin.living.world import LATER, ROW_BITS, World

ROW_MASK = (1 << ROW_BITS) - 1
WORD_BITS, WORD_MASK = 6, 63


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
def push(w: World, row: int, due_ms: int) -> None:
    size = w.clock.agenda[0]
    w.clock.agenda[0] = size + 1
    raise_entry(w.agenda, size, (due_ms << ROW_BITS) | row)


@inlined
def leave_slot(w: World, row: int) -> None:
    calendar, rows = w.calendar, w.rows
    slot = rows.slot[row] - 1
    rows.slot[row] = 0
    calendar.rows[0] -= 1
    before, behind = rows.before[row], rows.behind[row]
    if behind != NOTHING:
        rows.before[behind] = before
    if before != NOTHING:
        rows.behind[before] = behind
    else:
        calendar.head[slot] = behind
        if behind == NOTHING:
            drop(calendar.full, slot)


@inlined
def join_slot(w: World, row: int, slot: int) -> None:
    calendar, rows = w.calendar, w.rows
    first = calendar.head[slot]
    if first == NOTHING:
        put(calendar.full, slot)
    else:
        rows.before[first] = row
    rows.before[row], rows.behind[row], rows.slot[row] = NOTHING, first, slot + 1
    calendar.head[slot] = row
    calendar.rows[0] += 1


@compiled
def rest(w: World, row: int) -> None:
    """A contact does nothing of its own any more; what it was to do is forgotten."""
    w.rows.due_ms[row] = LATER
    if w.rows.slot[row] != 0:
        leave_slot(w, row)


@compiled
def enter(w: World, row: int, due_ms: int) -> None:
    """A contact does something then; what it was to do is forgotten."""
    rest(w, row)
    w.rows.due_ms[row] = due_ms
    if due_ms < LATER:
        slots, slot = len(w.calendar.head), due_ms >> w.calendar.width[0]
        if 0 <= slot - w.calendar.next[0] < slots:
            join_slot(w, row, slot & (slots - 1))
        else:
            push(w, row, due_ms)


@compiled
def next_full(w: World) -> int:
    """The first instant, in slots, that a slot which is not empty stands for."""
    full, first = w.calendar.full, w.calendar.next[0]
    mask = len(w.calendar.head) - 1
    at = first & mask
    place, passed = at >> WORD_BITS, np.uint64(at & WORD_MASK)
    word = (full[place] >> passed) << passed
    while word == ZERO:
        # The ring comes round to what stands before `at` in the first word.
        place = (place + 1) & (len(full) - 1)
        word = full[place]
    return first + (((place << WORD_BITS) + lowest(word) - at) & mask)


@inlined
def open_slot(w: World, instant: int) -> None:
    """All that a slot holds is near: the heap puts it in order."""
    calendar, rows = w.calendar, w.rows
    slot = instant & (len(calendar.head) - 1)
    row = calendar.head[slot]
    calendar.head[slot] = NOTHING
    drop(calendar.full, slot)
    calendar.next[0] = instant + 1
    while row != NOTHING:
        rows.slot[row] = 0
        calendar.rows[0] -= 1
        push(w, row, rows.due_ms[row])
        row = rows.behind[row]


@compiled
def remove_first(w: World) -> None:
    size = w.clock.agenda[0] - 1
    w.clock.agenda[0] = size
    sink_entry(w.agenda, size, w.agenda[size])


@compiled
def next_in_heap_ms(w: World) -> int:
    """When the first of the heap does something; LATER if none does. Drops entries that no longer hold."""
    while w.clock.agenda[0] > 0:
        first = w.agenda[0]
        if w.rows.due_ms[first & ROW_MASK] == first >> ROW_BITS:
            return first >> ROW_BITS
        remove_first(w)
    return LATER


@compiled
def next_ms(w: World, until_ms: int) -> int:
    """When a contact next does something, if that is not after `until_ms`; else any instant after that."""
    calendar = w.calendar
    calendar.next[0] = max(calendar.next[0], w.clock.now_ms[0] >> calendar.width[0])
    while True:
        near_ms = next_in_heap_ms(w)
        instant = near_ms >> calendar.width[0]
        if instant < calendar.next[0] or calendar.rows[0] == 0:
            return near_ms
        full = next_full(w)
        if full > instant:
            # Nothing stands before it: what comes until then may go into the heap at once.
            calendar.next[0] = instant + 1
            return near_ms
        if full << calendar.width[0] > until_ms:
            return full << calendar.width[0]
        open_slot(w, full)


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
