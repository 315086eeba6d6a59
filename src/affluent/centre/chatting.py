"""A customer's chat: it begins with the first message, survives network cuts, and can be reopened."""

from collections.abc import Sequence

from affluent.centre import inactivity
from affluent.centre.classify import Features
from affluent.centre.ending import abandoned
from affluent.centre.hub import ContactChanged
from affluent.centre.identify import identify
from affluent.centre.queueing import classify_and_queue
from affluent.centre.receive import customer_returns, open_contact
from affluent.centre.records import Channel, Chat, Contact, Customer, NewMessage
from affluent.centre.refusals import Invalid, NotFound, Refusal
from affluent.centre.transaction import Transaction
from affluent.facts.states import LIVE, ContactState

TEXT_CHARS_MAX = 10_000
SUBJECT_CHARS_MAX = 80


def begin(tx: Transaction, *, channel_id: int, token_hash: bytes, language: str, page: str) -> int:
    """A browser opened the chat. No contact yet: nobody has asked anything."""
    channel = tx.channel(channel_id)
    if not channel.active:
        raise Refusal("channel_closed")
    return tx.store.chats.create(channel_id, token_hash, language, page[:500], tx.now_ms)


def closed_now(tx: Transaction, channel_id: int) -> bool:
    """Whether a supervisor has closed the channel for a while."""
    closure = tx.store.supervision.closure(channel_id)
    return closure is not None and tx.now_ms < closure.until_ms


def _chat(tx: Transaction, chat_id: int) -> Chat:
    chat = tx.store.chats.get(chat_id)
    if chat is None:
        raise NotFound("not_found")
    return chat


def say(
    tx: Transaction,
    *,
    chat_id: int,
    key: str,
    text: str,
    name: str = "",
    email: str = "",
    language: str | None = None,
    file_ids: Sequence[int] = (),
) -> tuple[int, int]:
    """The customer writes; returns (contact, message). A repeat of `key` returns the first one."""
    chat = _chat(tx, chat_id)
    known = tx.store.journal.known(f"chat:{chat_id}:{key}")
    if known:
        message_id = tx.store.messages.by_key(known, key)
        assert message_id is not None, "a known delivery has its message"
        return known, message_id
    text = text.strip()
    if not text and not file_ids:
        raise Invalid("empty_message", "text")
    if len(text) > TEXT_CHARS_MAX:
        raise Invalid("text_too_long", "text", most=TEXT_CHARS_MAX)
    if file_ids and not tx.store.files.usable(file_ids, account_id=None, chat_id=chat_id):
        raise Invalid("file_unknown", "files")
    channel = tx.channel(chat.channel_id)
    current = tx.store.contacts.get(chat.contact_id) if chat.contact_id is not None else None
    if current is not None and current.state in LIVE:
        message = _message(tx, current, text, key=key, file_ids=file_ids, name=name)
        message_id = customer_returns(tx, current, message, dedupe_key=f"chat:{chat_id}:{key}")
        return current.id, message_id
    if not channel.active or closed_now(tx, channel.id):
        raise Refusal("channel_closed")
    customer = _customer(tx, chat, channel, name, email)
    features = Features(channel.id, email, language or chat.language, text, {}, customer.segment)
    return _first_word(tx, chat, current, key=key, file_ids=file_ids, features=features, customer=customer)


def _first_word(
    tx: Transaction,
    chat: Chat,
    before: Contact | None,
    *,
    key: str,
    file_ids: Sequence[int],
    features: Features,
    customer: Customer,
) -> tuple[int, int]:
    channel, text = tx.channel(chat.channel_id), features.words
    within_ms = int(channel.settings.get("reopen_within_ms") or inactivity.DEFAULTS_MS["reopen_within_ms"])
    reopens = before is not None and (before.last_customer_ms or before.arrived_ms) + within_ms >= tx.now_ms
    request_id = before.request_id if before is not None and reopens else None
    subject = subject_of(text)
    contact = open_contact(tx, channel, customer, subject, language=features.language, request_id=request_id)
    tx.store.chats.update(chat.id, {"contact_id": contact.id, "customer_id": customer.id})
    message = _message(tx, contact, text, key=key, file_ids=file_ids, name=customer.name)
    message_id = tx.customer_wrote(contact, message, dedupe_key=f"chat:{chat.id}:{key}")
    classify_and_queue(tx, tx.contact(contact.id), features)
    return contact.id, message_id


def subject_of(text: str) -> str:
    """A chat has no subject: its first words stand for one, whole and with a mark where they stop."""
    words = " ".join(text.split())
    if len(words) <= SUBJECT_CHARS_MAX:
        return words
    kept = words[: SUBJECT_CHARS_MAX - 1]
    # A word without end is cut where the room ends.
    return (kept.rsplit(" ", 1)[0] if " " in kept[SUBJECT_CHARS_MAX // 2 :] else kept) + "…"


def _customer(tx: Transaction, chat: Chat, channel: Channel, name: str, email: str) -> Customer:
    known = tx.store.customers.get(chat.customer_id) if chat.customer_id is not None else None
    if known is not None:
        return known
    # A mail address typed into a chat is a claim, not a proof: it is noted and opens nobody's history.
    customer = identify(tx, channel.brand_id, "chat", str(chat.id), name=name[:120], language=chat.language)
    if email and "@" in email:
        tx.store.customers.update(customer.id, {"note": email[:254]})
    return customer


def _message(
    tx: Transaction, contact: Contact, text: str, *, key: str, file_ids: Sequence[int], name: str
) -> NewMessage:
    customer = tx.store.customers.get(contact.customer_id)
    return NewMessage(
        direction="in",
        author_kind="customer",
        author_id=contact.customer_id,
        author_name=(customer.name if customer else "") or name,
        text=text,
        key=key,
        file_ids=tuple(file_ids),
    )


def connected(tx: Transaction, *, chat_id: int) -> None:
    """The browser is back: its place was kept."""
    _connection(tx, chat_id, up=True)


def disconnected(tx: Transaction, *, chat_id: int) -> None:
    """The browser is gone, perhaps only from the network: its place is kept for a while."""
    _connection(tx, chat_id, up=False)


def _connection(tx: Transaction, chat_id: int, *, up: bool) -> None:
    chat = _chat(tx, chat_id)
    tx.store.chats.update(chat_id, {"connected": up, "last_seen_ms": tx.now_ms})
    if chat.contact_id is None:
        return
    contact = tx.contact(chat.contact_id)
    if up:
        tx.store.timers.clear(contact.id, "chat_gone")
    elif contact.state in (ContactState.WAITING, ContactState.OFFERED, ContactState.RECEIVED):
        inactivity.watch_for_leaving(tx, contact)
    if contact.state in LIVE and chat.connected != up:
        tx.tell(ContactChanged(contact.id, contact.request_id, contact.brand_id, contact.version))


def leave(tx: Transaction, *, chat_id: int) -> None:
    """The customer says that they leave: an abandon while waiting, a line for the agent when in hand."""
    chat = _chat(tx, chat_id)
    if chat.contact_id is None:
        return
    contact = tx.contact(chat.contact_id)
    if contact.state in (ContactState.WAITING, ContactState.OFFERED, ContactState.RECEIVED):
        abandoned(tx, contact, silent=False)
    elif contact.state in LIVE:
        tx.note_event(contact, "customer_left")
