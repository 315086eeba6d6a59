"""Which line a contact joins: its queue's, or another one's when that is closed or full.

As `routing/joining.py` says it for the living centre, in Python: written here once more so that the loop need not
leave compiled code. `tests/twin/living/test_queueing.py` holds the two to the same answers.
"""

from affluent.routing.state import NOTHING
from affluent.twin.living.compiled import compiled
from affluent.twin.living.world import LATER, World

REFUSED = -1


@compiled
def open_queue(w: World, queue: int) -> int:
    """Where a queue sends on while it is closed; itself if it is open or sends nobody on; REFUSED: nowhere."""
    while w.k.queues.closed[queue] == 1 and w.queues.when_closed[queue] == 1:
        queue = w.queues.sends_to[queue]
        if queue == NOTHING:
            return REFUSED
    return queue


@compiled
def length_of(w: World, queue: int) -> int:
    """How many wait in a queue, whatever they demand."""
    count = 0
    for row in range(len(w.k.queues.base)):
        if w.k.queues.base[row] == queue:
            count += w.k.queues.length[row]
    return count


@compiled
def admitting(w: World, queue: int) -> int:
    """Where a contact that arrives at a queue may wait, or REFUSED."""
    while True:
        queue = open_queue(w, queue)
        if queue == REFUSED or w.queues.length_max[queue] == LATER:
            return queue
        if length_of(w, queue) < w.queues.length_max[queue]:
            return queue
        queue = w.queues.sends_to[queue]
        if queue == NOTHING:
            return REFUSED


@compiled
def line_for(w: World, queue: int, of: int) -> int:
    """The line of a queue for contacts of a class, by what these demand."""
    return w.queues.line[queue, w.classes.segment[of]]
