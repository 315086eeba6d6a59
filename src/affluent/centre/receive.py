"""Doors hand in what came: mail and forms become contacts, or messages of one that is still open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from affluent.centre import appointments, closing, foresight
from affluent.centre.answering import bounced
from affluent.centre.classify import Features
from affluent.centre.identify import folded_address, identify
from affluent.centre.inactivity import customer_active
from affluent.centre.ports import Store
from affluent.centre.questions import AddressOf, KeyKnown, Question
from affluent.centre.queueing import back_to_line, classify_and_queue
from affluent.centre.records import Channel, Contact, Customer, NewFile, NewMessage
from affluent.centre.timeline import Written
from affluent.centre.transaction import Transaction
from affluent.facts.contact import ContactReceived, ContactWoken
from affluent.facts.media import Medium
from affluent.facts.states import LIVE, AgentState, ContactState

NOBODY = "unknown@invalid"
Unanswerable = Literal["bounce", "auto_reply", "loop", "flood"]
_SET_ASIDE: Mapping[Unanswerable, Written] = {
    "bounce": "mail_bounce",
    "auto_reply": "mail_auto_reply",
    "loop": "mail_loop",
    "flood": "mail_flood",
}


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """A mail as its door understood it. `unanswerable` names why it must never be answered nor opened."""

    key: str
    channel_id: int
    received_ms: int
    sender: str
    sender_name: str
    reply_to: str
    subject: str
    text: str
    new_text: str
    quoted: str | None = None
    html: str | None = None
    has_remote_images: bool = False
    language: str | None = None
    message_id: str | None = None
    thread: tuple[str, ...] = ()
    """Message-IDs it answers, nearest first."""
    headers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    raw: bytes = b""
    files: tuple[NewFile, ...] = ()
    unanswerable: Unanswerable | None = None
    may_answer: bool = False
    """Whether the centre may write back by itself: never to machines, lists and addresses that take no answer."""
    bounced_message_id: str | None = None
    bounce_reason: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingForm:
    """A filled-in form: `fields` are (key, label, value) in the form's order."""

    key: str
    channel_id: int
    received_ms: int
    email: str
    name: str
    language: str
    subject: str
    fields: tuple[tuple[str, str, str], ...]
    files: tuple[NewFile, ...] = ()
    asked: appointments.Asked | None = None
    """The hour at which its customer wants us to come back to them."""


def receive_mail(tx: Transaction, mail: IncomingMail) -> int:
    """Takes in one mail; returns its contact, 0 when it opens none. A repeat of its key changes nothing."""
    known = tx.store.journal.known(mail.key)
    if known is not None:
        return known
    channel = tx.channel(mail.channel_id)
    if mail.unanswerable is not None:
        return _set_aside(tx, channel, mail, mail.unanswerable)
    raw_id = tx.store.files.keep(
        channel.brand_id, NewFile("message.eml", "message/rfc822", mail.raw), tx.now_ms
    )
    customer = identify(
        tx,
        channel.brand_id,
        "email",
        mail.sender or NOBODY,
        name=mail.sender_name,
        language=mail.language,
    )
    message = NewMessage(
        direction="in",
        author_kind="customer",
        author_id=customer.id,
        author_name=mail.sender_name or mail.sender,
        text=mail.text,
        new_text=mail.new_text,
        quoted=mail.quoted,
        html=mail.html,
        has_remote_images=mail.has_remote_images,
        mail={**mail.headers, "raw_file_id": raw_id},
        files=mail.files,
    )
    reply = {"to": mail.reply_to or mail.sender, "subject": mail.subject, "in_reply_to": mail.message_id}
    request_id = _request_of(tx, channel.brand_id, mail.thread, customer)
    contact = _open_contact_of(tx, request_id, customer, Medium.EMAIL) if request_id is not None else None
    if contact is not None:
        tx.store.contacts.update(contact.id, {"reply_address": reply})
        customer_returns(tx, contact, message, dedupe_key=mail.key)
    else:
        contact = open_contact(
            tx,
            channel,
            customer,
            mail.subject,
            language=mail.language,
            request_id=request_id,
            reply_address=reply,
        )
        tx.customer_wrote(contact, message, dedupe_key=mail.key)
        words = f"{mail.subject}\n{mail.new_text or mail.text}"
        features = Features(channel.id, mail.sender, mail.language, words, {}, customer.segment)
        queued = classify_and_queue(tx, tx.contact(contact.id), features)
        if mail.may_answer:
            closing.acknowledge(tx, queued)
    if mail.message_id:
        tx.store.requests.remember_mail(channel.brand_id, mail.message_id, contact.request_id, contact.id)
    return contact.id


def _mail_asks(store: Store, mail: IncomingMail) -> Iterator[Question]:
    return _asks(store, mail.key, mail.channel_id, mail.sender or NOBODY)


def _asks(store: Store, key: str, channel_id: int, address: str) -> Iterator[Question]:
    yield KeyKnown(key)
    channel = store.settings.channel(channel_id)
    if channel is not None:
        yield AddressOf(channel.brand_id, "email", folded_address("email", address))


foresight.asks(receive_mail, _mail_asks)


def _request_of(tx: Transaction, brand_id: int, thread: Sequence[str], customer: Customer) -> int | None:
    """The request a mail belongs to. A stranger who quotes a thread does not come into it: they open their own."""
    request_id = tx.store.requests.of_mail(brand_id, thread) if thread else None
    if request_id is None:
        return None
    theirs = any(one.customer_id == customer.id for one in tx.store.contacts.of_request(request_id))
    return request_id if theirs else None


