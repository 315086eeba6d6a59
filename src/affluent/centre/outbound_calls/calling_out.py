"""An agent calls a customer: from their card, or again from a contact in hand. What a rule forbids is refused in words.

The rules are looked at twice: when the agent asks, so that they hear why not, and in `law_allows` at the instant in
which the number is dialled, which alone decides and writes the proof.
"""

from dataclasses import dataclass

from affluent.centre.calling import calls
from affluent.centre.calling.call_hours import country_of, zones_of
from affluent.centre.calling.callback_rules import callable_number
from affluent.centre.calling.numbers import number_of, told
from affluent.centre.calling.records import Call
from affluent.centre.outbound_calls.law import Forbidden, Law, Purpose, Said, as_written, forbidden, law_of
from affluent.centre.outbound_calls.records import Proof
from affluent.centre.queueing import enqueue_promised
from affluent.centre.receive import open_contact
from affluent.centre.records import Channel, Contact
from affluent.centre.refusals import Forbidden as NotAllowed
from affluent.centre.refusals import NotFound, Refusal
from affluent.centre.saying import said
from affluent.centre.transaction import Transaction
from affluent.facts.call import CallPlaced, EndedBy
from affluent.facts.contact import ContactTaken
from affluent.facts.instants import DAY_MS, MINUTE_MS
from affluent.facts.media import Medium
from affluent.facts.states import AgentState, ContactState

