"""What can happen. An event changes the state and marks for whom; `settle` then offers what is possible.

Whoever calls has let time pass up to `now_ms` first (`time_passes`, `settle`), so that before each event no
waiting contact and agent could have been brought together.
"""

# Compiled code takes plain positional arguments only.

from affluent.routing.agenda import agent_of, next_due_ms, remind_agent, remind_contact, remove_first
from affluent.routing.choice import may_keep
from affluent.routing.compiled import compiled, inlined
from affluent.routing.hands import (
    note_deadline,
    note_room,
    overflows_at_ms,
    put_in_hand,
    report,
    take_from_hand,
)
from affluent.routing.limits import agent_comes_back
from affluent.routing.lines import join, kept_line, leave_line, offered_line
from affluent.routing.marks import mark_agent, mark_contact
from affluent.routing.offering import into_hand, start_waiting
from affluent.routing.parts import everybody_parts
from affluent.routing.refusals import drop_refusals, refuse
from affluent.routing.reserves import learn_member
from affluent.routing.settle import OUT_OF_SPACE
from affluent.routing.state import (
    EXPIRED_NOW,
    FAR,
    FREE,
    HELD,
    IN_HAND,
    NEVER,
    NOBODY,
    NOTHING,
    OFFERED,
    OFFLINE,
    OUTCOME_ROOM,
    OVERFLOWS_NOW,
    READY,
    RESUMED_NOW,
    SLEEPING,
    WAITING,
    WRAPPED_NOW,
    WRAPPING,
    State,
)
from affluent.routing.tables import learn_agent

NOTHING_DUE, SOME_DUE = 0, 2  # beside OUT_OF_SPACE


@compiled
def free_hand(k: State, now_ms: int, contact: int) -> None:
    """Takes a contact from all hands that hold it: those agents may have room now."""
    everybody_parts(k, now_ms, contact)
    agent = take_from_hand(k, now_ms, contact)
    if agent != NOBODY:
        mark_agent(k, agent)


@inlined
def forget(k: State, contact: int) -> None:
    drop_refusals(k, contact, FAR)
    k.queues.contacts[k.contacts.queue[contact]] -= 1
    k.contacts.place[contact] = FREE
    k.contacts.deadline_ms[contact] = FAR


@compiled
def enter(
    k: State,
    contact: int,
    identity: int,
    queue: int,
    arrived_ms: int,
    entered_ms: int,
    kept_for: int,
    kept_until_ms: int,
) -> None:
    """Writes a new contact into a free row."""
    contacts = k.contacts
    contacts.identity[contact] = identity
    contacts.queue[contact] = queue
    k.queues.contacts[queue] += 1
    contacts.arrived_ms[contact] = arrived_ms
    contacts.entered_ms[contact] = entered_ms
    contacts.agent[contact] = NOBODY
    contacts.holds[contact] = 0
    contacts.kept_for[contact] = kept_for
    contacts.kept_until_ms[contact] = kept_until_ms
    contacts.deadline_ms[contact] = FAR
    contacts.refusals[contact] = NOTHING
    contacts.parts[contact] = NOTHING


@compiled
def contact_waits(k: State, now_ms: int, contact: int) -> None:
    """An entered contact takes its place in line, and is offered if an agent is there."""
    start_waiting(k, now_ms, contact)
    mark_contact(k, contact)


@compiled
def contact_held(k: State, contact: int, until_ms: int) -> None:
    """An entered contact was promised for later: nobody is looked for before `until_ms`."""
    k.contacts.place[contact] = HELD
    remind_contact(k, contact, until_ms)


@compiled
def contact_adopted(
    k: State, now_ms: int, contact: int, agent: int, place: int, expires_ms: int, counted: int
) -> None:
    """An entered contact is where a database says, without any decision."""
    contacts = k.contacts
    if place == WAITING:
        start_waiting(k, now_ms, contact)
        note_deadline(k, now_ms, contact)
        return
    if place == HELD:
        contact_held(k, contact, expires_ms)
        return
    idle_since_ms = k.agents.idle_since_ms[agent]
    contacts.place[contact] = place
    contacts.agent[contact] = agent
    if counted == 1:
        put_in_hand(k, idle_since_ms, contact, agent)
    if place == OFFERED:
        join(k, contact)
    if place in (OFFERED, WRAPPING):
        remind_contact(k, contact, expires_ms)


@compiled
def contact_leaves(k: State, now_ms: int, contact: int) -> None:
    """Withdrawn or closed, wherever it was: a hand that held it is free."""
    if k.contacts.place[contact] == WAITING or k.contacts.place[contact] == OFFERED:
        leave_line(k, contact)
    free_hand(k, now_ms, contact)
    forget(k, contact)


