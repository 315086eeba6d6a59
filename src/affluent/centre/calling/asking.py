"""What a voice menu asks of the centre about its caller."""

from collections.abc import Sequence

from affluent.centre.refusals import NotFound
from affluent.centre.transaction import Transaction
from affluent.facts.contact import ContactReidentified
from affluent.facts.states import ContactState

BY_DIGITS = "digits"
NUMBERED = ("external", "phone")
"""Kinds of address in which a customer's number may stand, the most telling first."""


def customer_of(tx: Transaction, *, contact_id: int, digits: str) -> int | None:
    """The customer of the contact's brand whose card has this number; None when none has."""
    contact = tx.contact(contact_id)
    for kind in NUMBERED:
        found = tx.store.customers.find(contact.brand_id, kind, digits)
        if found is not None:
            return found.id
    return None


def is_customer(tx: Transaction, *, contact_id: int, customer_id: int) -> None:
    """The caller proved by digits who they are: their contact, and its request, are that customer's."""
    contact = tx.contact(contact_id)
    known = tx.store.customers.get(customer_id)
    if known is None or known.brand_id != contact.brand_id:
        raise NotFound("not_found")
    if contact.customer_id == customer_id or contact.state is not ContactState.RECEIVED:
        return
    before = contact.customer_id
    tx.emit(ContactReidentified(tx.now_ms, contact_id, 0, before, customer_id, BY_DIGITS))
    tx.store.requests.update(contact.request_id, {"customer_id": customer_id})


def problems_told(
    tx: Transaction, *, contact_id: int, motive_id: int | None, queue_id: int | None
) -> Sequence[dict[str, str]]:
    """What is said of each known problem that is open now and concerns this caller."""
    contact = tx.contact(contact_id)
    told: list[dict[str, str]] = []
    for one in tx.store.settings.problems():
        about = not one.motive_ids or motive_id is None or motive_id in one.motive_ids
        headed = not one.from_queue_ids or queue_id is None or queue_id in one.from_queue_ids
        if one.open_at(tx.now_ms) and one.of_brand(contact.brand_id) and about and headed:
            said = {"fr": one.message("fr"), "en": one.message("en")}
            if any(said.values()):
                told.append(said)
    return told
