"""Time comes in as a fact too: what is done when a contact's timer is due."""

from affluent.centre import appointments, consulting, inactivity
from affluent.centre.calling import calls, mailbox
from affluent.centre.calling.hanging_up import after_call_ms
from affluent.centre.queueing import back_to_line
from affluent.centre.transaction import Transaction
from affluent.facts.contact import ContactWoken
from affluent.facts.states import AgentState, ContactState


def fire(tx: Transaction, kind: str, contact_id: int) -> None:
    """Runs one due timer. A late one, whose contact has moved on, does nothing."""
    contact = tx.contact(contact_id)
    match kind:
        case "wake":
            if contact.state is not ContactState.SLEEPING:
                return
            assert contact.agent_id is not None
            if tx.store.people.presence(contact.agent_id).state is AgentState.OFFLINE:
                back_to_line(tx, contact, "woke_time")
            else:
                tx.emit(ContactWoken(tx.now_ms, contact.id, contact.agent_id, "time"))
        case consulting.TIMER:
            consulting.expire(tx, contact)
        case appointments.TIMER:
            appointments.remind(tx, contact)
        case calls.TIMER:
            calls.time_after_call_over(tx, contact)
        case mailbox.TIMER:
            mailbox.lost(tx, contact)
        case "chat_gone":
            inactivity.gone(tx, contact)
        case _:
            inactivity.step(tx, contact, kind)


def put_right(tx: Transaction) -> None:
    """No timer that counts from what happened stands further away than it would if it were set now.

    It does when it was set while the clock ran ahead. Only "wake" stands at an hour that somebody chose.
    """
    for kind, contact_id, due_ms in tx.store.timers.after(tx.now_ms):
        if kind == "wake":
            continue
        latest_ms = tx.now_ms + _longest_ms(tx, kind, contact_id)
        if due_ms > latest_ms:
            tx.store.timers.set(kind, contact_id, latest_ms)


def _longest_ms(tx: Transaction, kind: str, contact_id: int) -> int:
    if kind == consulting.TIMER:
        return consulting.INVITATION_MS
    if kind == calls.TIMER:
        return after_call_ms(tx, tx.contact(contact_id))
    if kind == mailbox.TIMER:
        return mailbox.LOST_AFTER_MS
    return inactivity.wait_ms(tx, tx.contact(contact_id), kind)
