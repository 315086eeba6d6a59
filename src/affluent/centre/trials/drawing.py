"""A contact is drawn: it falls to the rule on trial or to the present one, and carries that from its first queue on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from affluent.centre.records import Contact, Queue, Segment
from affluent.centre.transaction import Transaction
from affluent.centre.trials.records import Released
from affluent.centre.trials.rules import needs_of
from affluent.facts.contact import ContactDrawn
from affluent.measure.trials import TRIED, arm_of
from affluent.routing.policy import Demands

_CARRIED = ("target_ms", "keep_ms", "last_agent_ms", "repeat_ms")
NOBODY: tuple[Released, ...] = ()


def falls_to(tx: Transaction, contact: Contact, queue: Queue) -> tuple[Released, ...]:
    """The rules on trial that this contact has in this queue. It is drawn when it first comes to one."""
    released = tx.store.settings.released()
    if not released:
        return NOBODY
    if contact.queued_ms is not None:
        kept = () if contact.demands is None else contact.demands.get("tried", ())
        return tuple(one for one in released if one.id in kept)
    return tuple(
        one
        for one in _concerned(tx, contact, queue, released)
        if arm_of(one.id, _unit(one, contact), one.share_permille) == TRIED
    )


def draw(tx: Transaction, contact: Contact, queue: Queue) -> None:
    """Writes to which arm of each trial the contact fell: from then on the journal knows it, not the hash."""
    released = tx.store.settings.released()
    if not released or contact.queued_ms is not None:
        return
    for one in _concerned(tx, contact, queue, released):
        arm = arm_of(one.id, _unit(one, contact), one.share_permille)
        tx.emit(ContactDrawn(tx.now_ms, contact.id, one.id, arm, contact.customer_id))


def _unit(one: Released, contact: Contact) -> int:
    return contact.customer_id if one.unit == "customer" else contact.id


def _concerned(
    tx: Transaction, contact: Contact, queue: Queue, released: Sequence[Released]
) -> list[Released]:
    segment: Segment | None = None
    if any(one.noun == "segments" for one in released):
        customer = tx.store.customers.get(contact.customer_id)
        if customer is not None and customer.segment:
            segment = tx.store.settings.segment(customer.segment, contact.brand_id)
    mine = {("queues", queue.id), ("segments", None if segment is None else segment.id)}
    return [one for one in released if (one.noun, one.noun_id) in mine]


def queue_for(queue: Queue, tried: Sequence[Released]) -> Queue:
    """The queue as it is for a contact that has these rules."""
    for one in tried:
        if (one.noun, one.noun_id) == ("queues", queue.id):
            carried = {name: one.changes[name] for name in _CARRIED if name in one.changes}
            if "skills" in one.changes:
                carried["needs"] = needs_of(one.changes["skills"])
            queue = replace(queue, **carried)
    return queue


def segment_for(segment: Segment, tried: Sequence[Released]) -> Segment:
    """The segment as it is for a contact that has these rules."""
    for one in tried:
        if (one.noun, one.noun_id) == ("segments", segment.id):
            changed: dict[str, Any] = {}
            if "tier" in one.changes:
                changed["tier"] = one.changes["tier"]
            if "targets" in one.changes:
                changed["targets"] = {**segment.targets, **one.changes["targets"]}
            if "skills" in one.changes:
                changed["needs"] = needs_of(one.changes["skills"])
            segment = replace(segment, **changed)
    return segment


def demands_of(tried: Sequence[Released]) -> Demands:
    """What the rules of a queue on trial make a contact ask of the engine beyond what the queue asks of all."""
    changes: dict[str, Any] = {}
    for one in tried:
        if one.noun == "queues":
            changes |= one.changes
    return Demands(needs_of(changes.get("skills", [])), changes.get("tier", 0), changes.get("target_ms"))
