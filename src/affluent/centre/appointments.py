"""An hour that a customer is promised at a door: asked for, moved, cancelled, reminded of.

One writer commits all of it, one command after the other: of two who ask for the last place of an hour, the second
finds it full and is told which hours are left. The hour is counted in the queue that the door showed, whichever queue
the rules send the contact to. Kept or broken is read from the facts.
"""

import secrets
from dataclasses import dataclass

from affluent.centre.answering import BY_MAIL
from affluent.centre.ending import abandoned
from affluent.centre.promised_hours import exists, free_hours
from affluent.centre.queueing import Promised, enqueue_promised
from affluent.centre.records import Appointment, Channel, Contact, NewMessage, Queue
from affluent.centre.refusals import Invalid, NotFound, Refusal
from affluent.centre.saying import hour_told, said, zone_known
from affluent.centre.transaction import TooLate, Transaction
from affluent.facts.appointment import AppointmentCancelled, AppointmentMoved
from affluent.facts.states import ContactState

TIMER = "appointment"
STANDING_MOST = 2
"""As many hours may one customer have before them: who asks for all of them leaves none to others."""
USUAL_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class Asked:
    """An hour that a customer asks for, and the time zone in which they read clocks; empty: the centre's."""

    hour_ms: int
    timezone: str = ""


def promised(tx: Transaction, channel: Channel, customer_id: int, asked: Asked | None) -> Promised | None:
    """The hour that is asked for at a door, if it can be promised; None where none is asked for.

    Raises `Invalid` for an hour that is none of the queue's, `Refusal` for one that is full: both say which are left.
    """
    if asked is None:
        return None
    if channel.queue_id is None:
        raise Refusal("no_hours_here", "promised_ms")
    return promised_in(tx, channel.queue_id, customer_id, asked)


def promised_in(tx: Transaction, queue_id: int, customer_id: int, asked: Asked) -> Promised:
    """An hour of this queue, if it can be promised. Raises as `promised` does."""
    queue = tx.store.settings.queue(queue_id)
    if queue is None or queue.promises is None:
        raise Refusal("no_hours_here", "promised_ms")
    _check(tx, queue, asked.hour_ms)
    if tx.store.appointments.standing(customer_id, tx.now_ms) >= STANDING_MOST:
        raise Refusal("hours_enough", "promised_ms", most=STANDING_MOST)
    return Promised(queue.id, asked.hour_ms)


def _check(tx: Transaction, queue: Queue, hour_ms: int) -> None:
    assert queue.promises is not None, "only a queue that promises hours is asked for one"
    held = tx.store.appointments.held(queue.id, tx.now_ms)
    known = exists(queue.promises, queue.hours, hour_ms, tx.now_ms)
    if known and held.get(hour_ms, 0) < queue.promises.most:
        return
    left = list(free_hours(queue.promises, queue.hours, held, tx.now_ms))
    if known:
        raise Refusal("hour_full", "promised_ms", hours_ms=left)
    raise Invalid("hour_unknown", "promised_ms", hours_ms=left)


def given(tx: Transaction, contact_id: int, made: Promised, asked: Asked) -> Appointment:
    """Keeps the hour of a contact that was just queued for it, tells its customer, and sets the reminder."""
    queue = tx.queue(made.queue_id)
    appointment = Appointment(
        contact_id,
        secrets.token_urlsafe(24),
        made.queue_id,
        made.hour_ms,
        _zone(asked.timezone, queue),
        tx.now_ms,
    )
    tx.store.appointments.make(appointment)
    _remind_later(tx, appointment, queue)
    _write(tx, tx.contact(contact_id), appointment, "made")
    return appointment


def move(tx: Transaction, *, token: str, hour_ms: int) -> None:
    """The customer chooses another hour. Raises as `promised` does, and `TooLate` once the first one came."""
    appointment, contact = _standing(tx, token)
    if hour_ms == appointment.hour_ms:
        return
    queue = tx.store.settings.queue(appointment.queue_id)
    if queue is None or queue.promises is None:
        raise Refusal("no_hours_here", "promised_ms")
    _check(tx, queue, hour_ms)
    assert contact.queue_id is not None, "it waits in a queue"
    fact = AppointmentMoved(tx.now_ms, contact.id, queue.id, appointment.hour_ms, hour_ms)
    enqueue_promised(tx, tx.emit(fact), contact.queue_id, hour_ms)
    tx.store.appointments.move(contact.id, hour_ms)
    moved = tx.store.appointments.of(contact.id)
    assert moved is not None, "it stood a moment ago"
    _remind_later(tx, moved, queue)
    _write(tx, tx.contact(contact.id), moved, "moved")


def cancel(tx: Transaction, *, token: str) -> None:
    """The customer needs us no more: the contact is over. Raises `TooLate` once its hour came."""
    appointment, contact = _standing(tx, token)
    tx.store.appointments.cancel(contact.id, tx.now_ms)
    left = tx.emit(AppointmentCancelled(tx.now_ms, contact.id, appointment.hour_ms))
    abandoned(tx, left, silent=False)


def remind(tx: Transaction, contact: Contact) -> None:
    """The hour comes soon. One that was moved, cancelled or taken up meanwhile is not reminded of."""
    appointment = tx.store.appointments.of(contact.id)
    if appointment is not None and _stands(tx, appointment, contact):
        _write(tx, contact, appointment, "reminder")


def _standing(tx: Transaction, token: str) -> tuple[Appointment, Contact]:
    appointment = tx.store.appointments.get(token)
    if appointment is None:
        raise NotFound("not_found")
    contact = tx.contact(appointment.contact_id)
    if not _stands(tx, appointment, contact):
        raise TooLate("appointment_over", state=contact.state.value)
    return appointment, contact


def _stands(tx: Transaction, appointment: Appointment, contact: Contact) -> bool:
    ahead = appointment.cancelled_ms is None and appointment.hour_ms > tx.now_ms
    return ahead and contact.state is ContactState.WAITING and contact.not_before_ms == appointment.hour_ms


def _zone(named: str, queue: Queue) -> str:
    if zone_known(named):
        return named
    return USUAL_ZONE if queue.hours is None else queue.hours["timezone"]


def _remind_later(tx: Transaction, appointment: Appointment, queue: Queue) -> None:
    tx.store.timers.clear(appointment.contact_id, TIMER)
    before_ms = None if queue.promises is None else queue.promises.remind_ms
    if before_ms is not None and appointment.hour_ms - before_ms > tx.now_ms:
        tx.store.timers.set(TIMER, appointment.contact_id, appointment.hour_ms - before_ms)


def _write(tx: Transaction, contact: Contact, appointment: Appointment, code: str) -> None:
    """A mail to the customer; where another house brings the contacts in, it tells them."""
    if contact.medium not in BY_MAIL or not (contact.reply_address or {}).get("to"):
        return
    hour = hour_told(appointment.hour_ms, appointment.timezone, contact.language)
    parts = [said(code, contact.language, {"hour": hour})]
    base = tx.store.settings.public_url()
    if base is not None:
        link = f"{base}/appointment/{appointment.token}"
        parts.append(said("change", contact.language, {"link": link}))
    text = "\n\n".join(parts)
    message_id = tx.write(
        contact, NewMessage(direction="out", author_kind="bot", text=text, delivery="pending")
    )
    tx.promise("mail", message_id=message_id, contact=contact)
