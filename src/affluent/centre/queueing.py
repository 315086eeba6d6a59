"""Into a queue: its target, its due instant, and for whom the contact is kept."""

from dataclasses import dataclass, replace
from typing import Any

from affluent.centre import steering
from affluent.centre.classify import Features, classify
from affluent.centre.demanding import demanded, from_data
from affluent.centre.inactivity import watch_for_leaving
from affluent.centre.known_problems import problems as known_problems
from affluent.centre.opening import tell_if_closed
from affluent.centre.records import Contact, Queue
from affluent.centre.refusals import Refusal
from affluent.centre.transaction import Transaction
from affluent.centre.trials.drawing import draw, falls_to, queue_for
from affluent.facts.appointment import AppointmentMade
from affluent.facts.contact import ContactQueued, ContactReturned
from affluent.facts.instants import HOUR_MS
from affluent.facts.media import Medium
from affluent.facts.states import AgentState

KEPT_FOR_NAMED_MS = HOUR_MS


@dataclass(frozen=True, slots=True)
class Promised:
    """An hour that a contact is promised as it comes in, and the queue among whose hours it is."""

    queue_id: int
    hour_ms: int


def classify_and_queue(
    tx: Transaction,
    contact: Contact,
    features: Features,
    *,
    place_ms: int | None = None,
    promised: Promised | None = None,
    queue_id: int | None = None,
    motive_id: int | None = None,
) -> Contact:
    """Applies the brand's rules, then the channel's default queue. Its place is by its arrival, or as given.

    `queue_id`, `motive_id`: what the customer chose at the door, which no rule overrides.
    """
    found = classify(tx.store.settings.rules(contact.brand_id), features)
    found = replace(found, queue_id=queue_id or found.queue_id, motive_id=motive_id or found.motive_id)
    if found.motive_id is not None:
        tx.store.contacts.update(contact.id, {"motive_id": found.motive_id})
        tx.store.requests.update(contact.request_id, {"motive_id": found.motive_id})
    queue_id = found.queue_id
    if queue_id is None or tx.store.settings.queue(queue_id) is None:
        queue_id = open_queue(tx, contact)
    if queue_id is None:
        # Kept, visible and searchable, though nobody is asked to serve it: saving such a channel warns.
        tx.note_event(contact, "no_queue")
        return contact
    contact = tx.contact(contact.id)
    problem = known_problems.found(tx, contact, features.words, queue_id)
    if problem is not None:
        contact = known_problems.mark(tx, contact, problem, queue_id)
        queue_id = known_problems.queue_of(tx, problem, contact) or queue_id
    queue = tx.queue(queue_id)
    queue = queue_for(queue, falls_to(tx, contact, queue))
    kept_for = looked_after_by(tx, contact) or returning_to(tx, contact, queue)
    if promised is None:
        place_ms = contact.arrived_ms if place_ms is None else place_ms
        queued = enqueue(tx, contact, queue_id, place_ms=place_ms, kept_for=kept_for)
    else:
        contact = tx.emit(AppointmentMade(tx.now_ms, contact.id, promised.queue_id, promised.hour_ms))
        queued = enqueue_promised(tx, contact, queue_id, promised.hour_ms)
    if problem is not None:
        known_problems.tell(tx, queued, problem)
    if promised is not None:
        return tx.contact(queued.id)
    steering.offer(tx, tx.contact(queued.id))
    return tx.contact(queued.id)


def looked_after_by(tx: Transaction, contact: Contact) -> int | None:
    """The agent named on the customer's card, while that agent is there."""
    customer = tx.store.customers.get(contact.customer_id)
    named = None if customer is None else customer.named_agent_id
    if named is None or tx.store.people.presence(named).state is not AgentState.READY:
        return None
    return named


def returning_to(tx: Transaction, contact: Contact, queue: Queue) -> int | None:
    """The agent who last had a contact on this request, while that agent is there and it is not too long ago."""
    earlier = [
        one
        for one in tx.store.contacts.of_request(contact.request_id)
        if one.id != contact.id and one.last_agent_id
    ]
    if not earlier:
        return None
    last = max(earlier, key=lambda one: (one.arrived_ms, one.id))
    agent_id, since_ms = last.last_agent_id, last.last_customer_ms or last.arrived_ms
    if queue.last_agent_ms is not None and since_ms < tx.now_ms - queue.last_agent_ms:
        return None
    assert agent_id is not None
    return agent_id if tx.store.people.presence(agent_id).state is AgentState.READY else None


