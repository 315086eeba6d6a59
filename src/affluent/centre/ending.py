"""The end of a contact, and of its request when nothing else of it is open."""

from typing import Any

from affluent.centre.calling.hanging_up import calls_no_more, end_call
from affluent.centre.records import Contact
from affluent.centre.transaction import Transaction
from affluent.centre.wrapping import wrap_up_ms
from affluent.facts.call import EndedBy
from affluent.facts.contact import ContactAbandoned, ContactClosed
from affluent.facts.media import Outcome
from affluent.facts.states import ENDED, ContactState


def ended(
    tx: Transaction, contact: Contact, outcome: Outcome, agent_id: int | None, motive_id: int | None = None
) -> None:
    """Closes the contact, and its request when nothing else of it is open."""
    tx.store.timers.clear(contact.id)
    wraps_ms = wrap_up_ms(tx, contact, agent_id)
    if contact.state is ContactState.IN_HAND:
        end_call(tx, contact, EndedBy.AGENT)
    calls_no_more(tx, contact)
    tx.emit(ContactClosed(tx.now_ms, contact.id, agent_id, outcome, motive_id, wraps_ms))
    state = "resolved" if outcome is Outcome.RESOLVED else "closed"
    _end_request(tx, contact, state, {} if motive_id is None else {"motive_id": motive_id})


def abandoned(tx: Transaction, contact: Contact, *, silent: bool) -> None:
    """The customer left before an agent was there."""
    tx.store.timers.clear(contact.id)
    calls_no_more(tx, contact)
    tx.emit(ContactAbandoned(tx.now_ms, contact.id, silent))
    _end_request(tx, contact, "closed", {})


def _end_request(tx: Transaction, contact: Contact, state: str, also: dict[str, Any]) -> None:
    """Ends the request when this was the last of its contacts that was open."""
    if all(one.state in ENDED for one in tx.store.contacts.of_request(contact.request_id)):
        changes = {"state": state, "closed_ms": tx.now_ms, **also}
        tx.store.requests.update(contact.request_id, changes)
