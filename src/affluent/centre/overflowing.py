"""What a queue that cannot keep a contact did with it: sent it on, or turned it away."""

from affluent.centre.ending import ended
from affluent.centre.opening import tell_if_closed
from affluent.centre.records import NewMessage
from affluent.centre.transaction import Transaction
from affluent.facts.contact import ContactOverflowed
from affluent.facts.media import Outcome
from affluent.routing.decisions import Overflowed, Refused
from affluent.routing.engine import Router


def sent_on(tx: Transaction, router: Router, decision: Overflowed) -> None:
    """Another queue serves it from now on, at its place by arrival; what was promised to the customer holds."""
    contact = tx.contact(decision.contact)
    left, entered = tx.queue(decision.from_queue), tx.queue(decision.to_queue)
    reason = _reason(router, decision, waited_ms=tx.now_ms - (contact.queued_ms or contact.arrived_ms))
    params = {"from": left.name, "to": entered.name, "reason": reason}
    tx.write(
        contact,
        NewMessage(direction="event", author_kind="system", event={"code": "overflowed", "params": params}),
    )
    asked_ms = None if contact.demands is None else contact.demands["target_ms"]
    fact = ContactOverflowed(
        tx.now_ms,
        contact.id,
        left.id,
        entered.id,
        reason,
        target_ms=asked_ms or entered.target_ms,
        due_ms=entered.due_ms(tx.now_ms, asked_ms),
        hours_edition=entered.hours_edition if entered.target_hours is not None else None,
    )
    tell_if_closed(tx, tx.emit(fact), entered)


def _reason(router: Router, decision: Overflowed, *, waited_ms: int) -> str:
    rule = next(one for one in router.policy.queues if one.id == decision.from_queue)
    assert rule.overflow is not None, "only a queue with an overflow sends on"
    if rule.overflow.after_ms is not None and waited_ms >= rule.overflow.after_ms:
        return "waited"
    if rule.overflow.when_closed and decision.from_queue in router.closed_queues():
        return "closed"
    return "full"


def turned_away(tx: Transaction, decision: Refused) -> None:
    """The queue is full: the customer, who is there, is told at once rather than left to wait for nobody."""
    contact = tx.contact(decision.contact)
    queue = tx.queue(decision.queue)
    event = {"code": "turned_away", "params": {"queue": queue.name}, "to_customer": True}
    tx.write(contact, NewMessage(direction="event", author_kind="system", event=event))
    ended(tx, contact, Outcome.TURNED_AWAY, None)
