"""What a supervisor does beside an agent: joins a contact, steps in, takes it over, allows more than the limits."""

from collections.abc import Mapping

from affluent.centre import consulting
from affluent.centre.parts import taking
from affluent.centre.records import Contact
from affluent.centre.refusals import Forbidden, Invalid, Refusal
from affluent.centre.supervising.supervising import colleague, note, until
from affluent.centre.transaction import TooLate, Transaction
from affluent.centre.wall import Right, Viewer
from affluent.facts.agent import LimitsLifted
from affluent.facts.instants import DAY_MS
from affluent.facts.media import Medium
from affluent.facts.states import ContactState
from affluent.facts.together import AgentJoined, Part, PartChanged

LIFTED_MOST = 20
"""Contacts over the limit that can be allowed at once: more is another limit, and a setting."""


def join(tx: Transaction, *, viewer: Viewer, contact_id: int, answers: bool = False) -> None:
    """Joins a contact that an agent has in hand, visibly to them: listens, or `answers` the customer as well.

    Once more with another `answers` changes how. Raises `Refusal` for one's own contact, `TooLate` when nobody has it.
    """
    contact = _in_hand(tx, viewer, contact_id)
    part = Part.CONFERENCE if answers else Part.SUPERVISION
    found = taking(contact, viewer.account_id)
    if contact.agent_id == viewer.account_id:
        raise Refusal("has_it")
    if found is not None and found.joined_ms is not None:
        if found.part is part:
            return
        tx.emit(PartChanged(tx.now_ms, contact.id, viewer.account_id, viewer.account_id, part))
    else:
        tx.emit(AgentJoined(tx.now_ms, contact.id, viewer.account_id, viewer.account_id, part))
    note(tx, viewer, "join", "contacts", contact.id, [contact.brand_id], {"part": part.value})


def take_over(tx: Transaction, *, viewer: Viewer, contact_id: int) -> None:
    """Takes over the contact that one has joined; its agent is free. Raises `Refusal` without its skills."""
    contact = _in_hand(tx, viewer, contact_id)
    found = taking(contact, viewer.account_id)
    if found is None or found.joined_ms is None:
        raise TooLate("takes_no_part")
    was = {"agent_id": contact.agent_id}
    consulting.give(tx, contact, viewer.account_id, viewer.account_id)
    after = {"agent_id": viewer.account_id}
    note(tx, viewer, "take_over", "contacts", contact.id, [contact.brand_id], after, was)


def _in_hand(tx: Transaction, viewer: Viewer, contact_id: int) -> Contact:
    viewer.require(Right.SUPERVISE)
    contact = tx.contact(contact_id)
    viewer.behind_wall(contact.brand_id)
    if not tx.store.settings.account_serves(viewer.account_id, contact.brand_id):
        raise Forbidden("forbidden")
    if contact.state is not ContactState.IN_HAND:
        raise TooLate("not_in_hand", state=contact.state.value)
    return contact


def lift_limits(
    tx: Transaction, *, viewer: Viewer, agent_id: int, extra: Mapping[str, int], until_ms: int
) -> None:
    """Allows an agent `extra` contacts over the limits, by medium, until an instant; what was lifted before is over.

    It ends by itself. Raises `Invalid` for a medium that the agent does not serve, or more than can be allowed.
    """
    viewer.require(Right.SUPERVISE)
    colleague(tx, viewer, agent_id)
    until(tx, until_ms, most_ms=DAY_MS)
    rule = tx.store.settings.agent_rule(agent_id)
    served = {} if rule is None else rule.limits
    lifted = {medium: most for medium, most in sorted(extra.items()) if most}
    if not lifted or any(not (served.get(one) and 0 < most <= LIFTED_MOST) for one, most in lifted.items()):
        raise Invalid("limits_not_lifted", "extra", most=LIFTED_MOST)
    _lift(tx, viewer, agent_id, {Medium(one).value: most for one, most in lifted.items()}, until_ms)


def end_lifting(tx: Transaction, *, viewer: Viewer, agent_id: int) -> None:
    """The usual limits hold again. When they do already nothing changes."""
    viewer.require(Right.SUPERVISE)
    colleague(tx, viewer, agent_id)
    there = tx.store.people.presence(agent_id)
    if there.lifted_until_ms is not None and there.lifted_until_ms > tx.now_ms:
        _lift(tx, viewer, agent_id, {}, tx.now_ms)


def _lift(tx: Transaction, viewer: Viewer, agent_id: int, extra: dict[str, int], until_ms: int) -> None:
    before = tx.store.people.presence(agent_id)
    was = {"extra": before.lifted, "until_ms": before.lifted_until_ms}
    tx.emit_limits(LimitsLifted(tx.now_ms, agent_id, extra, until_ms, viewer.account_id))
    after = {"extra": extra, "until_ms": until_ms}
    note(tx, viewer, "lift", "agents", agent_id, viewer.brand_filter(), after, was)
