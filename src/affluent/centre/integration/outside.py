"""Contacts that an integrator brings in, by a channel of their own; and what its program says of the replies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from affluent.centre import appointments
from affluent.centre.answering import delivery_moved
from affluent.centre.classify import Features
from affluent.centre.identify import folded_address, identify
from affluent.centre.queueing import classify_and_queue
from affluent.centre.receive import customer_returns, open_contact
from affluent.centre.records import Channel, Contact, Customer, NewMessage
from affluent.centre.refusals import Invalid, NotFound, Refusal
from affluent.centre.transaction import Transaction
from affluent.centre.views import Json
from affluent.centre.wall import Viewer
from affluent.facts.instants import DAY_MS
from affluent.facts.media import Medium
from affluent.facts.states import LIVE

EXTERNAL = "external"
"""The kind of address that is a customer's identifier in the integrator's own house."""
CONTINUE_WITHIN_MS = 7 * DAY_MS


@dataclass(frozen=True, slots=True)
class Who:
    """A customer as an integrator knows them: at least one way to tell them apart."""

    external_id: str = ""
    email: str = ""
    phone: str = ""
    name: str = ""

    def addresses(self) -> list[tuple[str, str]]:
        """What tells them apart, the surest first."""
        given = ((EXTERNAL, self.external_id), ("email", self.email), ("phone", self.phone))
        return [(kind, value) for kind, value in given if value]


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """A first message. `key` makes a repeat harmless; `reference` is the integrator's own word for it."""

    key: str
    channel_id: int
    who: Who
    subject: str
    text: str
    language: str | None
    reference: str
    file_ids: tuple[int, ...] = ()
    asked: appointments.Asked | None = None
    """The hour at which the customer wants us to come back to them."""


class Outside(Protocol):
    """What the integrators' routes read, and the customers they keep in step with their own house."""

    def live_channel(self, channel_id: int) -> bool:
        """Whether there is such a channel, not put away."""
        ...

    def brand_of(self, channel_id: int) -> int | None:
        """The brand of a channel that is not put away."""
        ...

    def messages(self, viewer: Viewer, contact_id: int, after: int, most: int) -> list[Json]:
        """A contact's messages above `after`, oldest first."""
        ...

    def customers(self, viewer: Viewer, filters: Mapping[str, Any], after: int, most: int) -> list[Json]: ...
    def keep_customer(self, viewer: Viewer, values: Json, now_ms: int) -> tuple[int, bool]:
        """The customer of `values["external_id"]`, changed or made: its identifier, and whether it is new."""
        ...


def bring_in(tx: Transaction, viewer: Viewer, brought: BroughtIn) -> tuple[int, int]:
    """Opens a contact; returns it with its message. A repeat of its key returns the first one."""
    channel = _own_channel(tx, viewer, brought.channel_id)
    dedupe_key = f"api:{channel.id}:{brought.key}"
    known = tx.store.journal.known(dedupe_key)
    if known:
        return known, _message_by_key(tx, known, brought.key)
    if not channel.active:
        raise Refusal("channel_closed", "channel_id")
    _check(tx, viewer, brought.text, brought.file_ids)
    customer = _identified(tx, channel, brought)
    return _opened(tx, channel, customer, brought, request_id=None, dedupe_key=dedupe_key)


def go_on(
    tx: Transaction, viewer: Viewer, *, contact_id: int, key: str, text: str, file_ids: Sequence[int] = ()
) -> tuple[int, int]:
    """The customer writes again: on the contact, or after its end on a new one. Returns it with the message."""
    contact = tx.contact(contact_id)
    viewer.behind_wall(contact.brand_id)
    channel = _own_channel(tx, viewer, contact.channel_id)
    dedupe_key = f"api:{channel.id}:{contact_id}:{key}"
    known = tx.store.journal.known(dedupe_key)
    if known:
        return known, _message_by_key(tx, known, key)
    _check(tx, viewer, text, file_ids)
    customer = tx.store.customers.get(contact.customer_id)
    assert customer is not None, "a contact has its customer"
    if contact.state in LIVE:
        message = _message(customer, text, key, file_ids)
        return contact.id, customer_returns(tx, contact, message, dedupe_key=dedupe_key)
    if not channel.active:
        raise Refusal("channel_closed", "channel_id")
    within_ms = int(channel.settings.get("continue_within_ms") or CONTINUE_WITHIN_MS)
    lately = (contact.last_customer_ms or contact.arrived_ms) + within_ms >= tx.now_ms
    again = BroughtIn(
        key,
        channel.id,
        Who(),
        contact.subject,
        text,
        contact.language,
        reference_of(contact),
        tuple(file_ids),
    )
    request_id = contact.request_id if lately else None
    return _opened(tx, channel, customer, again, request_id=request_id, dedupe_key=dedupe_key)


