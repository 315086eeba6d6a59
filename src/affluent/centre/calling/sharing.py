"""What a caller and an agent share during a call besides their voices, as its contact's timeline tells it."""

from affluent.centre.calling.hanging_up import call_up
from affluent.centre.transaction import Transaction
from affluent.facts.call import CallShared, CallShareEnded
from affluent.facts.states import ContactState


def share_begun(
    tx: Transaction, *, contact_id: int, agent_id: int, what: str, asked_by: str, shown_by: str
) -> None:
    """Both agreed. Nothing once the contact has left the hand: whoever had it is about to leave the call too."""
    contact = tx.contact(contact_id)
    if contact.state is ContactState.IN_HAND and call_up(tx, contact) is not None:
        tx.emit(CallShared(tx.now_ms, contact_id, agent_id, what, asked_by, shown_by))


def share_ended(
    tx: Transaction,
    *,
    contact_id: int,
    agent_id: int,
    what: str,
    shown_by: str,
    lasted_ms: int,
    ended_by: str,
) -> None:
    """It is over, wherever the contact stands by now."""
    tx.emit(CallShareEnded(tx.now_ms, contact_id, agent_id, what, shown_by, lasted_ms, ended_by))
