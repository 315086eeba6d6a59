"""A caller leaves a message instead of waiting: the contact waits with it, once the line is closed."""

from collections.abc import Sequence

from affluent.centre.calling.calls import call_queued
from affluent.centre.ending import abandoned
from affluent.centre.records import Contact, NewFile, NewMessage
from affluent.centre.saying import said
from affluent.centre.transaction import Transaction
from affluent.facts.instants import MINUTE_MS
from affluent.facts.states import ContactState

TIMER = "voicemail"
LOST_AFTER_MS = 30 * MINUTE_MS
"""A message that its telephone server has not handed over by then is lost: a person looks."""
SOUND, SOUND_TYPE = "message.wav", "audio/wav"
"""How the sound lies among the files of its message."""
ERASED_AT_ONCE = 100
SPOKEN_MS_MIN = 700
"""Who says less than this has left no message."""


def begins(tx: Transaction, *, contact_id: int, queue_id: int | None, motive_id: int | None) -> None:
    """The caller is about to speak, for this queue."""
    contact = tx.contact(contact_id)
    if contact.state is ContactState.RECEIVED:
        tx.store.calls.update(contact_id, {"mailbox": {"queue_id": queue_id, "motive_id": motive_id}})
        tx.store.timers.set(TIMER, contact_id, tx.now_ms + LOST_AFTER_MS)


def kept(tx: Transaction, *, contact_id: int, sound: bytes | None, spoken_ms: int) -> None:
    """What was recorded of them: a message, or nothing at all. A repeat changes nothing."""
    contact, call = tx.contact(contact_id), tx.store.calls.get(contact_id)
    if call is None or call.mailbox is None or contact.state is not ContactState.RECEIVED:
        return
    tx.store.timers.clear(contact_id, TIMER)
    if sound is None or spoken_ms < SPOKEN_MS_MIN:
        tx.store.calls.update(contact_id, {"mailbox": None})
        tx.note_event(contact, "no_message")
        abandoned(tx, contact, silent=False)
        return
    customer = tx.store.customers.get(contact.customer_id)
    text = said("voicemail", contact.language, {"seconds": round(spoken_ms / 1000)})
    message = NewMessage(
        "in",
        "customer",
        author_name="" if customer is None else customer.name,
        author_id=contact.customer_id,
        text=text,
        files=(NewFile(SOUND, SOUND_TYPE, sound),),
    )
    tx.customer_wrote(contact, message, dedupe_key=f"voicemail:{contact_id}")
    _queued(tx, contact_id)


def lost(tx: Transaction, contact: Contact) -> None:
    """No sound ever came of it: somebody is to see that they called all the same."""
    call = tx.store.calls.get(contact.id)
    if contact.state is not ContactState.RECEIVED or call is None or call.mailbox is None:
        return
    if call.up:
        tx.store.timers.set(TIMER, contact.id, tx.now_ms + LOST_AFTER_MS)
        return
    tx.note_event(contact, "message_lost")
    _queued(tx, contact.id)


def _queued(tx: Transaction, contact_id: int) -> None:
    call = tx.store.calls.get(contact_id)
    assert call is not None and call.mailbox is not None, "they left a message"
    where = call.mailbox
    tx.store.calls.update(contact_id, {"mailbox": None})
    call_queued(tx, contact_id=contact_id, queue_id=where["queue_id"], motive_id=where["motive_id"])


def erase_due(tx: Transaction) -> int:
    """Erases the sound of messages whose time is over, a few at once; how many."""
    return _erased(tx, tx.store.calls.messages_due(tx.now_ms, ERASED_AT_ONCE))


def erase_of_customer(tx: Transaction, *, customer_id: int) -> int:
    """Erases the sound of all messages of a customer; how many."""
    return _erased(tx, tx.store.calls.messages_of(customer_id))


def _erased(tx: Transaction, contacts: Sequence[int]) -> int:
    for contact_id in contacts:
        tx.store.calls.drop_message(contact_id)
        tx.note_event(tx.contact(contact_id), "voicemail_erased")
    return len(contacts)
