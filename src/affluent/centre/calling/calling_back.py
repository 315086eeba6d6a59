"""A caller who would rather be called back: at their place in the line, or at an hour.

The contact waits on when the line is closed. Who takes it has their phone rung first, then the customer's.
"""

from dataclasses import dataclass

from affluent.centre import appointments
from affluent.centre.appointments import Asked
from affluent.centre.calling.call_hours import allowed, next_allowed, zones_of
from affluent.centre.calling.callback_rules import CallbackRules, callable_number, callback_rules
from affluent.centre.calling.records import CALLBACK, DIALLING, Call, CallUp
from affluent.centre.ending import ended
from affluent.centre.outbound_calls.calling_out import OUTBOUND, law_allows
from affluent.centre.promised_hours import free_hours
from affluent.centre.queueing import enqueue_promised, open_queue
from affluent.centre.records import Contact, NewMessage
from affluent.centre.refusals import Refusal
from affluent.centre.saying import said
from affluent.centre.transaction import TooLate, Transaction
from affluent.facts.appointment import AppointmentMade
from affluent.facts.call import CallbackAsked, CallDialled, CallEnded, CallNotReached, EndedBy
from affluent.facts.media import Medium, Outcome
from affluent.facts.states import ContactState

OFFERED_HOURS = 3
IN_LINE = (ContactState.WAITING, ContactState.OFFERED)
AT_WORK = (ContactState.OFFERED, ContactState.IN_HAND)


@dataclass(frozen=True, slots=True)
class Dialling:
    """A customer to be called now, and the number that they are shown."""

    number: str
    shown: str
    attempt: int


def hours_for(tx: Transaction, *, contact_id: int, number: str) -> tuple[int, ...]:
    """The next few hours at which this caller can be called back; none where their queue promises none."""
    contact = tx.contact(contact_id)
    queue = None if contact.queue_id is None else tx.store.settings.queue(contact.queue_id)
    if queue is None or queue.promises is None or contact.state is not ContactState.WAITING:
        return ()
    rules, zones = _rules(tx, contact), zones_of(number)
    held = tx.store.appointments.held(queue.id, tx.now_ms)
    free = free_hours(queue.promises, queue.hours, held, tx.now_ms)
    return tuple([at_ms for at_ms in free if allowed(rules.hours, zones, at_ms)][:OFFERED_HOURS])


def ask_callback(tx: Transaction, *, contact_id: int, number: str, hour_ms: int | None = None) -> Contact:
    """The caller is called back at `number`: at their place, or at an hour. A repeat changes nothing.

    Who is to be called back for this queue already is not called twice: the contact that stands in line for it is
    returned, and this one ends with its call.
    Raises `Refusal` for a number that is not called, and for an hour that is none of the queue's or is full;
    `TooLate` when somebody has them already.
    """
    contact = tx.contact(contact_id)
    call = tx.store.calls.get(contact_id)
    if call is None or contact.state not in IN_LINE:
        raise TooLate("too_late", state=contact.state.value)
    if call.dials:
        return contact
    if not callable_number(number):
        raise Refusal("number_not_called")
    stands = _asked_before(tx, contact, number)
    if stands is not None:
        # Where they want to be called is what they said last.
        tx.store.calls.update(stands.id, {"dial_number": number})
        tx.store.calls.update(contact_id, {"dial_why": CALLBACK})
        return stands
    if hour_ms is not None:
        _at_hour(tx, contact, hour_ms)
    else:
        tx.emit(CallbackAsked(tx.now_ms, contact_id))
    again = {"dial_number": number, "dial_why": CALLBACK, "dials": True, "attempts": 0}
    tx.store.calls.update(contact_id, again)
    return tx.contact(contact_id)


def _asked_before(tx: Transaction, contact: Contact, number: str) -> Contact | None:
    """Another contact in line for which this customer, or whoever has this number, is to be called back."""
    for call in tx.store.calls.to_dial():
        other = tx.contact(call.contact_id)
        same = other.customer_id == contact.customer_id or call.dial_number == number
        here = (other.brand_id, other.queue_id) == (contact.brand_id, contact.queue_id)
        if call.dial_why == CALLBACK and same and here and other.id != contact.id and other.state in IN_LINE:
            return other
    return None


def _at_hour(tx: Transaction, contact: Contact, hour_ms: int) -> None:
    if contact.state is not ContactState.WAITING:
        raise TooLate("too_late", state=contact.state.value)
    queue_id = contact.queue_id
    assert queue_id is not None, "it waits in a queue"
    promised = appointments.promised_in(tx, queue_id, contact.customer_id, Asked(hour_ms))
    tx.emit(CallbackAsked(tx.now_ms, contact.id, hour_ms))
    made = tx.emit(AppointmentMade(tx.now_ms, contact.id, queue_id, hour_ms))
    enqueue_promised(tx, made, queue_id, hour_ms)
    appointments.given(tx, contact.id, promised, Asked(hour_ms))


def _rules(tx: Transaction, contact: Contact) -> CallbackRules:
    return callback_rules(tx.channel(contact.channel_id).settings)