def reference_of(contact: Contact) -> str:
    """The integrator's own word for a contact, empty when there is none."""
    return str((contact.reply_address or {}).get("reference") or "")


def told_of_reply(
    tx: Transaction, viewer: Viewer, *, contact_id: int, message_id: int, delivery: str, error: str | None
) -> None:
    """What became of a reply, once the integrator's program took it to the customer."""
    contact = tx.contact(contact_id)
    viewer.behind_wall(contact.brand_id)
    _own_channel(tx, viewer, contact.channel_id)
    found = tx.store.messages.contact_of(message_id)
    if found is None or found[0] != contact_id or found[1] is None:
        raise NotFound("not_found")
    delivery_moved(tx, message_id=message_id, delivery=delivery, error=error)


def _own_channel(tx: Transaction, viewer: Viewer, channel_id: int) -> Channel:
    channel = tx.channel(channel_id)
    viewer.behind_wall(channel.brand_id)
    if channel.medium is not Medium.MESSAGE:
        raise Refusal("channel_not_yours", "channel_id")
    return channel


def _message_by_key(tx: Transaction, contact_id: int, key: str) -> int:
    message_id = tx.store.messages.by_key(contact_id, key)
    assert message_id is not None, "a known delivery has its message"
    return message_id


def _check(tx: Transaction, viewer: Viewer, text: str, file_ids: Sequence[int]) -> None:
    if not text.strip() and not file_ids:
        raise Invalid("empty_message", "text")
    if file_ids and not tx.store.files.usable(file_ids, account_id=viewer.account_id, chat_id=None):
        raise Invalid("file_unknown", "file_ids")


def _identified(tx: Transaction, channel: Channel, brought: BroughtIn) -> Customer:
    addresses = brought.who.addresses()
    if not addresses:
        raise Invalid("customer_needed", "customer")
    known = [
        tx.store.customers.find(channel.brand_id, kind, folded_address(kind, value))
        for kind, value in addresses
    ]
    first = next((one for one in known if one is not None), None)
    if first is None:
        kind, value = addresses[0]
        first = identify(tx, channel.brand_id, kind, value, name=brought.who.name, language=brought.language)
    elif brought.who.name and not first.name:
        tx.store.customers.update(first.id, {"name": brought.who.name})
    for (kind, value), owner in zip(addresses, known, strict=True):
        # An address that is somebody else's stays theirs: joining two customers is a person's decision.
        if owner is None:
            tx.store.customers.add_address(first.id, channel.brand_id, kind, folded_address(kind, value))
    return first


def _opened(
    tx: Transaction,
    channel: Channel,
    customer: Customer,
    brought: BroughtIn,
    *,
    request_id: int | None,
    dedupe_key: str,
) -> tuple[int, int]:
    subject = brought.subject.strip() or " ".join(brought.text.split())[:80]
    promised = appointments.promised(tx, channel, customer.id, brought.asked)
    contact = open_contact(
        tx,
        channel,
        customer,
        subject,
        language=brought.language,
        request_id=request_id,
        reply_address={"reference": brought.reference} if brought.reference else None,
    )
    message = _message(customer, brought.text, brought.key, brought.file_ids)
    message_id = tx.customer_wrote(contact, message, dedupe_key=dedupe_key)
    words = f"{subject}\n{brought.text}"
    address = brought.who.email or brought.who.external_id
    features = Features(channel.id, address, brought.language, words, {}, customer.segment)
    classify_and_queue(tx, tx.contact(contact.id), features, promised=promised)
    if brought.asked is not None and promised is not None:
        appointments.given(tx, contact.id, promised, brought.asked)
    return contact.id, message_id


def _message(customer: Customer, text: str, key: str, file_ids: Sequence[int]) -> NewMessage:
    return NewMessage(
        direction="in",
        author_kind="customer",
        author_id=customer.id,
        author_name=customer.name,
        text=text.strip(),
        key=key,
        file_ids=tuple(file_ids),
    )