def enqueue_promised(tx: Transaction, contact: Contact, queue_id: int, hour_ms: int) -> Contact:
    """In line for an hour that a customer chose: its target is used up by then, so that it goes before others.

    Whoever looks after the customer is asked first, be they there now or not.
    """
    queue = tx.queue(queue_id)
    customer = tx.store.customers.get(contact.customer_id)
    named = None if customer is None else customer.named_agent_id
    return enqueue(
        tx,
        contact,
        queue_id,
        place_ms=hour_ms - queue.target_ms,
        kept_for=named,
        kept_until_ms=None if named is None else hour_ms + (queue.keep_ms or KEPT_FOR_NAMED_MS),
        promised_ms=hour_ms,
    )


def enqueue(
    tx: Transaction,
    contact: Contact,
    queue_id: int,
    *,
    place_ms: int,
    kept_for: int | None = None,
    kept_until_ms: int | None = None,
    fresh_target: bool = True,
    promised_ms: int | None = None,
) -> Contact:
    """Puts a received contact in line. Raises `Refusal` for a queue of another brand.

    `fresh_target` starts the target anew; a contact that comes back to the line keeps its due instant. Before
    `promised_ms` it is offered to nobody, and is due then.
    """
    queue = tx.queue(queue_id)
    if queue.brand_id != contact.brand_id:
        raise Refusal("queue_of_other_brand")
    tried = falls_to(tx, contact, queue)
    draw(tx, contact, queue)
    queue = queue_for(queue, tried)
    if kept_for is not None and kept_until_ms is None:
        kept_until_ms = tx.now_ms + queue.keep_ms if queue.keep_ms else None
        if kept_until_ms is None:
            kept_for = None
    demands = contact.demands
    if contact.queued_ms is None:
        demands = demanded(tx, contact, queue, tried)
    asked_ms = from_data(demands).target_ms
    also: dict[str, Any] = {}
    if promised_ms is not None:
        also = {"due_ms": promised_ms, "owed_ms": place_ms, "awaiting": "us"}
        also["target_ms"] = asked_ms or queue.target_ms
    elif fresh_target or contact.due_ms is None or contact.target_ms is None:
        from_ms = _owed_ms(tx, contact, place_ms)
        also = {"due_ms": queue.due_ms(from_ms, asked_ms), "owed_ms": from_ms, "awaiting": "us"}
        also["target_ms"] = asked_ms or queue.target_ms
    watch_for_leaving(tx, contact)
    # The queue answers for the wait in it: whatever came before was another's.
    entered_ms = tx.now_ms if contact.queued_ms is not None else contact.arrived_ms
    if contact.medium is Medium.VOICE and contact.queued_ms is None:
        # In the voice menu nobody waits.
        entered_ms = tx.now_ms
    if promised_ms is not None:
        entered_ms = promised_ms
    fact = ContactQueued(
        tx.now_ms,
        contact.id,
        queue_id,
        place_ms,
        kept_for,
        kept_until_ms,
        target_ms=asked_ms or queue.target_ms,
        due_ms=queue.due_ms(entered_ms, asked_ms),
        hours_edition=queue.hours_edition if queue.target_hours is not None else None,
        demands=demands,
        not_before_ms=promised_ms,
    )
    queued = tx.emit(fact, **also)
    tell_if_closed(tx, queued, queue)
    return queued


def _owed_ms(tx: Transaction, contact: Contact, place_ms: int) -> int:
    """Since when an answer is owed. Once it was answered, its first arrival owes nothing any more."""
    if contact.awaiting == "customer":
        return tx.now_ms
    return place_ms if contact.queued_ms is None or contact.owed_ms is None else contact.owed_ms


def back_to_line(tx: Transaction, contact: Contact, cause: str) -> None:
    """Its agent is gone: the contact is queued again where it stood, with its old due instant."""
    assert contact.agent_id is not None
    tx.note_event(contact, "returned_to_queue", cause=cause)
    tx.store.timers.clear(contact.id)
    returned = tx.emit(ContactReturned(tx.now_ms, contact.id, contact.agent_id, cause), chat_state=None)
    queue_id = open_queue(tx, contact)
    if queue_id is not None:
        enqueue(tx, returned, queue_id, place_ms=contact.arrived_ms, fresh_target=False)


def open_queue(tx: Transaction, contact: Contact) -> int | None:
    """Its queue, or its channel's when that one takes nothing any more; None when neither does."""
    for queue_id in (contact.queue_id, tx.channel(contact.channel_id).queue_id):
        if queue_id is not None and tx.store.settings.queue(queue_id) is not None:
            return queue_id
    return None
