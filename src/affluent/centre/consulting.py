"""Several agents on one contact: a colleague is asked in, comes or not, answers along, takes it over, leaves.

Whatever the medium: the customer sees none of it, but the answers of a conference. The contact stays in the hand of its
agent until that one hands it over; when it leaves the hand otherwise, everybody parts.
"""

from collections.abc import Collection
from dataclasses import replace

from affluent.centre.answering import held, note
from affluent.centre.demanding import from_data
from affluent.centre.parts import Taking, joined, taking, takings
from affluent.centre.records import Contact
from affluent.centre.refusals import Forbidden, Invalid, NotFound, Refusal
from affluent.centre.transaction import TooLate, Transaction
from affluent.facts.instants import SECOND_MS
from affluent.facts.media import Medium
from affluent.facts.states import AgentState, ContactState
from affluent.facts.together import (
    AgentJoined,
    AgentParted,
    ColleagueInvited,
    ContactHandedOver,
    InvitationEnd,
    InvitationEnded,
    Part,
    PartChanged,
    PartEnd,
)
from affluent.routing.policy import can_serve, demanding

INVITATION_MS = 45 * SECOND_MS
TIMER = "invitation"
PARTS_MAX = 8
ASKED_CHARS_MAX = 300
REASON_CHARS_MAX = 200
ASKABLE = frozenset({Part.CONSULT, Part.CONFERENCE})


def invite(
    tx: Transaction,
    *,
    contact_id: int,
    agent_id: int,
    key: str,
    part: Part = Part.CONSULT,
    colleague_id: int | None = None,
    team_id: int | None = None,
    skill_id: int | None = None,
    level: int = 1,
    text: str = "",
) -> None:
    """Asks a colleague by name, or whoever is ready of a team or with a skill: one after the other until one comes.

    `text` is what one asks them, as a note on the contact. Raises `Refusal` for somebody who is not there, who takes
    part already, or when nobody of the asked is ready; `NotFound` for whoever does not serve the brand.
    """
    contact = _in_hand(tx, contact_id, agent_id)
    if sum(one is not None for one in (colleague_id, team_id, skill_id)) != 1:
        raise Invalid("invite_one", "agent_id")
    if part not in ASKABLE:
        raise Invalid("unknown_part", "part")
    if len(takings(contact)) >= PARTS_MAX:
        raise Refusal("too_many_take_part", most=PARTS_MAX)
    if team_id is not None:
        team = tx.store.supervision.team_brand(team_id)
        if team is None or team[0] not in (None, contact.brand_id):
            raise NotFound("not_found")
    if colleague_id is not None:
        _check_named(tx, contact, colleague_id)
    if colleague_id is None and any(
        one.joined_ms is None and (one.team_id, one.skill_id, one.level) == (team_id, skill_id, level)
        for one in takings(contact)
    ):
        raise Refusal("asked_already")
    asked = Taking(
        colleague_id or 0,
        agent_id,
        part,
        team_id=team_id,
        skill_id=skill_id,
        level=level,
        asked=" ".join(text.split())[:ASKED_CHARS_MAX],
    )
    found = colleague_id if colleague_id is not None else _next(tx, contact, asked)
    if found is None:
        raise Refusal("nobody_ready")
    if text.strip():
        note(tx, contact_id=contact_id, agent_id=agent_id, key=key, text=text)
    _ask(tx, contact, found, asked)


def _check_named(tx: Transaction, contact: Contact, colleague_id: int) -> None:
    if colleague_id == contact.agent_id:
        raise Invalid("transfer_to_self", "agent_id")
    if taking(contact, colleague_id) is not None:
        raise Refusal("has_it", "agent_id")
    if not tx.store.settings.account_serves(colleague_id, contact.brand_id):
        raise NotFound("not_found")
    if tx.store.people.presence(colleague_id).state is AgentState.OFFLINE:
        raise Refusal("agent_not_there", "agent_id")


