"""An offer is made, and offers that must go back for it do."""

from affluent.routing.agenda import remind_contact
from affluent.routing.choice import fits, may_keep
from affluent.routing.compiled import compiled, inlined
from affluent.routing.hands import put_in_hand, report, take_from_hand
from affluent.routing.lines import join, leave_line, offered_line
from affluent.routing.marks import mark_agent, mark_contact
from affluent.routing.refusals import drop_refusals
from affluent.routing.state import (
    FAR,
    IN_HAND,
    NOBODY,
    NOTHING,
    OFFERED,
    OFFERED_NOW,
    PULLED_NOW,
    WAITING,
    State,
)


@compiled
def start_waiting(k: State, now_ms: int, contact: int) -> None:
    """Puts a contact in its line, kept for an agent only as long as that can be."""
    contacts = k.contacts
    drop_refusals(k, contact, now_ms)
    kept_for = contacts.kept_for[contact]
    if kept_for != NOBODY and (
        contacts.kept_until_ms[contact] <= now_ms or not may_keep(k, contact, kept_for)
    ):
        contacts.kept_for[contact] = NOBODY
    contacts.place[contact] = WAITING
    contacts.agent[contact] = NOBODY
    contacts.deadline_ms[contact] = FAR
    join(k, contact)


@compiled
def last_to_pull(k: State, agent: int, medium: int) -> int:
    """Of the agent's unanswered offers that a medium pulls back, the one that came last; or NOTHING."""
    contact = k.lines.tail[offered_line(k, agent)]
    while contact != NOTHING:
        if k.media.pulls_back[medium, k.queues.medium[k.contacts.queue[contact]]] == 1:
            return contact
        contact = k.contacts.before[contact]
    return NOTHING


@compiled
def pull_back(k: State, now_ms: int, agent: int, medium: int) -> None:
    """Offers go back to their place, kept for the agent a while, until one more contact of a medium fits."""
    contacts = k.contacts
    pulled = NOTHING if fits(k, agent, medium, 1) else last_to_pull(k, agent, medium)
    while pulled != NOTHING:
        report(k, PULLED_NOW, pulled, agent, now_ms)
        leave_line(k, pulled)
        take_from_hand(k, now_ms, pulled)
        contacts.kept_for[pulled] = agent
        contacts.kept_until_ms[pulled] = now_ms + k.queues.keep_ms[contacts.queue[pulled]]
        start_waiting(k, now_ms, pulled)
        mark_contact(k, pulled)
        mark_agent(k, agent)
        pulled = NOTHING if fits(k, agent, medium, 1) else last_to_pull(k, agent, medium)


@compiled
def offer(k: State, now_ms: int, contact: int, agent: int) -> None:
    """Offers a contact to an agent; where offers are accepted at once, it is in hand."""
    queue = k.contacts.queue[contact]
    expires_ms = now_ms + k.queues.offer_ms[queue]
    if k.rules.pulls_back[0] == 1:
        pull_back(k, now_ms, agent, k.queues.medium[queue])
    report(k, OFFERED_NOW, contact, agent, expires_ms)
    leave_line(k, contact)
    if k.rules.at_once[0] == 1:
        into_hand(k, now_ms, contact, agent)
        return
    k.contacts.place[contact] = OFFERED
    put_in_hand(k, now_ms, contact, agent)
    join(k, contact)
    remind_contact(k, contact, expires_ms)


@inlined
def into_hand(k: State, now_ms: int, contact: int, agent: int) -> None:
    """A contact that stands in no line is in the agent's hand, without an offer that could end."""
    drop_refusals(k, contact, FAR)
    k.contacts.place[contact] = IN_HAND
    k.contacts.kept_for[contact] = NOBODY
    k.contacts.deadline_ms[contact] = FAR
    put_in_hand(k, now_ms, contact, agent)
