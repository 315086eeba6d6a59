"""Transfer, sleep, wake and close: how a contact leaves an agent's hand."""

from affluent.centre.answering import held, note
from affluent.centre.ending import ended
from affluent.centre.queueing import KEPT_FOR_NAMED_MS, enqueue, open_queue
from affluent.centre.records import Contact
from affluent.centre.refusals import Invalid, NotFound, Refusal
from affluent.centre.transaction import TooLate, Transaction
from affluent.facts.contact import ContactPromised, ContactSlept, ContactTransferred, ContactWoken
from affluent.facts.instants import DAY_MS
from affluent.facts.media import CHOSEN_AT_CLOSE, SYNCHRONOUS, Outcome
from affluent.facts.states import AgentState, ContactState

SLEEP_MS_MAX = 366 * DAY_MS


def transfer(
    tx: Transaction,
    *,
    contact_id: int,
    agent_id: int,
    key: str,
    queue_id: int | None = None,
    to_agent_id: int | None = None,
    text: str = "",
) -> None:
    """Hands the contact to a queue or to a named agent who is there. It keeps its place by first arrival."""
    contact = held(tx, contact_id, agent_id)
    if (queue_id is None) == (to_agent_id is None):
        raise Invalid("transfer_to_one", "queue_id")
    if contact.state is ContactState.SLEEPING:
        raise TooLate("too_late", state=contact.state.value)
    target = queue_id if queue_id is not None else contact.queue_id
    if target is None:
        raise Invalid("transfer_to_one", "queue_id")
    queue = tx.queue(target)
    if queue.brand_id != contact.brand_id:
        raise NotFound("not_found")
    if queue.medium is not contact.medium:
        raise Refusal("queue_of_other_medium")
    if to_agent_id is not None:
        _check_named(tx, contact, to_agent_id, agent_id)
    if text.strip():
        note(tx, contact_id=contact_id, agent_id=agent_id, key=key, text=text)
    to_name = tx.store.settings.account_name(to_agent_id) if to_agent_id is not None else queue.name
    by = tx.store.settings.account_name(agent_id)
    tx.note_event(contact, "transferred", by=by, to=to_name)
    tx.store.timers.clear(contact.id)
    moved = tx.emit(ContactTransferred(tx.now_ms, contact_id, agent_id, queue_id, to_agent_id))
    enqueue(
        tx,
        moved,
        target,
        place_ms=contact.arrived_ms,
        kept_for=to_agent_id,
        kept_until_ms=tx.now_ms + KEPT_FOR_NAMED_MS if to_agent_id is not None else None,
        fresh_target=queue_id is not None and queue_id != contact.queue_id,
    )


def _check_named(tx: Transaction, contact: Contact, to_agent_id: int, agent_id: int) -> None:
    if to_agent_id == agent_id:
        raise Invalid("transfer_to_self", "agent_id")
    if not tx.store.settings.account_serves(to_agent_id, contact.brand_id):
        raise NotFound("not_found")
    if tx.store.people.presence(to_agent_id).state is AgentState.OFFLINE:
        raise Refusal("agent_not_there", "agent_id")


def sleep(tx: Transaction, *, contact_id: int, agent_id: int, until_ms: int | None) -> None:
    """Sets the contact aside until an instant or until the customer writes, whichever comes first.

    Raises `Refusal` for a medium whose customer is there, waiting: they would wait for nobody.
    """
    contact = held(tx, contact_id, agent_id)
    if contact.medium in SYNCHRONOUS:
        raise Refusal("customer_waits")
    if until_ms is not None:
        if not tx.now_ms < until_ms <= tx.now_ms + SLEEP_MS_MAX:
            raise Invalid("sleep_until_future", "until_ms")
        tx.store.timers.set("wake", contact_id, until_ms)
    tx.emit(ContactSlept(tx.now_ms, contact_id, agent_id, until_ms))


def promise(tx: Transaction, *, contact_id: int, agent_id: int, promised_ms: int | None) -> None:
    """Promises the customer an hour: the engine holds the contact until then, and its target is used up by then.

    Then it is offered to this agent first, and to others when they are not there: a promise is the centre's.
    Raises `Refusal` for a medium whose customer is there, waiting.
    """
    contact = held(tx, contact_id, agent_id)
    if contact.medium in SYNCHRONOUS:
        raise Refusal("customer_waits")
    if contact.state is not ContactState.IN_HAND:
        raise TooLate("too_late", state=contact.state.value)
    if promised_ms is None or not tx.now_ms < promised_ms <= tx.now_ms + SLEEP_MS_MAX:
        raise Invalid("sleep_until_future", "until_ms")
    queue_id = open_queue(tx, contact)
    if queue_id is None:
        raise Refusal("no_queue_holds")
    queue = tx.queue(queue_id)
    tx.store.timers.clear(contact.id)
    promised = tx.emit(ContactPromised(tx.now_ms, contact.id, agent_id, promised_ms))
    enqueue(
        tx,
        promised,
        queue_id,
        place_ms=promised_ms - (contact.target_ms or queue.target_ms),
        kept_for=agent_id,
        kept_until_ms=promised_ms + (queue.keep_ms or KEPT_FOR_NAMED_MS),
        promised_ms=promised_ms,
    )


def wake(tx: Transaction, *, contact_id: int, agent_id: int, cause: str = "agent") -> None:
    """Back into the hand of its agent."""
    held(tx, contact_id, agent_id)
    tx.store.timers.clear(contact_id, "wake")
    tx.emit(ContactWoken(tx.now_ms, contact_id, agent_id, cause))


def close(
    tx: Transaction,
    *,
    contact_id: int,
    agent_id: int,
    outcome: str,
    motive_id: int | None = None,
    key: str = "",
    text: str = "",
) -> None:
    """Ends the contact with its outcome; a resolved one resolves its request."""
    contact = held(tx, contact_id, agent_id)
    if outcome not in {one.value for one in CHOSEN_AT_CLOSE}:
        raise Invalid("unknown_outcome", "outcome")
    if motive_id is not None and not tx.store.settings.motive_usable(motive_id, contact.brand_id):
        raise Invalid("unknown_motive", "motive_id")
    if text.strip():
        note(tx, contact_id=contact_id, agent_id=agent_id, key=key, text=text)
    ended(tx, contact, Outcome(outcome), agent_id, motive_id)
