"""What a supervisor does from the board. Each act is one transaction with its entry in the audit trail."""

from collections.abc import Mapping, Sequence
from typing import Any

from affluent.centre import presence
from affluent.centre.administration.ports import AuditEntry
from affluent.centre.handing_on import KEPT_FOR_NAMED_MS
from affluent.centre.hub import BoardChanged, NoticesChanged
from affluent.centre.queueing import enqueue
from affluent.centre.records import Contact
from affluent.centre.refusals import Invalid, NotFound, Refusal
from affluent.centre.transaction import TooLate, Transaction
from affluent.centre.wall import Right, Viewer
from affluent.facts.contact import ContactReassigned
from affluent.facts.instants import DAY_MS, MINUTE_MS
from affluent.facts.states import LIVE, AgentState, ContactState

NOTICE_CHARS_MAX = 500
NOTICE_MS_MAX = 7 * DAY_MS
REASON_CHARS_MAX = 200


def note(
    tx: Transaction,
    viewer: Viewer,
    action: str,
    noun: str,
    noun_id: int,
    brands: Sequence[int] | None,
    after: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
) -> None:
    """The act's entry in the audit trail."""
    was = None if before is None else dict(before)
    entry = AuditEntry(tx.now_ms, viewer.account_id, action, noun, noun_id, brands, was, dict(after))
    tx.store.supervision.note(entry)


def reassign(
    tx: Transaction,
    *,
    viewer: Viewer,
    contact_id: int,
    queue_id: int | None = None,
    agent_id: int | None = None,
    now: bool = False,
    reason: str = "",
) -> dict[str, int | None]:
    """Puts a contact in another queue or names an agent for it, wherever it stands; its place is kept.

    The one act for it, whether from the board or on many contacts at once. `now` wants an agent who is ready; what
    somebody else has in hand is taken with a reason only. Returns where it was: what an undo asks for. Raises
    `NotFound` behind the wall, `TooLate` for one that has ended, `Invalid` for who cannot serve it.
    """
    viewer.require(Right.SUPERVISE)
    contact = tx.contact(contact_id)
    viewer.behind_wall(contact.brand_id)
    if contact.state not in LIVE:
        raise TooLate("too_late", state=contact.state.value)
    held = contact.state in (ContactState.IN_HAND, ContactState.SLEEPING)
    if held and contact.agent_id != viewer.account_id and not reason.strip():
        raise Invalid("reason_needed", "reason")
    target = _target_queue(tx, contact, queue_id, agent_id)
    if agent_id is not None:
        _check_named(tx, contact, target, agent_id, now=now)
    was = {"queue_id": contact.queue_id, "agent_id": contact.agent_id}
    to_name = tx.store.settings.account_name(agent_id) if agent_id is not None else tx.queue(target).name
    reason = reason.strip()[:REASON_CHARS_MAX]
    tx.note_event(contact, "reassigned", by=viewer.name, to=to_name, reason=reason)
    tx.store.timers.clear(contact.id)
    fact = ContactReassigned(
        tx.now_ms, contact.id, contact.agent_id, viewer.account_id, target, agent_id, reason
    )
    moved = tx.emit(fact, chat_state=None)
    enqueue(
        tx,
        moved,
        target,
        place_ms=contact.arrived_ms,
        kept_for=agent_id,
        kept_until_ms=tx.now_ms + KEPT_FOR_NAMED_MS if agent_id is not None else None,
        fresh_target=target != contact.queue_id,
    )
    after = {"queue_id": target, "agent_id": agent_id, "reason": reason}
    note(tx, viewer, "reassign", "contacts", contact.id, [contact.brand_id], after, was)
    return was


def _target_queue(tx: Transaction, contact: Contact, queue_id: int | None, agent_id: int | None) -> int:
    target = queue_id if queue_id is not None else contact.queue_id
    if target is None or (queue_id is None and agent_id is None and contact.state is ContactState.WAITING):
        raise Invalid("transfer_to_one", "queue_id")
    queue = tx.queue(target)
    if queue.brand_id != contact.brand_id:
        raise NotFound("not_found")
    if queue.medium is not contact.medium:
        raise Refusal("queue_of_other_medium")
    return target


def _check_named(tx: Transaction, contact: Contact, queue_id: int, agent_id: int, *, now: bool) -> None:
    if not tx.store.settings.account_serves(agent_id, contact.brand_id):
        raise NotFound("not_found")
    state = tx.store.people.presence(agent_id).state
    if state is AgentState.OFFLINE:
        raise Refusal("agent_not_there", "agent_id")
    if now and state is not AgentState.READY:
        raise Refusal("agent_not_ready", "agent_id")
    if not serves(tx, agent_id, queue_id):
        raise Refusal("agent_lacks_skill", "agent_id")


