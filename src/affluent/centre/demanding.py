"""What a contact asks beyond its queue: by its customer's segment and wishes, and because they come again.

It is decided once, when the contact first comes to a line, and stays with it. As data it is
`{"needs": [[skill, level, required, weight, relax_after_ms, floor], ...], "tier": 0, "target_ms": null}`; under
`tried` stand the trials whose rule it has.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from affluent.centre.records import Contact, Customer, Queue
from affluent.centre.transaction import Transaction
from affluent.centre.trials.drawing import demands_of, segment_for
from affluent.centre.trials.records import Released
from affluent.routing.policy import LEVEL_MAX, NO_DEMANDS, Demands, SkillNeed

WISH_WEIGHT = 10
"""What a customer's wish weighs in the choice: as much as a preferred skill does that nobody weighed."""


def demanded(
    tx: Transaction, contact: Contact, queue: Queue, tried: Sequence[Released] = ()
) -> dict[str, Any] | None:
    """What the contact asks beyond `queue`, as data; None when it asks nothing.

    `tried` are the rules on trial that it has: it carries them, and their names under `tried`.
    """
    customer = tx.store.customers.get(contact.customer_id)
    if customer is None:
        return None
    by_trial = demands_of(tried)
    needs: dict[int, SkillNeed] = {need.skill: need for need in by_trial.needs}
    tier, target_ms = by_trial.tier, by_trial.target_ms
    segment = tx.store.settings.segment(customer.segment, contact.brand_id) if customer.segment else None
    if segment is not None:
        segment = segment_for(segment, tried)
        needs |= {need.skill: need for need in segment.needs}
        tier = max(tier, segment.tier)
        target_ms = segment.targets.get(contact.medium.value) or target_ms
    needs |= {need.skill: need for need in _wished(customer, queue)}
    if _comes_again(tx, contact, queue):
        needs |= {need.skill: need for need in _one_level_up(queue)}
    demands = Demands(tuple(need for _, need in sorted(needs.items())), tier, target_ms)
    if tried:
        return {**as_data(demands), "tried": [one.id for one in tried]}
    return None if demands == NO_DEMANDS else as_data(demands)


def _wished(customer: Customer, queue: Queue) -> Iterable[SkillNeed]:
    """A wish is held to for as long as the queue's target; then it still counts in the choice."""
    for skill in customer.wishes:
        yield SkillNeed(skill, 1, required=False, weight=WISH_WEIGHT, relax_after_ms=queue.target_ms)


def _comes_again(tx: Transaction, contact: Contact, queue: Queue) -> bool:
    if queue.repeat_ms is None or contact.motive_id is None:
        return False
    since_ms = tx.now_ms - queue.repeat_ms
    return tx.store.contacts.asked_before(
        contact.customer_id, contact.motive_id, since_ms, contact.request_id
    )


def _one_level_up(queue: Queue) -> Iterable[SkillNeed]:
    """Each skill of the queue one level higher, for as long as a preferred one is asked, or as the target runs.

    After that a required skill is required as ever, and no more: nobody waits for a level that nobody there has.
    """
    for need in queue.needs:
        if need.level == LEVEL_MAX:
            continue
        relax_ms = queue.target_ms if need.relax_after_ms is None else need.relax_after_ms
        floor = None if not need.required else need.level if need.floor is None else need.floor
        yield SkillNeed(need.skill, need.level + 1, need.required, need.weight, relax_ms, floor)


def as_data(demands: Demands) -> dict[str, Any]:
    """Demands as they are kept with the contact and in its facts."""
    needs = [
        [need.skill, need.level, need.required, need.weight, need.relax_after_ms, need.floor]
        for need in demands.needs
    ]
    return {"needs": needs, "tier": demands.tier, "target_ms": demands.target_ms}


def from_data(data: dict[str, Any] | None, skills: frozenset[int] | None = None) -> Demands:
    """Demands from what was kept; skills that are no more are left out when `skills` names those that are."""
    if data is None:
        return NO_DEMANDS
    needs = tuple(SkillNeed(*need) for need in data["needs"] if skills is None or need[0] in skills)
    return Demands(needs, data["tier"], data["target_ms"])
