"""A call from its first ring to its last: each step a use case that a repeat does no harm."""

from collections.abc import Mapping

from affluent.centre.calling.hanging_up import after_call, after_call_ms, call_up, end_call
from affluent.centre.calling.missing import MISSED, NO_PHONE
from affluent.centre.calling.numbers import told
from affluent.centre.calling.records import DIALLING, Arrived, ArrivingCall, Call, CallUp
from affluent.centre.chatting import closed_now
from affluent.centre.classify import Features
from affluent.centre.ending import abandoned, ended
from affluent.centre.identify import identify
from affluent.centre.queueing import back_to_line, classify_and_queue
from affluent.centre.receive import open_contact
from affluent.centre.records import Channel, Contact, Customer
from affluent.centre.refusals import Refusal
from affluent.centre.saying import said
from affluent.centre.transaction import Transaction
from affluent.facts.agent import AgentAway
from affluent.facts.call import CallHeld, CallMenuStepped, CallResumed, EndedBy
from affluent.facts.contact import OfferDeclined
from affluent.facts.media import Outcome
from affluent.facts.states import AgentState, ContactState

TIMER = "after_call"
KEEPS_PLACE = (EndedBy.VOICEMAIL, EndedBy.CALLBACK)
IN_LINE = (ContactState.RECEIVED, ContactState.WAITING, ContactState.OFFERED)
CHOICE_CHARS_MAX = 200


def call_arrived(tx: Transaction, *, call: ArrivingCall) -> Arrived:
    """Opens the contact of a caller, and queues it nowhere yet: the voice menu may come first.

    Raises `Refusal` while the channel takes none.
    """
    channel = tx.channel(call.channel_id)
    known = tx.store.journal.known(call.key)
    if known:
        contact = tx.contact(known)
        return _arrived(tx, contact, tx.store.customers.get(contact.customer_id), call.language)
    if not channel.active or closed_now(tx, channel.id):
        raise Refusal("channel_closed")
    customer = _caller(tx, channel, call)
    language = call.language or customer.language or str(channel.settings.get("language") or "fr")
    subject = said("call_from", language, {"number": told(call.from_number)})
    if not call.from_number:
        subject = said("call_withheld" if call.to_number else "call_from_page", language)
    contact = open_contact(tx, channel, customer, subject, language=language, dedupe_key=call.key)
    tx.store.calls.open(
        Call(contact.id, call.server_id, call.leg, call.from_number, call.to_number, "in", tx.now_ms)
    )
    return _arrived(tx, contact, customer, language)


def _caller(tx: Transaction, channel: Channel, call: ArrivingCall) -> Customer:
    """Who has this number; whoever withholds theirs is somebody new each time."""
    language = call.language or None
    if not call.from_number:
        return tx.store.customers.create(channel.brand_id, call.name[:120], language, tx.now_ms)
    return identify(tx, channel.brand_id, "phone", call.from_number, name=call.name[:120], language=language)


def _arrived(tx: Transaction, contact: Contact, customer: Customer | None, language: str) -> Arrived:
    return Arrived(
        contact,
        "" if customer is None else customer.name,
        None if customer is None else customer.segment,
        contact.language or language or "fr",
    )


def menu_stepped(
    tx: Transaction, *, contact_id: int, menu_id: int, version: int, step: str, choice: str = ""
) -> None:
    """The caller came through a step of the menu. Too late, when they have left, it is nothing."""
    if tx.contact(contact_id).state in IN_LINE:
        tx.emit(CallMenuStepped(tx.now_ms, contact_id, menu_id, version, step, choice[:CHOICE_CHARS_MAX]))


def spoken_language(tx: Transaction, *, contact_id: int, language: str) -> None:
    """The caller chose a language: the contact is in it."""
    tx.store.contacts.update(contact_id, {"language": language})


def call_queued(
    tx: Transaction,
    *,
    contact_id: int,
    queue_id: int | None = None,
    motive_id: int | None = None,
    said_words: str = "",
    values: Mapping[str, str] | None = None,
) -> Contact:
    """Puts a caller in line: in the queue that the menu names, else where the brand's rules or the channel lead.

    Their place counts from now: in the menu nobody waits. A call that is in line already stays there.
    """
    contact = tx.contact(contact_id)
    if contact.state is not ContactState.RECEIVED:
        return contact
    call = tx.store.calls.get(contact_id)
    customer = tx.store.customers.get(contact.customer_id)
    features = Features(
        contact.channel_id,
        "" if call is None else call.from_number,
        contact.language,
        said_words,
        dict(values or {}),
        None if customer is None else customer.segment,
    )
    classify_and_queue(tx, contact, features, place_ms=tx.now_ms, queue_id=queue_id, motive_id=motive_id)
    return tx.contact(contact_id)


