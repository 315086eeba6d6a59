"""The agent answers an offer, or pulls a waiting contact by hand."""

from affluent.centre.records import Contact
from affluent.centre.refusals import Forbidden, Refusal
from affluent.centre.transaction import TooLate, Transaction
from affluent.facts.contact import ContactTaken, OfferAccepted, OfferDeclined
from affluent.facts.states import ContactState


def _offered_to(tx: Transaction, contact_id: int, agent_id: int) -> Contact:
    contact = tx.contact(contact_id)
    if contact.state is not ContactState.OFFERED or contact.agent_id != agent_id:
        raise TooLate("offer_gone")
    return contact


def accept(tx: Transaction, *, contact_id: int, agent_id: int) -> None:
    """Takes the contact in hand. A second click changes nothing; raises `TooLate` when the offer moved on."""
    contact = tx.contact(contact_id)
    if contact.state is ContactState.IN_HAND and contact.agent_id == agent_id:
        return
    _offered_to(tx, contact_id, agent_id)
    tx.emit(OfferAccepted(tx.now_ms, contact_id, agent_id))


def decline(tx: Transaction, *, contact_id: int, agent_id: int, reason: str = "") -> None:
    """The contact keeps its place; this agent is not asked again for a while."""
    _offered_to(tx, contact_id, agent_id)
    tx.emit(OfferDeclined(tx.now_ms, contact_id, agent_id, reason[:200]))


def take(tx: Transaction, *, contact_id: int, agent_id: int) -> None:
    """Pulls a waiting contact by hand, over the limits: a person saw a reason."""
    contact = tx.contact(contact_id)
    if contact.state is ContactState.OFFERED and contact.agent_id == agent_id:
        accept(tx, contact_id=contact_id, agent_id=agent_id)
        return
    if not tx.store.settings.account_serves(agent_id, contact.brand_id):
        raise Forbidden("forbidden")
    queue = None if contact.queue_id is None else tx.store.settings.queue(contact.queue_id)
    if queue is not None and not queue.by_hand:
        raise Refusal("not_by_hand")
    tx.emit(ContactTaken(tx.now_ms, contact_id, agent_id))
