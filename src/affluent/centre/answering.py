"""The agent answers, notes, tries a failed reply again; and what becomes of a reply on its way."""

from collections.abc import Sequence

from affluent.centre import notifying
from affluent.centre.hub import AgentRead, CustomerRead, DeliveryMoved, DeskChanged
from affluent.centre.inactivity import agent_answered
from affluent.centre.parts import taking
from affluent.centre.records import Contact, NewMessage
from affluent.centre.refusals import Forbidden, Invalid, NotFound
from affluent.centre.transaction import TooLate, Transaction
from affluent.facts.contact import DeliveryChanged, MessageAnswered, NoteAdded
from affluent.facts.media import Medium
from affluent.facts.states import ContactState
from affluent.facts.together import Part

TEXT_CHARS_MAX = 100_000
BY_MAIL = frozenset({Medium.EMAIL, Medium.FORM})


def held(tx: Transaction, contact_id: int, agent_id: int) -> Contact:
    """The contact, in this agent's hand. Raises `Forbidden` when it is not."""
    contact = tx.contact(contact_id)
    if contact.agent_id != agent_id or contact.state not in (ContactState.IN_HAND, ContactState.SLEEPING):
        raise Forbidden("not_in_your_hand")
    return contact


def _answered_by(tx: Transaction, contact_id: int, agent_id: int) -> Contact:
    """The contact, which this agent has in hand or answers in a conference. Raises `Forbidden` when neither."""
    contact = tx.contact(contact_id)
    found = taking(contact, agent_id)
    if found is not None and found.joined_ms is not None and found.part is Part.CONFERENCE:
        return contact
    return held(tx, contact_id, agent_id)


def _checked(tx: Transaction, text: str, file_ids: Sequence[int], agent_id: int) -> str:
    text = text.strip()
    if not text and not file_ids:
        raise Invalid("empty_message", "text")
    if len(text) > TEXT_CHARS_MAX:
        raise Invalid("text_too_long", "text", most=TEXT_CHARS_MAX)
    if file_ids and not tx.store.files.usable(file_ids, account_id=agent_id, chat_id=None):
        raise Invalid("file_unknown", "file_ids")
    return text


def reply(
    tx: Transaction, *, contact_id: int, agent_id: int, key: str, text: str, file_ids: Sequence[int] = ()
) -> int:
    """Sends an answer; returns its message. A repeat of `key` returns the first one."""
    contact = _answered_by(tx, contact_id, agent_id)
    known = tx.store.messages.by_key(contact_id, key)
    if known is not None:
        return known
    if contact.state is not ContactState.IN_HAND:
        raise TooLate("too_late", state=contact.state.value)
    text = _checked(tx, text, file_ids, agent_id)
    return written(tx, contact, agent_id, key=key, text=text, file_ids=file_ids)


def written(
    tx: Transaction, contact: Contact, agent_id: int, *, key: str, text: str, file_ids: Sequence[int] = ()
) -> int:
    """An agent's answer to a contact, on its way; returns its message. Raises `Invalid` when it has nowhere to go."""
    if contact.medium in BY_MAIL and not (contact.reply_address or {}).get("to"):
        raise Invalid("no_reply_address")
    if contact.medium is Medium.VOICE:
        raise Invalid("call_not_written")
    message_id = tx.write(
        contact,
        NewMessage(
            direction="out",
            author_kind="agent",
            author_id=agent_id,
            author_name=tx.store.settings.account_name(agent_id) or "",
            text=text,
            key=key,
            delivery="pending" if contact.medium in BY_MAIL else "sent",
            file_ids=tuple(file_ids),
        ),
    )
    tx.emit(
        MessageAnswered(tx.now_ms, contact.id, agent_id, message_id), preview=" ".join(text.split())[:160]
    )
    tx.store.people.drop_draft(agent_id, contact.id)
    agent_answered(tx, contact)
    if contact.medium in BY_MAIL:
        tx.promise("mail", message_id=message_id, contact=contact)
    return message_id


def note(
    tx: Transaction, *, contact_id: int, agent_id: int, key: str, text: str, file_ids: Sequence[int] = ()
) -> int:
    """An internal note; anyone who may read the contact may add one."""
    contact = tx.contact(contact_id)
    known = tx.store.messages.by_key(contact_id, key)
    if known is not None:
        return known
    text = _checked(tx, text, file_ids, agent_id)
    message_id = tx.write(
        contact,
        NewMessage(
            direction="note",
            author_kind="agent",
            author_id=agent_id,
            author_name=tx.store.settings.account_name(agent_id) or "",
            text=text,
            key=key,
            file_ids=tuple(file_ids),
        ),
    )
    tx.emit(NoteAdded(tx.now_ms, contact.id, agent_id, message_id))
    notifying.mentioned(tx, contact, message_id, text, agent_id)
    tx.store.people.drop_draft(agent_id, contact_id)
    return message_id


def retry(tx: Transaction, *, contact_id: int, agent_id: int, message_id: int) -> None:
    """Tries a failed or unconfirmed reply again: a person decides it, never the machine."""
    held(tx, contact_id, agent_id)
    found = tx.store.messages.contact_of(message_id)
    if found is None or found[0] != contact_id:
        raise NotFound("not_found")
    if found[1] not in ("failed", "unconfirmed"):
        raise TooLate("too_late", state=str(found[1]))
    if tx.store.outbox.again(message_id, tx.now_ms):
        delivery_moved(tx, message_id=message_id, delivery="pending")


def delivery_moved(tx: Transaction, *, message_id: int, delivery: str, error: str | None = None) -> None:
    """What a reply's door learned about it."""
    found = tx.store.messages.contact_of(message_id)
    if found is None or found[1] == delivery:
        return
    contact = tx.contact(found[0])
    tx.store.messages.set_delivery(message_id, delivery, error)
    tx.emit(DeliveryChanged(tx.now_ms, contact.id, message_id, delivery, error))
    tx.tell(DeliveryMoved(contact.id, contact.brand_id, message_id, delivery, error))


def bounced(
    tx: Transaction, contacts: Sequence[Contact], mail_id: str | None, reason: str | None
) -> Contact | None:
    """A reply came back: it is failed, and visibly so. Returns the one of `contacts` it was on."""
    for contact in contacts:
        message_id = tx.store.messages.of_mail(contact.id, mail_id)
        if message_id is not None:
            delivery_moved(tx, message_id=message_id, delivery="failed", error=reason)
            return contact
    return None


def agent_reads(tx: Transaction, *, contact_id: int, agent_id: int) -> None:
    """The agent has seen what the customer wrote."""
    contact = _answered_by(tx, contact_id, agent_id)
    read = tx.store.messages.mark_read(contact_id, tx.now_ms, "in")
    if read:
        tx.tell(AgentRead(contact.id, max(read)))
        tx.tell(DeskChanged(agent_id))
        if contact.agent_id not in (None, agent_id):
            tx.tell(DeskChanged(contact.agent_id))


def customer_reads(tx: Transaction, *, contact_id: int, up_to: int) -> None:
    """The customer has seen the answers up to a message."""
    contact = tx.contact(contact_id)
    read = tx.store.messages.mark_read(contact_id, tx.now_ms, "out", up_to)
    if read:
        tx.tell(CustomerRead(contact.id, contact.brand_id, max(read)))