def served_by_menu(tx: Transaction, *, contact_id: int) -> None:
    """The menu gave the caller what they wanted. Nothing once they asked for a person."""
    contact = tx.contact(contact_id)
    if contact.state is ContactState.RECEIVED:
        ended(tx, contact, Outcome.SELF_SERVED, None)


def answered(tx: Transaction, *, contact_id: int, agent_id: int) -> None:
    """An agent's phone is up, and both hear each other from now on."""
    contact = tx.contact(contact_id)
    call = call_up(tx, contact)
    if call is None or contact.agent_id != agent_id or (call.dials and call.leg == DIALLING):
        return
    if call.answered_ms is None or call.dials:
        tx.store.calls.update(contact_id, {"answered_ms": tx.now_ms, "dials": False})


def not_picked_up(tx: Transaction, *, contact_id: int, agent_id: int, there: bool = True) -> None:
    """The agent's phone rang in vain, was busy, or is not there: the contact keeps its place, the agent is away.

    `there`: whether it could be rung at all. An agent whose telephone is not registered is told that it is.
    """
    contact = tx.contact(contact_id)
    if contact.state is ContactState.OFFERED and contact.agent_id == agent_id:
        tx.emit(OfferDeclined(tx.now_ms, contact_id, agent_id, "no_answer"))
        _away(tx, agent_id, MISSED if there else NO_PHONE)


def agent_lost(
    tx: Transaction, *, contact_id: int, agent_id: int, cause: str = "phone_lost", there: bool = True
) -> None:
    """The line to the agent's phone was cut, or never came about: the caller stands first in line again."""
    contact = tx.contact(contact_id)
    if contact.state is ContactState.IN_HAND and contact.agent_id == agent_id:
        _away(tx, agent_id, MISSED if there else NO_PHONE)
        back_to_line(tx, contact, cause)


def _away(tx: Transaction, agent_id: int, reason: str) -> None:
    if tx.store.people.presence(agent_id).state is AgentState.READY:
        tx.emit_agent(AgentAway(tx.now_ms, agent_id, reason))


def call_over(tx: Transaction, *, contact_id: int, by: EndedBy) -> None:
    """The caller's line is closed: abandoned when nobody was there yet, else the work after the call begins.

    Who left a message in the mailbox waits on for somebody to hear it, who is to be called back for that.
    """
    contact = tx.contact(contact_id)
    call = call_up(tx, contact)
    if call is None:
        return
    if call.dials and contact.state is ContactState.IN_HAND:
        # We were calling them, and have just lost sight of it: they are called anew.
        tx.store.calls.update(contact_id, {"ended_ms": tx.now_ms, "ended_by": EndedBy.NOT_REACHED.value})
        return
    if call.dials:
        by = EndedBy.CALLBACK
    elif call.mailbox is not None:
        by = EndedBy.VOICEMAIL
    if call.asked_twice and contact.state in IN_LINE:
        end_call(tx, contact, EndedBy.CALLBACK)
        ended(tx, tx.contact(contact_id), Outcome.DUPLICATE, None)
    elif by in KEEPS_PLACE or contact.state not in IN_LINE:
        end_call(tx, contact, by)
    else:
        tx.store.calls.update(contact_id, {"ended_ms": tx.now_ms, "ended_by": by.value})
        abandoned(tx, contact, silent=False)
    if contact.state is ContactState.IN_HAND:
        tx.store.timers.set(TIMER, contact_id, tx.now_ms + after_call_ms(tx, contact))


def time_after_call_over(tx: Transaction, contact: Contact) -> None:
    """The agent had time enough for the work after the call: the contact ends."""
    if contact.state is ContactState.IN_HAND and after_call(tx, contact):
        tx.note_event(contact, "closed_by_time")
        ended(tx, contact, Outcome.RESOLVED, None)


def held(tx: Transaction, *, contact_id: int, agent_id: int) -> None:
    """The agent put the caller on hold."""
    _with_caller(tx, contact_id, agent_id)
    tx.emit(CallHeld(tx.now_ms, contact_id, agent_id))


def resumed(tx: Transaction, *, contact_id: int, agent_id: int) -> None:
    """The agent is with the caller again."""
    _with_caller(tx, contact_id, agent_id)
    tx.emit(CallResumed(tx.now_ms, contact_id, agent_id))


def _with_caller(tx: Transaction, contact_id: int, agent_id: int) -> None:
    contact = tx.contact(contact_id)
    if contact.agent_id != agent_id or contact.state is not ContactState.IN_HAND:
        raise Refusal("not_in_your_hand")
    if call_up(tx, contact) is None:
        raise Refusal("no_call")


def calls_up(tx: Transaction, *, server_id: int) -> list[CallUp]:
    """The calls of a server that are up as far as the centre knows."""
    return [CallUp(one, tx.contact(one.contact_id)) for one in tx.store.calls.up(server_id)]
