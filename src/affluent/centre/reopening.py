"""Taking an act back: a contact closed too early, a transfer that nobody has taken up yet."""

from affluent.centre import wrapping
from affluent.centre.queueing import back_to_line, open_queue
from affluent.centre.records import Contact
from affluent.centre.refusals import Forbidden, Refusal
from affluent.centre.transaction import TooLate, Transaction
from affluent.facts.contact import ContactReopened, ContactTaken, OfferWithdrawn
from affluent.facts.media import Medium
from affluent.facts.states import AgentState, ContactState


def reopen(tx: Transaction, *, contact_id: int, agent_id: int, supervises: bool = False) -> Contact:
    """Back into the hand of the one who asks: who had it last, or a supervisor.

    Raises `Forbidden` for anyone else, `TooLate` when it is not closed, `Refusal` when its chat has begun anew.
    """
    contact = tx.contact(contact_id)
    if contact.state is not ContactState.CLOSED:
        raise TooLate("not_closed", state=contact.state.value)
    if contact.last_agent_id != agent_id and not supervises:
        raise Forbidden("not_in_your_hand")
    if not tx.store.settings.account_serves(agent_id, contact.brand_id):
        raise Forbidden("forbidden")
    return _reopened(tx, contact, agent_id, agent_id)


def reopen_where_it_was(tx: Transaction, *, contact_id: int, by_id: int) -> Contact:
    """Back to who had it last while they are there, else to its line: how an act on many contacts is undone."""
    contact = tx.contact(contact_id)
    if contact.state is not ContactState.CLOSED:
        raise TooLate("not_closed", state=contact.state.value)
    last = contact.last_agent_id
    there = last is not None and tx.store.people.presence(last).state is not AgentState.OFFLINE
    if last is not None and there and tx.store.settings.account_serves(last, contact.brand_id):
        return _reopened(tx, contact, last, by_id)
    back = _reopened(tx, contact, by_id, by_id, to_line=True)
    back_to_line(tx, back, "reopened")
    return tx.contact(contact_id)


def _reopened(
    tx: Transaction, contact: Contact, agent_id: int, by_id: int, *, to_line: bool = False
) -> Contact:
    if contact.medium is Medium.CHAT and tx.store.chats.of_contact(contact.id) is None:
        raise Refusal("chat_began_anew")
    wrapping.over(tx, contact)
    due_ms = owed_ms = None
    if contact.awaiting == "us" and contact.target_ms is not None:
        owed_ms = contact.last_customer_ms or contact.arrived_ms
        queue = None if contact.queue_id is None else tx.store.settings.queue(contact.queue_id)
        target_ms = contact.target_ms
        due_ms = owed_ms + target_ms if queue is None else queue.due_ms(owed_ms, target_ms)
    tx.store.requests.update(contact.request_id, {"state": "open", "closed_ms": None})
    # On its way to the line it passes through nobody's capacity.
    queue_id = None if to_line else open_queue(tx, contact)
    fact = ContactReopened(tx.now_ms, contact.id, agent_id, by_id, queue_id, contact.arrived_ms)
    return tx.emit(fact, due_ms=due_ms, owed_ms=owed_ms)


def take_back(tx: Transaction, *, contact_id: int, agent_id: int) -> None:
    """Undoes one's own transfer while nobody has taken it up. Raises `TooLate` once somebody has."""
    contact = tx.contact(contact_id)
    if contact.last_agent_id != agent_id:
        raise Forbidden("not_in_your_hand")
    if contact.state is ContactState.OFFERED and contact.agent_id is not None:
        tx.emit(OfferWithdrawn(tx.now_ms, contact.id, contact.agent_id))
    elif contact.state not in (ContactState.WAITING, ContactState.RECEIVED):
        raise TooLate("too_late", state=contact.state.value)
    tx.note_event(contact, "transfer_undone", agent=tx.store.settings.account_name(agent_id))
    tx.store.timers.clear(contact.id, "chat_gone")
    tx.emit(ContactTaken(tx.now_ms, contact.id, agent_id))
