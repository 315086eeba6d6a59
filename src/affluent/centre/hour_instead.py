"""A customer at a chat chooses an hour instead of waiting: we come back to them in writing, then.

Who waits in line already goes there with their words, and leaves the line; who has not written yet says in a few words
what it is about. The chat's settings name the channel that answers.
"""

from dataclasses import dataclass

from affluent.centre import appointments
from affluent.centre.appointments import Asked
from affluent.centre.classify import Features
from affluent.centre.ending import ended
from affluent.centre.identify import identify
from affluent.centre.queueing import classify_and_queue
from affluent.centre.receive import open_contact
from affluent.centre.records import Appointment, Channel, Contact, Customer, NewMessage
from affluent.centre.refusals import Invalid, Refusal
from affluent.centre.saying import said
from affluent.centre.transaction import TooLate, Transaction
from affluent.facts.media import Medium, Outcome
from affluent.facts.states import LIVE, ContactState

LINE = (ContactState.RECEIVED, ContactState.WAITING)
SUBJECT_CHARS_MAX = 80


@dataclass(frozen=True, slots=True)
class HourWanted:
    """What a chat's visitor sends. `key` makes a repeat harmless; `chat_id` is their conversation, if they have one."""

    key: str
    channel_id: int
    chat_id: int | None
    email: str
    name: str
    text: str
    language: str
    asked: Asked


def take_hour(tx: Transaction, wanted: HourWanted) -> Appointment:
    """Opens the contact that is answered at the hour. A repeat of its key returns the first one.

    Raises as `appointments.promised` does; `TooLate` when an agent has the conversation already, `Invalid` when
    nobody said what it is about, `Refusal` where this chat promises no hour.
    """
    dedupe_key = f"hour:{wanted.channel_id}:{wanted.key}"
    known = tx.store.journal.known(dedupe_key)
    if known:
        made = tx.store.appointments.of(known)
        assert made is not None, "the key was kept with its hour"
        return made
    channel = _answering(tx, tx.channel(wanted.channel_id))
    waiting = _waiting(tx, wanted.chat_id)
    words = "\n".join(part for part in (_said_before(tx, waiting), wanted.text.strip()) if part)
    if not words:
        raise Invalid("missing", "text")
    customer = _customer(tx, channel, waiting, wanted)
    promised = appointments.promised(tx, channel, customer.id, wanted.asked)
    assert promised is not None, "an hour was asked for"
    subject = " ".join(words.split())[:SUBJECT_CHARS_MAX] or said("subject", wanted.language)
    contact = open_contact(
        tx,
        channel,
        customer,
        subject,
        language=wanted.language,
        request_id=None if waiting is None else waiting.request_id,
        reply_address={"to": wanted.email, "subject": subject, "in_reply_to": None},
    )
    written = NewMessage("in", "customer", author_name=customer.name, author_id=customer.id, text=words)
    tx.customer_wrote(contact, written, dedupe_key=dedupe_key)
    features = Features(channel.id, wanted.email, wanted.language, words, {}, customer.segment)
    classify_and_queue(tx, tx.contact(contact.id), features, promised=promised)
    appointment = appointments.given(tx, contact.id, promised, wanted.asked)
    if waiting is not None:
        _leaves_line(tx, waiting, appointment)
    return appointment


def _answering(tx: Transaction, chat: Channel) -> Channel:
    channel_id = chat.settings.get("appointment_channel_id")
    channel = None if channel_id is None else tx.store.settings.channel(channel_id)
    if not chat.active or channel is None or not channel.active:
        raise Refusal("no_hours_here", "promised_ms")
    return channel


def _waiting(tx: Transaction, chat_id: int | None) -> Contact | None:
    """What the visitor waits with in line."""
    chat = None if chat_id is None else tx.store.chats.get(chat_id)
    if chat is None or chat.contact_id is None:
        return None
    contact = tx.contact(chat.contact_id)
    if contact.state in LINE:
        return contact
    if contact.state in LIVE:
        raise TooLate("agent_has_it", state=contact.state.value)
    return None


def _said_before(tx: Transaction, waiting: Contact | None) -> str:
    return "" if waiting is None else tx.store.messages.words(waiting.id)


def _customer(tx: Transaction, channel: Channel, waiting: Contact | None, wanted: HourWanted) -> Customer:
    if waiting is None:
        return identify(
            tx, channel.brand_id, "email", wanted.email, name=wanted.name, language=wanted.language
        )
    customer = tx.store.customers.get(waiting.customer_id)
    assert customer is not None, "a contact has its customer"
    return customer


def _leaves_line(tx: Transaction, waiting: Contact, appointment: Appointment) -> None:
    params = {
        "hour_ms": appointment.hour_ms,
        "timezone": appointment.timezone,
        "number": appointment.contact_id,
    }
    event = {"code": "hour_instead", "params": params, "to_customer": waiting.medium is Medium.CHAT}
    tx.write(waiting, NewMessage(direction="event", author_kind="system", event=event))
    ended(tx, tx.contact(waiting.id), Outcome.DUPLICATE, None)