def _next(tx: Transaction, contact: Contact, asked: Taking) -> int | None:
    """Whose turn it is among those of the team or with the skill; None when nobody is left."""
    there = tx.store.people.at_hand(
        contact.brand_id, team_id=asked.team_id, skill_id=asked.skill_id, level=asked.level
    )
    out = {contact.agent_id, *asked.tried, *(one.agent_id for one in takings(contact))}
    return next((one for one in there if one not in out), None)


def _ask(tx: Transaction, contact: Contact, colleague_id: int, asked: Taking) -> None:
    invited = ColleagueInvited(
        tx.now_ms,
        contact.id,
        colleague_id,
        asked.by_id,
        asked.part,
        tx.now_ms + INVITATION_MS,
        asked.team_id,
        asked.skill_id,
        asked.level,
        asked.tried,
        asked.asked,
    )
    _remind(tx, tx.emit(invited))


def _remind(tx: Transaction, contact: Contact) -> None:
    """The timer of a contact stands at its earliest invitation."""
    due = [one.expires_ms for one in takings(contact) if one.expires_ms is not None]
    if due:
        tx.store.timers.set(TIMER, contact.id, min(due))
    else:
        tx.store.timers.clear(contact.id, TIMER)


def accept(tx: Transaction, *, contact_id: int, agent_id: int) -> None:
    """Comes. A second click changes nothing; raises `TooLate` when the invitation is over."""
    contact, invited = _invitation(tx, contact_id, agent_id)
    if invited.joined_ms is None:
        _remind(tx, tx.emit(AgentJoined(tx.now_ms, contact.id, agent_id, invited.by_id, invited.part)))


def decline(tx: Transaction, *, contact_id: int, agent_id: int, reason: str = "") -> None:
    """Does not come; of a team or with a skill, the next one is asked."""
    contact, invited = _invitation(tx, contact_id, agent_id)
    if invited.joined_ms is not None:
        raise TooLate("invitation_gone")
    _not_coming(tx, contact, invited, InvitationEnd.DECLINED, reason.strip()[:REASON_CHARS_MAX])


def _invitation(tx: Transaction, contact_id: int, agent_id: int) -> tuple[Contact, Taking]:
    contact = tx.contact(contact_id)
    found = taking(contact, agent_id)
    if found is None:
        raise TooLate("invitation_gone")
    return contact, found


def _not_coming(
    tx: Transaction, contact: Contact, invited: Taking, cause: InvitationEnd, reason: str = ""
) -> None:
    """An invitation ends; among anyone, the next one is asked, and the asker is told when nobody is left."""
    ended = InvitationEnded(tx.now_ms, contact.id, invited.agent_id, invited.by_id, cause, reason)
    contact = tx.emit(ended)
    if invited.for_anyone and cause is not InvitationEnd.WITHDRAWN:
        asked = replace(invited, tried=(*invited.tried, invited.agent_id))
        found = _next(tx, contact, asked)
        if found is not None:
            _ask(tx, contact, found, asked)
            return
        tx.note_event(contact, "nobody_came")
    _remind(tx, contact)


def expire(tx: Transaction, contact: Contact) -> None:
    """The timer of the contact's invitations came due: those whose time is over end."""
    for one in takings(contact):
        if one.expires_ms is None or one.joined_ms is not None:
            continue
        # One that lasts longer than any was asked while the clock ran ahead.
        if not tx.now_ms < one.expires_ms <= tx.now_ms + INVITATION_MS:
            _not_coming(tx, tx.contact(contact.id), one, InvitationEnd.EXPIRED)
    _remind(tx, tx.contact(contact.id))


def dismiss(tx: Transaction, *, contact_id: int, agent_id: int, colleague_id: int) -> None:
    """The contact's agent takes an invitation back, or thanks a colleague; or a colleague leaves by themselves.

    A supervisor who joined leaves when they want to: nobody sends them away.
    """
    contact = tx.contact(contact_id)
    found = taking(contact, colleague_id)
    own = colleague_id == agent_id
    if not own:
        _in_hand(tx, contact_id, agent_id)
    if found is None:
        # It was over before: a second click changes nothing.
        return
    if not own and found.part is Part.SUPERVISION:
        raise Forbidden("supervisor_stays")
    if found.joined_ms is None:
        _not_coming(tx, contact, found, InvitationEnd.DECLINED if own else InvitationEnd.WITHDRAWN)
        return
    cause = PartEnd.LEFT if own else PartEnd.REMOVED
    tx.emit(AgentParted(tx.now_ms, contact.id, colleague_id, agent_id, cause))


