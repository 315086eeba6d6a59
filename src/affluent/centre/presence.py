"""Who is there: ready, away with a reason, or gone. The engine takes back the offers of those who leave."""

from affluent.centre import consulting, wrapping
from affluent.centre.queueing import back_to_line
from affluent.centre.records import Contact
from affluent.centre.refusals import Invalid
from affluent.centre.transaction import Transaction
from affluent.facts.agent import AgentAway, AgentOffline, AgentReady
from affluent.facts.media import SYNCHRONOUS
from affluent.facts.states import AgentState, ContactState

AWAY_REASONS = ("break", "lunch", "meeting", "training", "other", "missed", "no_phone")


def set_presence(tx: Transaction, *, agent_id: int, state: str, reason: str | None = None) -> None:
    """Changes an agent's presence. To be what one is already changes nothing."""
    now = tx.store.people.presence(agent_id)
    if state == now.state.value and (state != AgentState.AWAY.value or reason == now.reason):
        return
    match state:
        case "ready":
            tx.emit_agent(AgentReady(tx.now_ms, agent_id))
        case "away":
            if reason not in AWAY_REASONS:
                raise Invalid("unknown_reason", "reason")
            tx.emit_agent(AgentAway(tx.now_ms, agent_id, reason))
        case "offline":
            tx.emit_agent(AgentOffline(tx.now_ms, agent_id))
            leave_everything(tx, agent_id, "offline")
        case _:
            raise Invalid("unknown_presence", "state")


def connection_lost(tx: Transaction, *, agent_id: int) -> None:
    """The desk has been gone too long: waiting customers must not wait for nobody."""
    consulting.leave_all(tx, agent_id, only=SYNCHRONOUS)
    if tx.store.people.presence(agent_id).state is AgentState.OFFLINE:
        return
    tx.emit_agent(AgentOffline(tx.now_ms, agent_id))
    for contact in tx.store.contacts.of_agent(agent_id):
        if contact.state is ContactState.IN_HAND and contact.medium in SYNCHRONOUS:
            _goes_on(tx, contact, "connection_lost")
    wrapping.leave_all(tx, agent_id)


def leave_everything(tx: Transaction, agent_id: int, cause: str) -> None:
    """Contacts in hand go back to their lines; sleeping ones wake later, for whoever is there then."""
    for contact in tx.store.contacts.of_agent(agent_id):
        if contact.state is ContactState.IN_HAND:
            _goes_on(tx, contact, cause)
    consulting.leave_all(tx, agent_id)
    wrapping.leave_all(tx, agent_id)


def _goes_on(tx: Transaction, contact: Contact, cause: str) -> None:
    """With whoever answers its customer already, or back in line."""
    heir = consulting.heir(tx, contact)
    if heir is None:
        back_to_line(tx, contact, cause)
    else:
        consulting.give(tx, contact, heir, contact.agent_id or heir)
