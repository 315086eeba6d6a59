"""A customer accepts another channel: they go on there with their words and their place."""

from dataclasses import dataclass
from typing import Any

from affluent.centre.classify import Features
from affluent.centre.ending import ended
from affluent.centre.queueing import classify_and_queue
from affluent.centre.receive import open_contact
from affluent.centre.records import NewMessage
from affluent.centre.refusals import Invalid, Refusal
from affluent.centre.steering import LINE, standing
from affluent.centre.transaction import TooLate, Transaction
from affluent.facts.media import Medium, Outcome
from affluent.facts.steering import SteeringAccepted


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a customer goes on: `site` is the public key of the chat; None for a mail."""

    contact_id: int
    medium: Medium
    site: str | None
    colour: str | None


def accept(tx: Transaction, *, token: str, token_hash: bytes, language: str, email: str = "") -> Moved:
    """The customer goes on over there, with their words and their place. `token_hash` opens their chat, if it is one.

    Raises `NotFound` for an unknown token, `TooLate` when an agent has it or it was answered, `Refusal` when the
    channel has closed meanwhile, `Invalid` for a mail without an address.
    """
    steering, contact = standing(tx, token)
    if contact.state not in LINE or contact.steered != "offered":
        raise TooLate("steered_too_late", state=contact.state.value)
    channel = tx.channel(steering.channel_id)
    if not channel.active:
        raise Refusal("channel_closed")
    customer = tx.store.customers.get(contact.customer_id)
    assert customer is not None, "a contact has its customer"
    reply: dict[str, Any] | None = None
    if channel.medium is Medium.EMAIL:
        if not email:
            raise Invalid("missing", "email")
        reply = {"to": email, "subject": contact.subject, "in_reply_to": None}
    words = tx.store.messages.words(contact.id)
    new = open_contact(
        tx,
        channel,
        customer,
        contact.subject,
        language=contact.language,
        request_id=contact.request_id,
        reply_address=reply,
    )
    if channel.medium is Medium.CHAT:
        chat_id = tx.store.chats.create(channel.id, token_hash, language, "", tx.now_ms)
        tx.store.chats.update(chat_id, {"contact_id": new.id, "customer_id": customer.id})
    said = NewMessage("in", "customer", author_name=customer.name, author_id=customer.id, text=words)
    tx.customer_wrote(new, said)
    tx.store.contacts.update(new.id, {"motive_id": contact.motive_id})
    features = Features(channel.id, email, contact.language, words, {}, customer.segment)
    classify_and_queue(tx, tx.contact(new.id), features, place_ms=contact.arrived_ms)
    tx.emit(SteeringAccepted(tx.now_ms, contact.id, new.id, channel.medium.value))
    tx.note_event(contact, "steer_accepted", to=channel.medium.value, number=new.id)
    ended(tx, tx.contact(contact.id), Outcome.DUPLICATE, None)
    site = channel.public_key if channel.medium is Medium.CHAT else None
    return Moved(new.id, channel.medium, site, channel.settings.get("colour"))
