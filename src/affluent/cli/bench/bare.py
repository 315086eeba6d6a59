"""The ceiling: three types and five groups written by hand, groups as counts, one rule and nothing else.

It draws as the twin does, each draw by its number, and with `rows` writes what each contact came to, as every figure
is made of it: type, group, arrived, taken, gone, and how it ended; without, it only counts. What it does not do: agents
are not told apart within a group, who leaves is found out at the head of the line, and no other rule, law, medium,
stage, roster or return could be asked for. What the twin's loop costs more is what the whole engine costs.
"""

import math
from typing import Any

import numpy as np
from numba import njit

from affluent.twin.living.draws import ASIDE, GOLDEN, S11, UNIT
from affluent.twin.living.draws import mixed as twin_mixed

_njit: Any = njit
_compiled: Any = _njit(nogil=True, cache=True, error_model="numpy")
mixed: Any = _compiled(getattr(twin_mixed, "py_func", twin_mixed))
RING = 1 << 13
ROW = 6
SERVED, LEFT, NOBODY = 1, 2, -1


@_compiled
def uniform(key: Any, number: Any) -> Any:
    return (np.float64(mixed(key + np.uint64(number) * GOLDEN) >> S11) + 0.5) * UNIT


@_compiled
def push(heap: Any, size: Any, entry: Any) -> None:
    at = size
    while at > 0 and heap[(at - 1) >> 1] > entry:
        heap[at] = heap[(at - 1) >> 1]
        at = (at - 1) >> 1
    heap[at] = entry


@_compiled
def pop(heap: Any, size: Any) -> None:
    """The last entry takes the place of the first."""
    entry, at = heap[size], 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= entry:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = entry


@_compiled
def note(rows: Any, number: Any, kind: Any, group: Any, came: Any, taken: Any, gone: Any, end: Any) -> None:
    """What a contact came to, where that is asked for."""
    if len(rows) > 0:
        rows[number, 0], rows[number, 1], rows[number, 2] = kind, group, came
        rows[number, 3], rows[number, 4], rows[number, 5] = taken, gone, end


@_compiled
def lose(
    kind: Any, now: Any, first: Any, last: Any, arrived: Any, leaves: Any, numbers: Any, tally: Any, rows: Any
) -> None:
    """Those at the head of a line who have left by now."""
    while first[kind] < last[kind] and leaves[kind, first[kind] & (RING - 1)] <= now:
        at = first[kind] & (RING - 1)
        tally[kind, 1] += 1
        tally[kind, 2] += leaves[kind, at] - arrived[kind, at]
        came = arrived[kind, at]
        note(rows, numbers[kind, at], kind, NOBODY, came, NOBODY, leaves[kind, at], LEFT)
        first[kind] += 1


@_compiled
def live(
    order: Any,
    serves: Any,
    idle: Any,
    gap_ms: Any,
    handling_ms: Any,
    patience_ms: Any,
    seed: Any,
    contacts: Any,
    rows: Any,
) -> Any:
    """Contacts served, left and in all the milliseconds waited, by type. Ends of service lie in a heap."""
    tally = np.zeros((3, 3), np.int64)
    heap = np.zeros(4_096, np.int64)
    arrived = np.zeros((3, RING), np.int64)
    leaves = np.zeros((3, RING), np.int64)
    numbers = np.zeros((3, RING), np.int64)
    first, last = np.zeros(3, np.int64), np.zeros(3, np.int64)
    key = np.uint64(seed)
    gaps, kinds = mixed(key), mixed(key + ASIDE)
    handlings, patiences = mixed(key + GOLDEN), mixed(key + ASIDE + GOLDEN)
    size, clock = 0, 0.0
    for number in range(contacts):
        clock -= math.log(uniform(gaps, number)) * gap_ms
        now = int(clock)
        while size > 0 and heap[0] >> 20 <= now:
            ended, group = heap[0] >> 20, heap[0] & 1_023
            size -= 1
            pop(heap, size)
            taken = -1
            for kind in range(3):
                if serves[group, kind] == 0:
                    continue
                lose(kind, ended, first, last, arrived, leaves, numbers, tally, rows)
                if first[kind] < last[kind]:
                    taken = kind
                    break
            if taken < 0:
                idle[group] += 1
                continue
            at = first[taken] & (RING - 1)
            first[taken] += 1
            tally[taken, 0] += 1
            tally[taken, 2] += ended - arrived[taken, at]
            until = ended + int(0.5 - math.log(uniform(handlings, numbers[taken, at])) * handling_ms)
            note(rows, numbers[taken, at], taken, group, arrived[taken, at], ended, until, SERVED)
            push(heap, size, (until << 20) | group)
            size += 1
        kind = int(uniform(kinds, number) * 3)
        for place in range(3):
            group = order[kind, place]
            if group >= 0 and idle[group] > 0:
                idle[group] -= 1
                tally[kind, 0] += 1
                until = now + int(0.5 - math.log(uniform(handlings, number)) * handling_ms)
                note(rows, number, kind, group, now, now, until, SERVED)
                push(heap, size, (until << 20) | group)
                size += 1
                break
        else:
            at = last[kind] & (RING - 1)
            arrived[kind, at], numbers[kind, at] = now, number
            leaves[kind, at] = now + int(0.5 - math.log(uniform(patiences, number)) * patience_ms)
            last[kind] += 1
    return tally


def run(agents: int, contacts: int, handling_ms: float, patience_ms: float, seed: int, rows: Any) -> Any:
    """So many contacts at a load of one an agent. `rows`: for `ROW` numbers of each contact; empty, it only counts."""
    order = np.array([[0, 3, 4], [1, 3, 4], [2, 4, -1]])
    serves = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 1, 1]])
    idle = np.bincount(np.arange(agents) * 5 // agents, minlength=5)
    return live(order, serves, idle, handling_ms / agents, handling_ms, patience_ms, seed, contacts, rows)