def serves(tx: Transaction, agent_id: int, queue_id: int) -> bool:
    """Whether an agent has what the queue requires, and room for its medium at all."""
    policy = tx.store.settings.policy()
    queue = next((one for one in policy.queues if one.id == queue_id), None)
    agent = next((one for one in policy.agents if one.id == agent_id), None)
    if queue is None or agent is None or not agent.limits.get(queue.medium):
        return False
    return all(agent.skills.get(need.skill, 0) >= need.level for need in queue.skills if need.required)


def set_presence(
    tx: Transaction, *, viewer: Viewer, agent_id: int, state: str, reason: str | None, text: str = ""
) -> None:
    """Sends an agent away or home. Their open chats and mails go back to the line when they are sent home."""
    viewer.require(Right.SUPERVISE)
    colleague(tx, viewer, agent_id)
    if state not in (AgentState.AWAY.value, AgentState.OFFLINE.value):
        raise Invalid("unknown_presence", "state")
    before = tx.store.people.presence(agent_id)
    if before.state is AgentState.OFFLINE:
        raise TooLate("agent_not_there")
    presence.set_presence(tx, agent_id=agent_id, state=state, reason=reason)
    after = {"state": state, "reason": reason, "text": text.strip()[:REASON_CHARS_MAX]}
    was = {"state": before.state.value, "reason": before.reason}
    note(tx, viewer, "presence", "agents", agent_id, viewer.brand_filter(), after, was)


def colleague(tx: Transaction, viewer: Viewer, agent_id: int) -> None:
    """Raises `NotFound` for someone who serves none of the viewer's brands."""
    if not tx.store.supervision.readers([agent_id], None, viewer.brand_filter()):
        raise NotFound("not_found")


def send_notice(
    tx: Transaction,
    *,
    viewer: Viewer,
    text: str,
    until_ms: int,
    team_id: int | None = None,
    agent_id: int | None = None,
) -> int:
    """Tells a team, one agent or everyone something; it stays on their desks until read, at most until then."""
    viewer.require(Right.SUPERVISE)
    text = text.strip()
    if not text:
        raise Invalid("empty_message", "text")
    if len(text) > NOTICE_CHARS_MAX:
        raise Invalid("text_too_long", "text", most=NOTICE_CHARS_MAX)
    if not tx.now_ms < until_ms <= tx.now_ms + NOTICE_MS_MAX:
        raise Invalid("until_out_of_range", "until_ms")
    if team_id is not None:
        team = tx.store.supervision.team_brand(team_id)
        if team is None or not viewer.sees(team[0]):
            raise NotFound("not_found")
    brands = viewer.brand_filter()
    named = None if agent_id is None else [agent_id]
    readers = [
        one for one in tx.store.supervision.readers(named, team_id, brands) if one != viewer.account_id
    ]
    if not readers:
        raise Refusal("nobody_to_tell")
    notice_id = tx.store.supervision.add_notice(
        by_id=viewer.account_id,
        now_ms=tx.now_ms,
        until_ms=until_ms,
        text=text,
        team_id=team_id,
        brands=brands,
        readers=readers,
    )
    after = {"text": text, "until_ms": until_ms, "team_id": team_id, "readers": len(readers)}
    note(tx, viewer, "send", "notices", notice_id, brands, after)
    tx.tell(NoticesChanged(tuple(readers)))
    tx.tell(BoardChanged("notices"))
    return notice_id


def read_notice(tx: Transaction, *, notice_id: int, account_id: int) -> None:
    """The person has read it. A second click changes nothing; raises `NotFound` for what was not sent to them."""
    if not tx.store.supervision.read_notice(notice_id, account_id, tx.now_ms):
        raise NotFound("not_found")
    tx.tell(NoticesChanged((account_id,)))
    tx.tell(BoardChanged("notices"))


def end_notice(tx: Transaction, *, viewer: Viewer, notice_id: int) -> None:
    """Takes a notice back: it leaves the desks where it is still shown."""
    viewer.require(Right.SUPERVISE)
    readers = tx.store.supervision.end_notice(notice_id, viewer.brand_filter(), tx.now_ms)
    if readers is None:
        raise NotFound("not_found")
    note(tx, viewer, "end", "notices", notice_id, viewer.brand_filter(), {"ended_ms": tx.now_ms})
    tx.tell(NoticesChanged(tuple(readers)))
    tx.tell(BoardChanged("notices"))


def see_alert(tx: Transaction, *, viewer: Viewer, alert_id: int) -> None:
    """The supervisor takes note of an alert: it no longer shouts, and stays until its cause is gone."""
    viewer.require(Right.SUPERVISE)
    brands = viewer.brand_filter()
    if not tx.store.supervision.see_alert(alert_id, brands, viewer.account_id, tx.now_ms):
        raise NotFound("not_found")
    tx.tell(BoardChanged("alerts"))


def until(tx: Transaction, until_ms: int, *, most_ms: int = DAY_MS * 14) -> int:
    """Checks the end of something temporary: a minute from now at the least."""
    if not tx.now_ms + MINUTE_MS <= until_ms <= tx.now_ms + most_ms:
        raise Invalid("until_out_of_range", "until_ms")
    return until_ms
