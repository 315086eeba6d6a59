"""The journal, told again: through the table alone, with the rule that one contact is in one hand."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from affluent.facts.contact import ContactFact
from affluent.facts.states import ContactState, moved

FACTS: dict[str, type[ContactFact]] = {one.__name__: one for one in get_args(ContactFact)}
HANDED = {"OfferAccepted", "OfferDeclined", "OfferExpired", "OfferWithdrawn", "OfferPulledBack"}
LEAVES = {
    "ContactQueued",
    "OfferDeclined",
    "OfferExpired",
    "OfferWithdrawn",
    "OfferPulledBack",
    "ContactReturned",
    "ContactTransferred",
}


def replayed(facts: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """The state of each contact after all facts. Fails where the journal tells what cannot be."""
    states: dict[int, ContactState] = {}
    holders: dict[int, int | None] = {}
    beside: dict[int, set[int]] = {}
    in_line: dict[int, int | None] = {}
    for fact in facts:
        contact, kind = fact["contact_id"], fact["kind"]
        if kind not in FACTS:
            continue
        if contact in in_line:
            assert (kind, fact["agent_id"]) == ("ContactClosed", in_line.pop(contact)), (
                f"contact {contact}: answered in line, and not closed by whoever answered"
            )
        before = states.get(contact)
        states[contact] = moved(states.get(contact, ContactState.NEW), FACTS[kind])
        if states[contact] is not ContactState.IN_HAND:
            beside[contact] = set()
        helpers = beside.setdefault(contact, set())
        if kind == "AgentJoined":
            assert fact["agent_id"] not in (*helpers, holders.get(contact)), (
                f"contact {contact}: joined twice"
            )
            helpers.add(fact["agent_id"])
        if kind in ("AgentParted", "ContactHandedOver"):
            assert fact["agent_id"] in helpers, f"contact {contact}: {kind} of who takes no part"
            helpers.discard(fact["agent_id"])
        if kind == "ContactHandedOver":
            assert holders.get(contact) == fact["data"]["from_id"], f"contact {contact} given by another"
            holders[contact] = fact["agent_id"]
        if kind == "MessageAnswered" and before is ContactState.WAITING and holders.get(contact) is None:
            # Many are answered at once: one who waits is answered in line, and closed with that.
            in_line[contact] = fact["agent_id"]
        elif kind == "MessageAnswered":
            assert fact["agent_id"] in (*helpers, holders.get(contact)), (
                f"contact {contact}: answered by another"
            )
        if kind in HANDED or kind in ("ContactSlept", "ContactWoken"):
            assert holders.get(contact) == fact["agent_id"], f"contact {contact}: {kind} by another agent"
        if kind in ("ContactOffered", "ContactTaken"):
            assert holders.get(contact) is None, f"contact {contact} offered to two"
            holders[contact] = fact["agent_id"]
        elif kind in LEAVES:
            holders[contact] = None
    assert in_line == {}, "answered in line, and left there"
    return {contact: state.value for contact, state in states.items()}
