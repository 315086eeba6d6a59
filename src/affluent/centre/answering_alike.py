"""One answer to many who asked the same: each gets it in their own conversation, as if it had been written there."""

from affluent.centre.answering import reply, written
from affluent.centre.ending import ended
from affluent.centre.handing_on import wake
from affluent.centre.records import Contact
from affluent.centre.refusals import Forbidden, Invalid, Refusal
from affluent.centre.transaction import TooLate, Transaction
from affluent.centre.wall import Right, Viewer
from affluent.facts.contact import OfferWithdrawn
from affluent.facts.media import SYNCHRONOUS, Outcome
from affluent.facts.states import LIVE, ContactState


def answer_alike(tx: Transaction, viewer: Viewer, contact: Contact, *, key: str, text: str) -> None:
    """Answers one of them and resolves it. Who waits in line is answered there, and takes nobody's time.

    Raises `TooLate` for one that has ended, `Forbidden` for one in somebody else's hand, or for an agent who would
    answer past the line; `Refusal` for a customer who waits in a chat, and is owed a person.
    """
    if not text.strip():
        raise Invalid("empty_message", "text")
    if contact.state not in LIVE:
        raise TooLate("too_late", state=contact.state.value)
    if contact.state in (ContactState.IN_HAND, ContactState.SLEEPING):
        if contact.agent_id != viewer.account_id:
            raise Forbidden("not_in_your_hand")
        if contact.state is ContactState.SLEEPING:
            wake(tx, contact_id=contact.id, agent_id=viewer.account_id)
        reply(tx, contact_id=contact.id, agent_id=viewer.account_id, key=key, text=text)
    else:
        viewer.require(Right.SUPERVISE)
        if contact.medium in SYNCHRONOUS:
            raise Refusal("customer_waits")
        if contact.state is ContactState.OFFERED and contact.agent_id is not None:
            tx.emit(OfferWithdrawn(tx.now_ms, contact.id, contact.agent_id))
        elif contact.state is not ContactState.WAITING:
            raise TooLate("too_late", state=contact.state.value)
        written(tx, tx.contact(contact.id), viewer.account_id, key=key, text=text.strip())
    ended(tx, tx.contact(contact.id), Outcome.RESOLVED, viewer.account_id)
