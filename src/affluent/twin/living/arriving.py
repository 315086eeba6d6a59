"""Who comes, and when: each class is a stream of its own, so that one more class changes no other."""

import math

from affluent.routing.state import NOTHING
from affluent.twin.living.agenda import raise_entry, sink_entry
from affluent.twin.living.compiled import compiled
from affluent.twin.living.draws import gamma, uniform
from affluent.twin.living.world import BUSYNESS, GAPS, LATER, ROW_BITS, World

CLASS_MASK = (1 << ROW_BITS) - 1


@compiled
def busyness(w: World, of: int, shape: float) -> float:
    """By how much today differs from a usual day: a gamma law of mean 1."""
    return 1.0 if shape <= 0.0 else gamma(w.keys[of, BUSYNESS], 0, 0, shape) / shape


@compiled
def next_arrival_ms(w: World, of: int) -> int:
    """When the next contact of a class comes; LATER if none does."""
    clock, classes = w.clock, w.classes
    number = clock.drawn[of]
    clock.drawn[of] = number + 1
    if classes.given_first[of] != NOTHING:
        place = classes.given_first[of] + number
        return w.values_ms[place] if place < classes.given_last[of] else LATER
    left = -math.log(uniform(w.keys[of, GAPS], number, 0))
    at, period, periods = clock.drawn_ms[of], clock.drawn_period[of], len(w.edges_ms) - 1
    while period < periods:
        rate = classes.rate[of, period] * clock.busy[of]
        needed = rate * (w.edges_ms[period + 1] - at)
        if left < needed:
            at += left / rate
            break
        left -= needed
        period += 1
        at = float(w.edges_ms[period])
    clock.drawn_ms[of], clock.drawn_period[of] = at, period
    return int(at) if period < periods else LATER


@compiled
def next_ms(w: World) -> int:
    """When somebody comes."""
    return w.coming[0] >> ROW_BITS


@compiled
def next_class(w: World) -> int:
    return w.coming[0] & CLASS_MASK


@compiled
def draw_next(w: World, of: int) -> None:
    """After the first contact of a class has come, the next one."""
    sink_entry(w.coming, len(w.coming), (next_arrival_ms(w, of) << ROW_BITS) | of)


@compiled
def begin(w: World) -> None:
    """The first contact of each class."""
    shared = busyness(w, len(w.classes.queue), w.shape[0])
    for of in range(len(w.classes.queue)):
        w.clock.drawn[of], w.clock.drawn_period[of] = 0, 0
        w.clock.drawn_ms[of] = 0.0
        w.clock.busy[of] = shared * busyness(w, of, w.classes.shape[of])
        raise_entry(w.coming, of, (next_arrival_ms(w, of) << ROW_BITS) | of)
