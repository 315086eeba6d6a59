"""A phone that rang until the offer was over: nobody is at it, and the next call would ring in vain as well."""

from collections.abc import Iterable

from affluent.centre.transaction import Transaction
from affluent.facts.agent import AgentAway
from affluent.facts.media import Medium
from affluent.facts.states import AgentState
from affluent.routing import Decision, OfferExpired

MISSED, NO_PHONE = "missed", "no_phone"
"""Away: they let an offer pass; no telephone of theirs could be rung."""


def rang_in_vain(tx: Transaction, decisions: Iterable[Decision]) -> bool:
    """Sets away whoever let a call ring until its offer expired; whether there was anybody.

    Other media wait in silence: there an offer may expire without a word about who is there.
    """
    agents = sorted(
        {
            one.agent
            for one in decisions
            if isinstance(one, OfferExpired) and tx.contact(one.contact).medium is Medium.VOICE
        }
    )
    away = [one for one in agents if tx.store.people.presence(one).state is AgentState.READY]
    for agent_id in away:
        tx.emit_agent(AgentAway(tx.now_ms, agent_id, MISSED))
    return bool(away)
