"""The best agent where nobody asks why: by the last two keys of a queue's order, when the others are the same for all.

As `choice.compare_agents` has it, without the key that decided: the columns are looked up once, not for each agent.
"""

from affluent.routing.bits import ZERO, Bits, lowest, without_lowest
from affluent.routing.compiled import compiled, inlined
from affluent.routing.state import BY_FIT, BY_IDLENESS, BY_LOAD, BY_TEAM, NOBODY, Column, State

MOST = 1 << 62  # above every key
SHARED = 2
"""The rank and the fit: with both the same for all, two keys are left."""


@compiled
def is_plain(key: int) -> bool:
    """Whether a key is a number that each agent has, whatever the queue."""
    return key not in (BY_FIT, BY_TEAM)


@inlined
def column_of(k: State, key: int) -> Column:
    if key == BY_LOAD:
        return k.agents.load
    if key == BY_IDLENESS:
        return k.agents.idle_since_ms
    return k.agents.versatility


@inlined
def least_of(k: State, queue: int, eligible: Bits, room: Bits) -> int:
    """Of the agents in both sets the one whose keys are least, or NOBODY.

    Without branches inside: no processor foresees which of two agents it is.
    """
    order = k.queues.order[queue]
    one, other = column_of(k, order[1]), column_of(k, order[2])
    best, least, then = NOBODY, MOST, MOST
    for w in range(len(room)):
        word = eligible[w] & room[w]
        while word != ZERO:
            agent = (w << 6) + lowest(word)
            word = without_lowest(word)
            mine, second = one[agent], other[agent]
            before = (mine < least) | ((mine == least) & (second < then))
            best = agent if before else best
            least = mine if before else least
            then = second if before else then
    return best
