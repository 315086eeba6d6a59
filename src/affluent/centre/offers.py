"""The agent answers an offer, or pulls a waiting contact by hand."""

from collections.abc import Callable

from affluent.centre.demanding import from_data
from affluent.centre.records import Contact
from affluent.centre.refusals import Forbidden, Invalid, NotFound, Refusal
from affluent.centre.transaction import TooLate, Transaction
from affluent.facts.contact import ContactTaken, OfferAccepted, OfferDeclined
from affluent.facts.states import ContactState
from affluent.routing.policy import can_serve, demanding


def _offered_to(tx: Transaction, contact_id: int, agent_id: int) -> Contact:
    contact = tx.contact(contact_id)
    if contact.state is not ContactState.OFFERED or contact.agent_id != agent_id:
        raise TooLate("offer_gone")
    return contact


def accept(tx: Transaction, *, contact_id: int, agent_id: int) -> None:
    """Takes the contact in hand. A second click changes nothing; raises `TooLate` when the offer moved on."""
    contact = tx.contact(contact_id)
    if contact.state is ContactState.IN_HAND and contact.agent_id == agent_id:
        return
    _offered_to(tx, contact_id, agent_id)
    tx.emit(OfferAccepted(tx.now_ms, contact_id, agent_id))


def decline(tx: Transaction, *, contact_id: int, agent_id: int, reason: str = "") -> None:
    """The contact keeps its place; this agent is not asked again for a while.

    `reason` is a code that administrators keep, or nothing. Raises `Invalid` for any other.
    """
    _offered_to(tx, contact_id, agent_id)
    if reason and not tx.store.settings.decline_reason_usable(reason):
        raise Invalid("no_such_reason", "reason")
    tx.emit(OfferDeclined(tx.now_ms, contact_id, agent_id, reason))


def take_next(tx: Transaction, *, queue_id: int, agent_id: int) -> int:
    """Pulls by hand what goes first of a queue; returns the contact.

    The higher tier first, then the larger share of its target used up, then the earlier arrival: as the engine goes
    about it. What is kept for somebody else, promised for later, or asks for more than the agent can is left there.
    Raises `NotFound` behind the wall, `Refusal` where nothing is taken by hand or nothing waits for this agent.
    """
    queue = tx.store.settings.queue(queue_id)
    if queue is None or not tx.store.settings.account_serves(agent_id, queue.brand_id):
        raise NotFound("not_found")
    if not queue.by_hand:
        raise Refusal("not_by_hand")
    policy = tx.store.settings.policy()
    rule = next((one for one in policy.queues if one.id == queue_id), None)
    agent = next((one for one in policy.agents if one.id == agent_id), None)
    if rule is not None and agent is not None:
        for one in sorted(tx.store.contacts.to_take(queue_id, agent_id, tx.now_ms), key=_first(tx.now_ms)):
            if can_serve(agent, demanding(rule, from_data(one.demands, policy.skills))):
                tx.emit(ContactTaken(tx.now_ms, one.id, agent_id))
                return one.id
    raise Refusal("nothing_to_take")


def _first(now_ms: int) -> Callable[[Contact], tuple[int, float, int, int]]:
    def key(one: Contact) -> tuple[int, float, int, int]:
        target_ms = one.target_ms or 1
        used = 0.0 if one.due_ms is None else (now_ms - (one.due_ms - target_ms)) / target_ms
        return -from_data(one.demands).tier, -used, one.arrived_ms, one.id

    return key


def take(tx: Transaction, *, contact_id: int, agent_id: int) -> None:
    """Pulls a waiting contact by hand, over the limits: a person saw a reason."""
    contact = tx.contact(contact_id)
    if contact.state is ContactState.OFFERED and contact.agent_id == agent_id:
        accept(tx, contact_id=contact_id, agent_id=agent_id)
        return
    if not tx.store.settings.account_serves(agent_id, contact.brand_id):
        raise Forbidden("forbidden")
    queue = None if contact.queue_id is None else tx.store.settings.queue(contact.queue_id)
    if queue is not None and not queue.by_hand:
        raise Refusal("not_by_hand")
    tx.emit(ContactTaken(tx.now_ms, contact_id, agent_id))
