"""The end of a call, as far as its own row goes. What becomes of its contact is another's business."""

from affluent.centre.calling.records import Call
from affluent.centre.records import Contact
from affluent.centre.transaction import Transaction
from affluent.facts.call import CallEnded, EndedBy
from affluent.facts.media import Medium
from affluent.facts.states import LIVE

AFTER_CALL_MS = 60_000
"""The work after a call lasts so long at most where the queue names no time for it."""


def call_up(tx: Transaction, contact: Contact) -> Call | None:
    """Its call, while that is up."""
    if contact.medium is not Medium.VOICE:
        return None
    found = tx.store.calls.get(contact.id)
    return found if found is not None and found.up else None


def end_call(tx: Transaction, contact: Contact, by: EndedBy) -> None:
    """The line is closed: its row says so, and a fact while its contact is live. Nothing when it was before."""
    if call_up(tx, contact) is None:
        return
    tx.store.calls.update(contact.id, {"ended_ms": tx.now_ms, "ended_by": by.value})
    if contact.state in LIVE:
        tx.emit(CallEnded(tx.now_ms, contact.id, by))


def calls_no_more(tx: Transaction, contact: Contact) -> None:
    """The contact ends: nobody is to be called for it any more."""
    if contact.medium is Medium.VOICE:
        found = tx.store.calls.get(contact.id)
        if found is not None and found.dials:
            tx.store.calls.update(contact.id, {"dials": False})


def after_call(tx: Transaction, contact: Contact) -> bool:
    """Whether its call was over before now: what its agent does is the work after it."""
    if contact.medium is not Medium.VOICE:
        return False
    found = tx.store.calls.get(contact.id)
    return found is not None and not found.up and not found.dials


def after_call_ms(tx: Transaction, contact: Contact) -> int:
    """For how long its agent may work on after its call."""
    queue = None if contact.queue_id is None else tx.store.settings.queue(contact.queue_id)
    return AFTER_CALL_MS if queue is None or not queue.wrap_up_ms else queue.wrap_up_ms
