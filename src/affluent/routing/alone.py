"""What `settle` comes to where one contact or one agent alone has changed, and every offer is accepted at once.

The choices are the same, of the same rules; nothing is put in order with others, reported, or looked at twice. For the
twin: `is_alone` and `comes_alone` say when that may be. Where they say no, `settle` goes on from wherever it stands.
"""

from affluent.routing.bits import ZERO
from affluent.routing.choice import best_agent, best_contact
from affluent.routing.compiled import compiled, inlined
from affluent.routing.hands import note_deadline
from affluent.routing.lines import leave_line
from affluent.routing.offering import into_hand, start_waiting
from affluent.routing.state import NOBODY, NOTHING, State


@compiled
def is_swift(k: State) -> bool:
    """Whether an offer is accepted at once and takes nothing from anybody."""
    return k.rules.at_once[0] == 1 and k.rules.pulls_back[0] == 0


@compiled
def is_settled(k: State) -> bool:
    """Whether nothing has changed for anybody."""
    size = k.marked.size
    return size[0] + size[1] + size[2] == 0 and k.marked.opened[0] == ZERO


@compiled
def is_alone(k: State) -> bool:
    """Whether one agent has changed, and nothing else."""
    size = k.marked.size
    return size[1] == 1 and size[0] + size[2] == 0 and k.marked.opened[0] == ZERO


@compiled
def comes_alone(k: State, queue: int) -> bool:
    """Whether nothing else has changed, and no reserve counts who waits in a queue."""
    return is_settled(k) and k.queues.counted_by[queue] == ZERO


@inlined
def taken_on_arrival(k: State, now_ms: int, contact: int) -> int:
    """The agent who has a contact as it enters, or NOBODY: then it stands in line."""
    taker = best_agent(k, now_ms, contact)
    if taker == NOBODY:
        start_waiting(k, now_ms, contact)
        note_deadline(k, now_ms, contact)
    else:
        into_hand(k, now_ms, contact, taker)
    return taker


@inlined
def taken_next(k: State, now_ms: int) -> int:
    """What the agent who has changed takes into hand, or NOTHING: then nothing has changed any more."""
    agent = k.marked.agents[0]
    contact = best_contact(k, now_ms, agent)
    if contact == NOTHING:
        k.marked.size[1] = 0
    else:
        leave_line(k, contact)
        into_hand(k, now_ms, contact, agent)
    return contact