@compiled
def offer_accepted(k: State, contact: int) -> None:
    agent = k.contacts.agent[contact]
    leave_line(k, contact)
    k.contacts.place[contact] = IN_HAND
    k.contacts.kept_for[contact] = NOBODY
    k.contacts.deadline_ms[contact] = FAR
    k.agents.offered[agent, k.queues.medium[k.contacts.queue[contact]]] -= 1
    note_room(k, agent)
    drop_refusals(k, contact, FAR)


@compiled
def set_aside(k: State, agent: int, until_ms: int) -> None:
    """Wholly, never shortening what is set already."""
    if until_ms > k.agents.aside_until_ms[agent]:
        k.agents.aside_until_ms[agent] = until_ms
        remind_agent(k, agent, until_ms)
        note_room(k, agent)


@compiled
def offer_fails(k: State, now_ms: int, contact: int, wholly: int) -> None:
    """The contact regains its place; the agent is set aside, wholly or from this contact only."""
    aside_ms = k.queues.aside_ms[k.contacts.queue[contact]]
    agent = k.contacts.agent[contact]
    leave_line(k, contact)
    free_hand(k, now_ms, contact)
    k.contacts.kept_for[contact] = NOBODY
    start_waiting(k, now_ms, contact)
    if aside_ms > 0 and wholly == 1:
        set_aside(k, agent, now_ms + aside_ms)
    elif aside_ms > 0:
        refuse(k, contact, agent, now_ms + aside_ms)
    mark_contact(k, contact)


@compiled
def change_queue(k: State, now_ms: int, contact: int, queue: int) -> None:
    k.queues.contacts[k.contacts.queue[contact]] -= 1
    k.queues.contacts[queue] += 1
    k.contacts.queue[contact] = queue
    k.contacts.entered_ms[contact] = now_ms


@compiled
def contact_moves(
    k: State, now_ms: int, contact: int, queue: int, arrived_ms: int, kept_for: int, kept_until_ms: int
) -> None:
    """Passed on, to a queue or to a person. Who passes it on is set aside from it."""
    contacts = k.contacts
    if contacts.place[contact] == WAITING or contacts.place[contact] == OFFERED:
        leave_line(k, contact)
    giver = contacts.agent[contact]
    free_hand(k, now_ms, contact)
    change_queue(k, now_ms, contact, queue)
    contacts.arrived_ms[contact] = arrived_ms
    contacts.kept_for[contact] = kept_for
    contacts.kept_until_ms[contact] = kept_until_ms
    drop_refusals(k, contact, FAR)
    if giver not in (NOBODY, kept_for) and k.queues.aside_ms[queue] > 0:
        refuse(k, contact, giver, now_ms + k.queues.aside_ms[queue])
    start_waiting(k, now_ms, contact)
    mark_contact(k, contact)


@compiled
def contact_taken(k: State, now_ms: int, contact: int, agent: int) -> None:
    """A person takes a contact by hand, whatever room there is."""
    if k.contacts.place[contact] == WAITING or k.contacts.place[contact] == OFFERED:
        leave_line(k, contact)
    free_hand(k, now_ms, contact)
    into_hand(k, now_ms, contact, agent)


@compiled
def contact_overflows(k: State, now_ms: int, contact: int, queue: int) -> None:
    """A waiting contact goes on to another queue, at its place by arrival there."""
    leave_line(k, contact)
    change_queue(k, now_ms, contact, queue)
    start_waiting(k, now_ms, contact)
    mark_contact(k, contact)


@compiled
def contact_wraps(k: State, now_ms: int, contact: int, until_ms: int) -> None:
    """The customer has gone; the agent's hand stays full until the work after the contact is done."""
    everybody_parts(k, now_ms, contact)
    k.contacts.place[contact] = WRAPPING
    remind_contact(k, contact, until_ms)


@compiled
def contact_sleeps(k: State, now_ms: int, contact: int, frees: int) -> None:
    k.contacts.place[contact] = SLEEPING
    if frees == 1:
        free_hand(k, now_ms, contact)
    else:
        everybody_parts(k, now_ms, contact)


@compiled
def contact_wakes(k: State, now_ms: int, contact: int, agent: int) -> None:
    """Back to the agent's hand if there is room or reserve; else it waits, kept for the agent a while."""
    contacts = k.contacts
    queue = contacts.queue[contact]
    medium = k.queues.medium[queue]
    last = contacts.agent[contact]
    if contacts.holds[contact] == 1 and last == agent:
        contacts.place[contact] = IN_HAND
        report(k, RESUMED_NOW, contact, agent, now_ms)
        return
    free_hand(k, now_ms, contact)
    limit = k.agents.limit[agent, medium] + k.agents.extra[agent, medium] + k.rules.reserve[0]
    if k.agents.presence[agent] == READY and k.agents.in_hand[agent, medium] < limit:
        contacts.place[contact] = IN_HAND
        report(k, RESUMED_NOW, contact, agent, now_ms)
        put_in_hand(k, now_ms, contact, agent)
    else:
        contacts.kept_for[contact] = agent
        contacts.kept_until_ms[contact] = now_ms + k.queues.keep_ms[queue]
        start_waiting(k, now_ms, contact)
        mark_contact(k, contact)


