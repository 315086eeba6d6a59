"""Queues open and close."""

from affluent.routing.bits import drop, put
from affluent.routing.compiled import compiled
from affluent.routing.lines import queue_line
from affluent.routing.marks import mark_kept, mark_line
from affluent.routing.reserves import count_waiting
from affluent.routing.state import NOTHING, State


@compiled
def queue_closes(k: State, queue: int) -> None:
    """Whoever waits in a queue or its variants keeps the place; offers that are made stand."""
    for row in range(len(k.queues.base)):
        if k.queues.base[row] == queue and k.queues.closed[row] == 0:
            k.queues.closed[row] = 1
            drop(k.queues.waiting[k.queues.medium[row]], row)
            count_waiting(k, row, -k.queues.length[row])


@compiled
def queue_opens(k: State, queue: int) -> None:
    for row in range(len(k.queues.base)):
        if k.queues.base[row] == queue and k.queues.closed[row] == 1:
            k.queues.closed[row] = 0
            count_waiting(k, row, k.queues.length[row])
            if k.lines.head[queue_line(k, row)] != NOTHING:
                put(k.queues.waiting[k.queues.medium[row]], row)
                mark_line(k, row)
    for agent in range(len(k.agents.presence)):
        mark_kept(k, agent)
