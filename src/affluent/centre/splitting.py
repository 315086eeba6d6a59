"""A customer wrote about two things in one thread: the second becomes a request of its own."""

from collections.abc import Sequence

from affluent.centre.answering import BY_MAIL, held
from affluent.centre.handing_on import KEPT_FOR_NAMED_MS
from affluent.centre.queueing import enqueue, open_queue
from affluent.centre.receive import open_contact
from affluent.centre.records import Contact
from affluent.centre.refusals import Invalid, NotFound, Refusal
from affluent.centre.transaction import Transaction
from affluent.facts.contact import MessageReceived, MessagesMoved

SUBJECT_CHARS = 80


def split(
    tx: Transaction, *, contact_id: int, agent_id: int, message_ids: Sequence[int], subject: str = ""
) -> int:
    """Moves messages of a contact in hand into a new contact on a new request; returns it.

    It is of the same customer and channel, and comes to the same agent first. Later mails that answer one of the
    moved messages follow them. Raises `Refusal` for a chat, whose window shows one conversation only.
    """
    contact = held(tx, contact_id, agent_id)
    if contact.medium not in BY_MAIL:
        raise Refusal("split_by_mail_only")
    messages = sorted(tx.store.merges.messages(message_ids), key=lambda one: one.id)
    if len(messages) != len(set(message_ids)) or any(one.contact_id != contact.id for one in messages):
        raise NotFound("not_found")
    first = next((one for one in messages if one.direction == "in"), None)
    if first is None:
        raise Invalid("split_needs_customer", "message_ids")
    if not tx.store.merges.others(contact.id, message_ids):
        raise Invalid("split_leaves_nothing", "message_ids")
    customer = tx.store.customers.get(contact.customer_id)
    assert customer is not None, "a contact has its customer"
    named = subject.strip() or first.subject or " ".join(first.text.split())[:SUBJECT_CHARS]
    new = open_contact(
        tx, tx.channel(contact.channel_id), customer, named,
        language=contact.language, reply_address=_reply(contact, first.mail_id, first.subject),
    )  # fmt: skip
    tx.store.merges.move_messages(messages, new.id, new.request_id)
    tx.emit(MessagesMoved(tx.now_ms, contact.id, agent_id, new.id, tuple(one.id for one in messages)))
    by = tx.store.settings.account_name(agent_id)
    tx.note_event(new, "split_from", agent=by, number=contact.id)
    preview = " ".join(first.text.split())[:160]
    for one in messages:
        if one.direction == "in":
            new = tx.emit(MessageReceived(tx.now_ms, new.id, one.id), preview=preview)
    queue_id = open_queue(tx, contact)
    if queue_id is not None:
        until_ms = tx.now_ms + KEPT_FOR_NAMED_MS
        enqueue(tx, new, queue_id, place_ms=first.at_ms, kept_for=agent_id, kept_until_ms=until_ms)
    return new.id


def _reply(contact: Contact, mail_id: str | None, subject: str | None) -> dict[str, object]:
    """Where the answer goes: to the same person, under the mail that was moved."""
    address = dict(contact.reply_address or {})
    return {**address, "in_reply_to": mail_id, "subject": subject or address.get("subject")}
