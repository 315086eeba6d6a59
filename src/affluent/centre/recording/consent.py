"""Whether a call may be recorded: drawn, announced, not refused. Nothing is recorded before that."""

from dataclasses import dataclass

from affluent.centre.recording.rules import RecordingRules, drawn, recording_rules
from affluent.centre.records import Contact
from affluent.centre.refusals import Forbidden
from affluent.centre.transaction import Transaction
from affluent.facts.states import ContactState

ANNOUNCED, REFUSED = "announced", "refused"


@dataclass(frozen=True, slots=True)
class Beginning:
    """A recording that may begin now, and until when it is kept."""

    contact_id: int
    brand_id: int
    purpose: str
    begun_ms: int
    keep_until_ms: int


def _rules(tx: Transaction, contact: Contact) -> RecordingRules:
    return recording_rules(tx.channel(contact.channel_id).settings)


def is_drawn(tx: Transaction, *, contact_id: int) -> bool:
    """Whether its caller is to be told that they may be recorded: not twice, and not who refused."""
    contact, call = tx.contact(contact_id), tx.store.calls.get(contact_id)
    return call is not None and not call.consent and drawn(contact_id, _rules(tx, contact).percent)


def announced(tx: Transaction, *, contact_id: int) -> None:
    """The caller heard all of it."""
    call = tx.store.calls.get(contact_id)
    if call is not None and not call.consent:
        tx.store.calls.update(contact_id, {"consent": ANNOUNCED})


def refused(tx: Transaction, *, contact_id: int) -> None:
    """The caller does not want it: nothing of this call is recorded. Nothing for who heard of none."""
    contact, call = tx.contact(contact_id), tx.store.calls.get(contact_id)
    if call is not None and call.consent != REFUSED and drawn(contact_id, _rules(tx, contact).percent):
        tx.store.calls.update(contact_id, {"consent": REFUSED})
        tx.note_event(contact, "recording_refused")


def begins(tx: Transaction, *, contact_id: int) -> Beginning | None:
    """The recording that may begin now that an agent is with the caller; None when none may."""
    contact, call = tx.contact(contact_id), tx.store.calls.get(contact_id)
    rules = _rules(tx, contact)
    agreed = call is not None and call.consent == ANNOUNCED and rules.percent > 0
    if not agreed or contact.state is not ContactState.IN_HAND or not rules.of_queue(contact.queue_id):
        return None
    tx.note_event(contact, "recording_begun")
    keep_until_ms = tx.now_ms + rules.keep_ms
    return Beginning(contact_id, contact.brand_id, rules.purpose, tx.now_ms, keep_until_ms)


def paused(tx: Transaction, *, contact_id: int, agent_id: int, on: bool) -> None:
    """Its agent has the recording fall silent, while a card's number is said, or has it go on."""
    contact = tx.contact(contact_id)
    if contact.agent_id != agent_id or contact.state is not ContactState.IN_HAND:
        raise Forbidden("not_in_your_hand")
    name = tx.store.settings.account_name(agent_id)
    tx.note_event(contact, "recording_paused" if on else "recording_resumed", agent=name)
