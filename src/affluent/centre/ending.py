"""The end of a contact, and of its request when nothing else of it is open."""

from affluent.centre.records import Contact
from affluent.centre.transaction import Transaction
from affluent.facts.contact import ContactClosed
from affluent.facts.media import Outcome
from affluent.facts.states import ContactState


def ended(
    tx: Transaction, contact: Contact, outcome: Outcome, agent_id: int | None, motive_id: int | None = None
) -> None:
    """Closes the contact, and its request when nothing else of it is open."""
    tx.store.timers.clear(contact.id)
    tx.emit(ContactClosed(tx.now_ms, contact.id, agent_id, outcome, motive_id))
    others = [one for one in tx.store.contacts.of_request(contact.request_id) if one.id != contact.id]
    if not any(one.state not in (ContactState.CLOSED, ContactState.ABANDONED) for one in others):
        state = "resolved" if outcome is Outcome.RESOLVED else "closed"
        changes: dict[str, object] = {"state": state, "closed_ms": tx.now_ms}
        if motive_id is not None:
            changes["motive_id"] = motive_id
        tx.store.requests.update(contact.request_id, changes)
