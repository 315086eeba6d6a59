"""Which of two waiting contacts goes first: a total order that ends in an identifier."""

from affluent.routing.compiled import compiled
from affluent.routing.state import MILLIONTHS, State

# Keys by which contacts are compared, as `compare_urgencies` reports them.
BY_TIER, BY_RANK, BY_SHARE, BY_ARRIVAL, BY_IDENTITY = 1, 2, 3, 4, 5


@compiled
def waited_ms(k: State, now_ms: int, contact: int) -> int:
    return max(0, now_ms - k.contacts.arrived_ms[contact])


@compiled
def tier_after(k: State, queue: int, wait_ms: int) -> int:
    """The queue's tier, or the one that its steps have reached with a wait."""
    steps = k.queues.urgency[queue]
    tier, step = steps[0], 2
    while step < len(steps) and wait_ms >= steps[step]:
        tier = max(tier, steps[step + 1])
        step += 2
    return tier


@compiled
def tier_now(k: State, now_ms: int, contact: int) -> int:
    return tier_after(k, k.contacts.queue[contact], waited_ms(k, now_ms, contact))


@compiled
def share_of_target(k: State, now_ms: int, contact: int) -> int:
    """Millionths of the queue's target that the contact has waited."""
    return waited_ms(k, now_ms, contact) * MILLIONTHS // k.queues.urgency[k.contacts.queue[contact], 1]


@compiled
def compare_urgencies(
    k: State,
    one: int,
    one_rank: int,
    one_tier: int,
    one_share: int,
    other: int,
    other_rank: int,
    other_tier: int,
    other_share: int,
) -> int:
    """Which of two waiting contacts goes first: the deciding key, negative for `other`.

    Highest tier, then the best rank of its queue with the agent, then the largest share of its target used
    up (a chat 30 s into 40 s outranks an e-mail 1 h into 4 h), then the earliest arrival, then the smallest
    identifier.
    """
    contacts = k.contacts
    if one_tier != other_tier:
        return BY_TIER if one_tier > other_tier else -BY_TIER
    if one_rank != other_rank:
        return BY_RANK if one_rank < other_rank else -BY_RANK
    if one_share != other_share:
        return BY_SHARE if one_share > other_share else -BY_SHARE
    mine, theirs = contacts.arrived_ms[one], contacts.arrived_ms[other]
    if mine != theirs:
        return BY_ARRIVAL if mine < theirs else -BY_ARRIVAL
    return BY_IDENTITY if contacts.identity[one] < contacts.identity[other] else -BY_IDENTITY


@compiled
def compare_contacts(k: State, now_ms: int, one: int, one_rank: int, other: int, other_rank: int) -> int:
    """The same, for contacts whose tier and share are still to be looked up."""
    return compare_urgencies(
        k,
        one,
        one_rank,
        tier_now(k, now_ms, one),
        share_of_target(k, now_ms, one),
        other,
        other_rank,
        tier_now(k, now_ms, other),
        share_of_target(k, now_ms, other),
    )