OUTBOUND = "outbound"
SOURCE_CHARS_MAX = 500
PAST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call that an agent wants to make. `key` makes a repeat harmless; `contact_id` is what it is about, if any."""

    key: str
    agent_id: int
    customer_id: int
    number: str
    purpose: Purpose
    contact_id: int | None = None


def may_call(tx: Transaction, *, brand_id: int, number: str, purpose: Purpose) -> Forbidden | None:
    """What forbids calling this number now; None when nothing does."""
    law = law_of(country_of(number), purpose)
    since_ms = tx.now_ms - max(PAST_DAYS, law.per_days) * DAY_MS
    known = tx.store.calling_out.known(brand_id, number, purpose, since_ms)
    return forbidden(law, known, zones_of(number), tx.now_ms)


def looked_at(
    tx: Transaction, *, customer_id: int, agent_id: int, number: str, purpose: Purpose
) -> Forbidden | None:
    """What forbids calling this number of a customer now; None when nothing does. Nothing changes."""
    customer = tx.store.customers.get(customer_id)
    if customer is None or not tx.store.settings.account_serves(agent_id, customer.brand_id):
        raise NotFound("not_found")
    if not callable_number(number) or not tx.store.calling_out.is_theirs(customer_id, number):
        return Forbidden("number_not_called")
    return may_call(tx, brand_id=customer.brand_id, number=number, purpose=purpose)


def _refuse(found: Forbidden | None) -> None:
    if found is not None:
        raise Refusal(found.code, "number", until_ms=found.until_ms, **(found.params or {}))


def place(tx: Transaction, *, wanted: Wanted) -> int:
    """The contact of the call, in the agent's hand; their phone rings next. A repeat of the key returns the first.

    Raises `Refusal` with the rule that forbids it, `number_not_called` for a number that is none or not theirs,
    `no_line_out` where the brand has no telephone, `not_ready` for an agent who is not there.
    """
    dedupe_key = f"call-out:{wanted.agent_id}:{wanted.key}"
    known = tx.store.journal.known(dedupe_key)
    if known:
        return known
    customer = tx.store.customers.get(wanted.customer_id)
    if customer is None or not tx.store.settings.account_serves(wanted.agent_id, customer.brand_id):
        raise NotFound("not_found")
    if tx.store.people.presence(wanted.agent_id).state is AgentState.OFFLINE:
        raise Refusal("not_at_work")
    channel = _line_out(tx, customer.brand_id)
    number = number_of(wanted.number, str(channel.settings.get("country") or "FR"))
    if not callable_number(number) or not tx.store.calling_out.is_theirs(customer.id, number):
        raise Refusal("number_not_called", "number")
    _refuse(may_call(tx, brand_id=customer.brand_id, number=number, purpose=wanted.purpose))
    about = None if wanted.contact_id is None else tx.contact(wanted.contact_id)
    if about is not None and about.customer_id != customer.id:
        raise NotFound("not_found")
    subject = said("call_to", customer.language, {"number": told(number)})
    contact = open_contact(
        tx,
        channel,
        customer,
        subject,
        language=customer.language,
        request_id=None if about is None else about.request_id,
        dedupe_key=dedupe_key,
    )
    _opened(tx, contact, channel, number, wanted)
    return contact.id


def _opened(tx: Transaction, contact: Contact, channel: Channel, number: str, wanted: Wanted) -> None:
    shown = str((channel.settings.get("numbers") or [""])[0])
    server_id = channel.settings.get("server_id") or tx.store.calling_out.a_server()
    if server_id is None or channel.queue_id is None:
        raise Refusal("no_line_out")
    row = Call(
        contact.id, int(server_id), "", shown, number, "out", tx.now_ms, ended_ms=tx.now_ms,
        ended_by=EndedBy.NOT_REACHED, dial_number=number, dial_why=OUTBOUND, dials=True, purpose=wanted.purpose,
    )  # fmt: skip
    tx.store.calls.open(row)
    placed = tx.emit(CallPlaced(tx.now_ms, contact.id, wanted.agent_id, wanted.purpose))
    # In line for a moment to come, and taken at once: it counts in the agent's hand and is offered to nobody.
    enqueue_promised(tx, placed, channel.queue_id, tx.now_ms + MINUTE_MS)
    tx.emit(ContactTaken(tx.now_ms, contact.id, wanted.agent_id))


def _line_out(tx: Transaction, brand_id: int) -> Channel:
    lines = tx.store.settings.channels_of(brand_id, Medium.VOICE)
    found = next((one for one in lines if one.queue_id is not None), None)
    if found is None:
        raise Refusal("no_line_out")
    return found


def again(tx: Transaction, *, contact_id: int, agent_id: int, purpose: Purpose = Purpose.SERVICE) -> None:
    """Calls the customer of a telephone contact in hand once more: after a message, a cut, a call in vain.

    Raises as `place`, `not_in_your_hand`, and `call_up` while somebody is on the line.
    """
    contact, call = tx.contact(contact_id), tx.store.calls.get(contact_id)
    if contact.agent_id != agent_id or contact.state is not ContactState.IN_HAND:
        raise NotAllowed("not_in_your_hand")
    if call is None:
        raise Refusal("no_call")
    if call.up or call.dials:
        raise Refusal("call_up")
    number = call.dial_number or (call.from_number if call.direction == "in" else call.to_number)
    if not callable_number(number):
        raise Refusal("number_not_called")
    _refuse(may_call(tx, brand_id=contact.brand_id, number=number, purpose=purpose))
    tx.store.timers.clear(contact_id, calls.TIMER)
    dialled = {"dial_number": number, "dial_why": OUTBOUND, "dials": True, "purpose": purpose.value}
    tx.store.calls.update(contact_id, {**dialled, "answered_ms": None})
    tx.emit(CallPlaced(tx.now_ms, contact_id, agent_id, purpose))


def law_allows(tx: Transaction, contact: Contact, call: Call, shown: str) -> None:
    """The last look, at the instant of dialling, and the proof. Raises `Refusal` with the rule that forbids it."""
    assert contact.agent_id is not None, "somebody has it in hand"
    number, purpose = call.dial_number, Purpose(call.purpose or Purpose.SERVICE)
    law: Law = law_of(country_of(number), purpose)
    since_ms = tx.now_ms - max(PAST_DAYS, law.per_days) * DAY_MS
    known = tx.store.calling_out.known(contact.brand_id, number, purpose, since_ms)
    _refuse(forbidden(law, known, zones_of(number), tx.now_ms))
    tx.store.calling_out.prove(
        Proof(
            contact.id, contact.brand_id, contact.agent_id, number, shown, purpose, tx.now_ms, as_written(law),
            known.said, known.said_id, known.listed,
        )
    )  # fmt: skip


def note(
    tx: Transaction,
    *,
    customer_id: int,
    number: str,
    purpose: Purpose,
    word: Said,
    source: str,
    agent_id: int,
) -> None:
    """A customer said whether they want to be called: from now on that holds for their number and this purpose.

    Who wants to be sold nothing may still be called about their own request; who opposes service calls opposes all.
    """
    customer = tx.store.customers.get(customer_id)
    if customer is None or not tx.store.settings.account_serves(agent_id, customer.brand_id):
        raise NotFound("not_found")
    if not tx.store.calling_out.is_theirs(customer_id, number):
        raise Refusal("number_not_called", "number")
    purposes = tuple(Purpose) if (purpose, word) == (Purpose.SERVICE, Said.OPPOSED) else (purpose,)
    for one in purposes:
        tx.store.calling_out.say(
            customer.brand_id, number, one, word, source[:SOURCE_CHARS_MAX], agent_id, tx.now_ms
        )