def _open_contact_of(tx: Transaction, request_id: int, customer: Customer, medium: Medium) -> Contact | None:
    """The contact a message continues, while it is open."""
    for contact in tx.store.contacts.of_request(request_id):
        if contact.state in LIVE and contact.medium is medium and contact.customer_id == customer.id:
            return contact
    return None


def _set_aside(tx: Transaction, channel: Channel, mail: IncomingMail, why: Unanswerable) -> int:
    """Bounces, automatic replies and loops: kept to be looked at, and shown on their thread."""
    file_id = tx.store.files.keep(
        channel.brand_id, NewFile("message.eml", "message/rfc822", mail.raw), tx.now_ms
    )
    tx.store.files.keep_mail(channel.id, why, file_id, tx.now_ms)
    thread = (mail.bounced_message_id, *mail.thread) if mail.bounced_message_id else mail.thread
    request_id = tx.store.requests.of_mail(channel.brand_id, thread) if thread else None
    if request_id is None:
        return tx.keep_key(mail.key)
    contacts = sorted(
        tx.store.contacts.of_request(request_id), key=lambda one: (one.arrived_ms, one.id), reverse=True
    )
    contact = contacts[0]
    if why == "bounce":
        contact = bounced(tx, contacts, mail.bounced_message_id, mail.bounce_reason) or contact
    tx.note_event(contact, _SET_ASIDE[why], sender=mail.sender, reason=mail.bounce_reason, file_id=file_id)
    return tx.keep_key(mail.key, contact.id)


def receive_form(tx: Transaction, form: IncomingForm) -> int:
    """Takes in a filled-in form; returns its contact. A repeat of its key changes nothing."""
    known = tx.store.journal.known(form.key)
    if known is not None:
        return known
    channel = tx.channel(form.channel_id)
    customer = identify(tx, channel.brand_id, "email", form.email, name=form.name, language=form.language)
    promised = appointments.promised(tx, channel, customer.id, form.asked)
    contact = open_contact(
        tx,
        channel,
        customer,
        form.subject,
        language=form.language,
        reply_address={"to": form.email, "subject": form.subject, "in_reply_to": None},
    )
    # French puts a space before a colon, one that never ends a line.
    colon = "\u00a0: " if form.language == "fr" else ": "
    text = "\n".join(f"{label}{colon}{value}" for _, label, value in form.fields if value)
    message = NewMessage(
        direction="in",
        author_kind="customer",
        author_id=customer.id,
        author_name=form.name or form.email,
        text=text,
        files=form.files,
    )
    tx.customer_wrote(contact, message, dedupe_key=form.key)
    values = {key: value for key, _, value in form.fields}
    features = Features(
        channel.id, form.email, form.language, f"{form.subject}\n{text}", values, customer.segment
    )
    classify_and_queue(tx, tx.contact(contact.id), features, promised=promised)
    if form.asked is not None and promised is not None:
        appointments.given(tx, contact.id, promised, form.asked)
    return contact.id


def form_asks(store: Store, form: IncomingForm) -> Iterator[Question]:
    return _asks(store, form.key, form.channel_id, form.email)


foresight.asks(receive_form, form_asks)


def open_contact(
    tx: Transaction,
    channel: Channel,
    customer: Customer,
    subject: str,
    *,
    language: str | None,
    request_id: int | None = None,
    reply_address: dict[str, Any] | None = None,
    dedupe_key: str | None = None,
) -> Contact:
    """A new contact, on a request that is reopened, or on a new one."""
    if request_id is None:
        request_id = tx.store.requests.open(channel.brand_id, customer.id, subject, tx.now_ms)
    else:
        tx.store.requests.update(request_id, {"state": "open", "closed_ms": None})
    contact_id = tx.store.contacts.next_id()
    fact = ContactReceived(
        tx.now_ms, contact_id, request_id, customer.id, channel.brand_id, channel.id, channel.medium
    )
    tx.store.contacts.insert(
        contact_id,
        {
            "request_id": request_id,
            "brand_id": channel.brand_id,
            "customer_id": customer.id,
            "channel_id": channel.id,
            "medium": channel.medium.value,
            "state": ContactState.NEW.value,
            "subject": subject,
            "language": language or customer.language,
            "arrived_ms": tx.now_ms,
            "owed_ms": tx.now_ms,
            "reply_address": reply_address,
        },
    )
    return tx.emit(fact, dedupe_key=dedupe_key)


def customer_returns(
    tx: Transaction, contact: Contact, message: NewMessage, *, dedupe_key: str | None = None
) -> int:
    """A further message: it wakes a sleeping contact, and takes one from an agent who is gone."""
    message_id = tx.customer_wrote(contact, message, dedupe_key=dedupe_key)
    contact = tx.contact(contact.id)
    customer_active(tx, contact)
    if contact.state not in (ContactState.SLEEPING, ContactState.IN_HAND):
        return message_id
    assert contact.agent_id is not None, "a contact in hand or asleep has its agent"
    if tx.store.people.presence(contact.agent_id).state is AgentState.OFFLINE:
        tx.store.timers.clear(contact.id, "wake")
        back_to_line(tx, contact, "woke_customer" if contact.state is ContactState.SLEEPING else "agent_gone")
    elif contact.state is ContactState.SLEEPING:
        tx.store.timers.clear(contact.id, "wake")
        tx.emit(ContactWoken(tx.now_ms, contact.id, contact.agent_id, "customer"))
    return message_id