def change_part(tx: Transaction, *, contact_id: int, agent_id: int, colleague_id: int, part: Part) -> None:
    """The contact's agent lets a colleague answer the customer, or no longer."""
    contact = _in_hand(tx, contact_id, agent_id)
    if part not in ASKABLE:
        raise Invalid("unknown_part", "part")
    found = taking(contact, colleague_id)
    if found is None:
        raise TooLate("takes_no_part")
    if found.part is Part.SUPERVISION:
        raise Forbidden("supervisor_stays")
    if found.part is not part:
        tx.emit(PartChanged(tx.now_ms, contact.id, colleague_id, agent_id, part))


def hand_over(
    tx: Transaction, *, contact_id: int, agent_id: int, to_agent_id: int, key: str, text: str = ""
) -> None:
    """A warm transfer: a colleague who takes part has the contact from now on, and one is free.

    Raises `Refusal` when they lack a skill that it requires: they may help, and cannot have it.
    """
    contact = _in_hand(tx, contact_id, agent_id)
    found = taking(contact, to_agent_id)
    if found is None or found.joined_ms is None:
        raise TooLate("takes_no_part")
    if found.part is Part.SUPERVISION:
        raise Forbidden("supervisor_stays")
    if text.strip():
        note(tx, contact_id=contact_id, agent_id=agent_id, key=key, text=text)
    give(tx, contact, to_agent_id, agent_id)


def give(tx: Transaction, contact: Contact, to_agent_id: int, by_id: int) -> None:
    """The contact changes hands. Raises `Refusal` when the other one lacks a skill that it requires."""
    assert contact.agent_id is not None
    if not able(tx, contact, to_agent_id):
        raise Refusal("agent_lacks_skill", "agent_id")
    fact = ContactHandedOver(tx.now_ms, contact.id, to_agent_id, contact.agent_id, by_id)
    _remind(tx, tx.emit(fact))


def able(tx: Transaction, contact: Contact, agent_id: int) -> bool:
    """Whether the rules let an agent have the contact: its queue's skills, its own demands, a limit above zero."""
    policy = tx.store.settings.policy()
    queue = next((one for one in policy.queues if one.id == contact.queue_id), None)
    agent = next((one for one in policy.agents if one.id == agent_id), None)
    if queue is None or agent is None:
        return False
    return can_serve(agent, demanding(queue, from_data(contact.demands, policy.skills)))


def heir(tx: Transaction, contact: Contact) -> int | None:
    """Who goes on with it when its agent is gone: who answers the customer beside them, the first who came."""
    for one in joined(contact):
        there = tx.store.people.presence(one.agent_id).state is not AgentState.OFFLINE
        if one.part is Part.CONFERENCE and there and able(tx, contact, one.agent_id):
            return one.agent_id
    return None


def leave_all(tx: Transaction, agent_id: int, *, only: Collection[Medium] | None = None) -> None:
    """Who goes home takes part in nothing any more. `only`: in contacts of these media."""
    for contact in tx.store.contacts.beside(agent_id):
        found = taking(contact, agent_id)
        if found is not None and (only is None or contact.medium in only):
            part_from(tx, contact, found, PartEnd.OFFLINE)


def part_from(tx: Transaction, contact: Contact, found: Taking, cause: PartEnd) -> None:
    """Somebody is gone: what they took part in, or were asked to, goes on without them."""
    if found.joined_ms is None:
        _not_coming(tx, contact, found, InvitationEnd.GONE)
    else:
        tx.emit(AgentParted(tx.now_ms, contact.id, found.agent_id, found.agent_id, cause))


def _in_hand(tx: Transaction, contact_id: int, agent_id: int) -> Contact:
    contact = held(tx, contact_id, agent_id)
    if contact.state is not ContactState.IN_HAND:
        raise TooLate("too_late", state=contact.state.value)
    return contact