@compiled
def agent_ready(k: State, now_ms: int, agent: int) -> None:
    if k.agents.presence[agent] != READY:
        k.agents.presence[agent] = READY
        k.agents.idle_since_ms[agent] = now_ms
    k.agents.aside_until_ms[agent] = 0
    note_room(k, agent)
    mark_agent(k, agent)


@compiled
def set_free(k: State, now_ms: int, contact: int) -> None:
    """What was offered to, or kept for, an agent who has gone is for anyone again."""
    leave_line(k, contact)
    take_from_hand(k, now_ms, contact)
    k.contacts.kept_for[contact] = NOBODY
    start_waiting(k, now_ms, contact)
    mark_contact(k, contact)


@compiled
def agent_leaves(k: State, now_ms: int, agent: int, presence: int) -> None:
    """Away or offline: offers end; what was kept for one who is offline is kept no more."""
    k.agents.presence[agent] = presence
    note_room(k, agent)
    offered, kept = offered_line(k, agent), kept_line(k, agent)
    while k.lines.head[offered] != NOTHING:
        contact = k.lines.head[offered]
        report(k, EXPIRED_NOW, contact, agent, now_ms)
        set_free(k, now_ms, contact)
    while presence == OFFLINE and k.lines.head[kept] != NOTHING:
        set_free(k, now_ms, k.lines.head[kept])


@compiled
def agent_changes(k: State, now_ms: int, agent: int) -> None:
    """Other rules for an agent: what is offered to, or kept for, one who may no longer have it is set free."""
    learn_agent(k, agent)
    learn_member(k, agent)
    note_room(k, agent)
    contact = k.lines.head[offered_line(k, agent)]
    while contact != NOTHING:
        after = k.contacts.behind[contact]
        if k.agents.opens_at[agent, k.contacts.queue[contact]] == NEVER:
            report(k, EXPIRED_NOW, contact, agent, now_ms)
            set_free(k, now_ms, contact)
        contact = after
    contact = k.lines.head[kept_line(k, agent)]
    while contact != NOTHING:
        after = k.contacts.behind[contact]
        if not may_keep(k, contact, agent):
            set_free(k, now_ms, contact)
        contact = after
    mark_agent(k, agent)


@compiled
def deadline_passes(k: State, now_ms: int, row: int) -> None:
    """An agent is no longer set aside, or has the usual limits again; an offer or a wrap-up ends, a promised
    hour comes; or a contact that waits may find more agents, or goes to another queue.
    """
    if row < 0:
        agent_comes_back(k, now_ms, agent_of(row))
        return
    contacts = k.contacts
    if contacts.place[row] == OFFERED:
        report(k, EXPIRED_NOW, row, contacts.agent[row], now_ms)
        offer_fails(k, now_ms, row, 1)
        return
    if contacts.place[row] == WRAPPING:
        report(k, WRAPPED_NOW, row, contacts.agent[row], now_ms)
        contact_leaves(k, now_ms, row)
        return
    if contacts.place[row] == HELD:
        contacts.entered_ms[row] = now_ms
        contact_waits(k, now_ms, row)
        return
    drop_refusals(k, row, now_ms)
    if contacts.kept_for[row] != NOBODY and contacts.kept_until_ms[row] <= now_ms:
        leave_line(k, row)
        start_waiting(k, now_ms, row)
    if contacts.kept_for[row] == NOBODY and overflows_at_ms(k, row) <= now_ms:
        # The agenda may hold the same instant twice.
        contacts.deadline_ms[row] = FAR
        report(k, OVERFLOWS_NOW, row, NOBODY, now_ms)
    else:
        mark_contact(k, row)


@compiled
def time_passes(k: State, now_ms: int) -> int:
    """All that is due happens: what is possible then is offered by urgency, not in the order of deadlines.

    NOTHING_DUE; SOME_DUE if anything happened; OUT_OF_SPACE if more is due than can be reported: call again.
    """
    found = NOTHING_DUE
    while next_due_ms(k) <= now_ms:
        if len(k.outcomes.table) - k.outcomes.size[0] < OUTCOME_ROOM:
            return OUT_OF_SPACE
        row = k.agenda.row[0]
        remove_first(k.agenda)
        deadline_passes(k, now_ms, row)
        found = SOME_DUE
    return found