def to_call(tx: Transaction, *, contact_id: int | None = None) -> list[CallUp]:
    """The contacts whose customers are to be called for whoever has them, or is asked to take them, now."""
    found = tx.store.calls.to_dial()
    if contact_id is not None:
        one = tx.store.calls.get(contact_id)
        found = [one] if one is not None and one.dials else []
    stands = [CallUp(one, tx.contact(one.contact_id)) for one in found]
    return [one for one in stands if one.contact.state in AT_WORK]


def dialling(tx: Transaction, *, contact_id: int, agent_id: int) -> Dialling:
    """The customer is called now, for the agent who has the contact in hand: written before it is done.

    Raises `Refusal`: `too_late` when that is over, `not_now` outside the hours of calling.
    """
    contact, call = tx.contact(contact_id), tx.store.calls.get(contact_id)
    held = contact.state is ContactState.IN_HAND and contact.agent_id == agent_id
    if call is None or not call.dials or not held:
        raise TooLate("too_late", state=contact.state.value)
    if call.dial_why == CALLBACK:
        rules = _rules(tx, contact)
        if not allowed(rules.hours, zones_of(call.dial_number), tx.now_ms):
            raise Refusal("not_now")
    shown = call.to_number if call.direction == "in" else call.from_number
    if tx.store.calling_out.held():
        raise Refusal("not_now")
    if call.dial_why == OUTBOUND:
        law_allows(tx, contact, call, shown)
    attempt = call.attempts + 1
    again = {"leg": DIALLING, "attempts": attempt, "ended_ms": None, "ended_by": None, "answered_ms": None}
    tx.store.calls.update(contact_id, again)
    tx.emit(CallDialled(tx.now_ms, contact_id, agent_id, attempt))
    return Dialling(call.dial_number, shown, attempt)


def rings(tx: Transaction, *, contact_id: int, leg: str, server_id: int) -> None:
    """The customer's phone is being rung, on this line."""
    call = tx.store.calls.get(contact_id)
    if call is not None and call.dials:
        tx.store.calls.update(contact_id, {"leg": leg, "server_id": server_id})


def reached(tx: Transaction, *, contact_id: int) -> Contact:
    """The customer picked up."""
    call = tx.store.calls.get(contact_id)
    if call is not None and call.dials and call.up:
        tx.store.calls.update(contact_id, {"dials": False, "answered_ms": tx.now_ms})
    return tx.contact(contact_id)


def not_reached(tx: Transaction, *, contact_id: int, cause: str, rule: str = "") -> Contact:
    """They were not there, or could not be called: another attempt later, or the end.

    `rule` of the law that forbade it at the last moment, if one did: the contact says which. Nothing for a call that
    is over. Where the contact is not in hand any more, only its line is closed.
    """
    contact, call = tx.contact(contact_id), tx.store.calls.get(contact_id)
    if call is None or not call.dials:
        return contact
    tx.store.calls.update(contact_id, {"ended_ms": tx.now_ms, "ended_by": EndedBy.NOT_REACHED.value})
    if rule.startswith("call_"):
        tx.note_event(contact, "call_forbidden", rule=rule)
    if contact.state is not ContactState.IN_HAND or contact.agent_id is None:
        return contact
    again_ms = _again_ms(tx, contact, call, cause)
    queue_id = open_queue(tx, contact)
    if again_ms is None or queue_id is None:
        tx.store.calls.update(contact_id, {"dials": False})
        tx.emit(CallEnded(tx.now_ms, contact_id, EndedBy.NOT_REACHED))
        if call.dial_why == CALLBACK:
            _told_by_mail(tx, tx.contact(contact_id))
            ended(tx, tx.contact(contact_id), Outcome.UNREACHED, None)
        return tx.contact(contact_id)
    back = tx.emit(CallNotReached(tx.now_ms, contact_id, contact.agent_id, cause))
    enqueue_promised(tx, back, queue_id, again_ms)
    return tx.contact(contact_id)


def _told_by_mail(tx: Transaction, contact: Contact) -> None:
    """Tells a customer who was never there that we called, where a mail can reach them."""
    if tx.store.calls.has_mail(contact.customer_id) and tx.store.settings.channels_of(
        contact.brand_id, Medium.EMAIL
    ):
        text = said("unreached", contact.language)
        message = NewMessage(direction="out", author_kind="bot", text=text, delivery="pending")
        tx.promise("mail", message_id=tx.write(contact, message), contact=contact)


def _again_ms(tx: Transaction, contact: Contact, call: Call, cause: str) -> int | None:
    """When to try again; None for never. What an agent wanted to do they may do again themselves."""
    rules = _rules(tx, contact)
    if call.dial_why != CALLBACK or call.attempts >= rules.attempts:
        return None
    after_ms = tx.now_ms if cause == "not_now" else tx.now_ms + rules.every_ms
    return next_allowed(rules.hours, zones_of(call.dial_number), after_ms)


def stopped(tx: Transaction, *, contact_id: int) -> None:
    """The contact left the hand for which its customer was being called: that line is closed, and no attempt failed."""
    call, contact = tx.store.calls.get(contact_id), tx.contact(contact_id)
    if call is not None and call.dials and call.up and contact.medium is Medium.VOICE:
        tx.store.calls.update(contact_id, {"ended_ms": tx.now_ms, "ended_by": EndedBy.NOT_REACHED.value})
