"""A silent chat customer: warned, then released from the agent's hand, then closed.

The times are the channel's settings, all counted from the agent's last answer.
"""

from affluent.centre.ending import abandoned, ended
from affluent.centre.records import Contact, NewMessage
from affluent.centre.transaction import Transaction
from affluent.facts.contact import ContactSlept
from affluent.facts.instants import MINUTE_MS
from affluent.facts.media import Medium, Outcome
from affluent.facts.states import ContactState

STEPS = {"chat_warn": "warn_after_ms", "chat_release": "release_after_ms", "chat_close": "close_after_ms"}
DEFAULTS_MS = {
    "warn_after_ms": 5 * MINUTE_MS,
    "release_after_ms": 10 * MINUTE_MS,
    "close_after_ms": 30 * MINUTE_MS,
    "gone_after_ms": 2 * MINUTE_MS,
    "reopen_within_ms": 24 * 60 * MINUTE_MS,
}
"""Starting values; each is a setting of the channel. 0 turns a step off."""


def setting_ms(tx: Transaction, contact: Contact, name: str) -> int:
    value = tx.channel(contact.channel_id).settings.get(name)
    return DEFAULTS_MS[name] if value is None else int(value)


def wait_ms(tx: Transaction, contact: Contact, kind: str) -> int:
    """How long a timer of this kind runs."""
    return setting_ms(tx, contact, STEPS.get(kind, "gone_after_ms"))


def agent_answered(tx: Transaction, contact: Contact) -> None:
    """The ball is with the customer: their silence is counted from here."""
    if contact.medium is not Medium.CHAT:
        return
    customer_active(tx, contact)
    for kind, setting in STEPS.items():
        _arm(tx, contact, kind, setting)


def customer_active(tx: Transaction, contact: Contact) -> None:
    """The customer wrote: nothing is counted any more."""
    if contact.medium is not Medium.CHAT:
        return
    tx.store.timers.clear(contact.id, *STEPS)
    if contact.chat_state is not None:
        tx.store.contacts.update(contact.id, {"chat_state": None})


def _arm(tx: Transaction, contact: Contact, kind: str, setting: str) -> None:
    wait_ms = setting_ms(tx, contact, setting)
    if wait_ms > 0:
        tx.store.timers.set(kind, contact.id, tx.now_ms + wait_ms)


def step(tx: Transaction, contact: Contact, kind: str) -> None:
    """One of the steps came due. Each checks the state anew: the timer may be a late one."""
    match kind:
        case "chat_warn" if contact.state is ContactState.IN_HAND:
            tx.store.contacts.update(contact.id, {"chat_state": "warned"})
            _say(tx, contact, "chat_warned")
        case "chat_release" if contact.state is ContactState.IN_HAND:
            assert contact.agent_id is not None
            tx.store.contacts.update(contact.id, {"chat_state": "released"})
            tx.emit(ContactSlept(tx.now_ms, contact.id, contact.agent_id, None))
        case "chat_close" if contact.state in (ContactState.IN_HAND, ContactState.SLEEPING):
            _say(tx, contact, "chat_closed")
            ended(tx, contact, Outcome.NO_REPLY, None)
        case _:
            pass


def _say(tx: Transaction, contact: Contact, code: str) -> None:
    event = {"code": code, "params": {}, "to_customer": True}
    tx.write(contact, NewMessage(direction="event", author_kind="system", event=event))


def watch_for_leaving(tx: Transaction, contact: Contact) -> None:
    """In line while its customer is not connected: after a while it is abandoned."""
    if contact.medium is not Medium.CHAT:
        return
    chat = tx.store.chats.of_contact(contact.id)
    if chat is not None and not chat.connected:
        _arm(tx, contact, "chat_gone", "gone_after_ms")


def gone(tx: Transaction, contact: Contact) -> None:
    """The customer went while waiting, without a word: abandoned in silence when they had written."""
    if contact.state in (ContactState.WAITING, ContactState.OFFERED, ContactState.RECEIVED):
        abandoned(tx, contact, silent=contact.wrote)
