"""The work after a contact: for so long its agent's hand stays full, unless they say sooner that it is done."""

from affluent.centre.calling.hanging_up import after_call
from affluent.centre.records import Contact
from affluent.centre.refusals import Forbidden
from affluent.centre.transaction import TooLate, Transaction
from affluent.facts.contact import WrapUpEnded
from affluent.facts.states import AgentState, ContactState


def wrap_up_ms(tx: Transaction, contact: Contact, agent_id: int | None) -> int:
    """How long the hand of who closes the contact stays full; 0 when it was not in their hand."""
    if contact.state is not ContactState.IN_HAND or agent_id is None or contact.agent_id != agent_id:
        return 0
    if contact.queue_id is None or tx.store.people.presence(agent_id).state is AgentState.OFFLINE:
        return 0
    if after_call(tx, contact):
        # It was done since the call ended, within the same time.
        return 0
    queue = tx.store.settings.queue(contact.queue_id)
    return 0 if queue is None else queue.wrap_up_ms


def end_wrap_up(tx: Transaction, *, contact_id: int, agent_id: int) -> None:
    """The agent has done what there was to do. Raises `TooLate` when its time was over before."""
    contact = tx.contact(contact_id)
    if contact.agent_id != agent_id:
        raise Forbidden("not_in_your_hand")
    if contact.wraps_until_ms is None:
        raise TooLate("too_late", state=contact.state.value)
    over(tx, contact)


def over(tx: Transaction, contact: Contact) -> None:
    """Ends the work after a contact; nothing when there is none."""
    if contact.wraps_until_ms is not None and contact.agent_id is not None:
        tx.emit(WrapUpEnded(tx.now_ms, contact.id, contact.agent_id))


def leave_all(tx: Transaction, agent_id: int) -> None:
    """Who goes home wraps nothing up any more."""
    for contact in tx.store.contacts.wrapping(agent_id):
        over(tx, contact)
