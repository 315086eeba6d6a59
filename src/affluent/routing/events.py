"""What can happen. Each event changes the state, then `settle` offers until nobody waits who could be served.

An event leaves its outcomes in `k.outcomes`. Whoever calls has let time pass up to `now_ms` first
(`time_passes`), so that before each event no waiting contact and agent could have been brought together.
"""

# ruff: noqa: PLR0917
# Compiled code takes plain positional arguments only.

from affluent.routing.agenda import agent_of, next_due_ms, remind_agent, remind_contact, remove_first
from affluent.routing.bits import drop, put
from affluent.routing.choice import best_agent, best_contact, compare_contacts, has_room, may_keep
from affluent.routing.compiled import compiled
from affluent.routing.lines import join, kept_line, leave_line, offered_line
from affluent.routing.refusals import drop_refusals, first_refusal_end_ms, refuse
from affluent.routing.state import (
    EXPIRED_NOW,
    FAR,
    FREE,
    IN_HAND,
    NOBODY,
    NOTHING,
    OFFERED,
    OFFERED_NOW,
    OFFLINE,
    OUTCOME_ROOM,
    READY,
    RESUMED_NOW,
    SLEEPING,
    WAITING,
    State,
)


@compiled
def note_room(k: State, agent: int) -> None:
    """Keeps the sets of agents with room true."""
    for medium in range(len(k.media.units)):
        if has_room(k, agent, medium):
            put(k.agents.room[medium], agent)
        else:
            drop(k.agents.room[medium], agent)


@compiled
def note_deadline(k: State, now_ms: int, contact: int) -> None:
    """When must this waiting contact be looked at again? A stage opens, a keeping or a refusal ends."""
    contacts = k.contacts
    due_ms = first_refusal_end_ms(k, contact)
    if contacts.kept_for[contact] != NOBODY:
        due_ms = min(due_ms, contacts.kept_until_ms[contact])
    else:
        stages = k.queues.stage_after_ms[contacts.queue[contact]]
        for stage in range(1, len(stages)):
            if stages[stage] < FAR and contacts.arrived_ms[contact] + stages[stage] > now_ms:
                due_ms = min(due_ms, contacts.arrived_ms[contact] + stages[stage])
                break
    if due_ms == FAR or due_ms != contacts.deadline_ms[contact]:
        remind_contact(k, contact, due_ms)


@compiled
def report(k: State, kind: int, contact: int, agent: int, at_ms: int) -> None:
    """Adds an outcome: kind, contact, agent, instant, both last choices, idle since, kept for."""
    row, table = k.outcomes.size[0], k.outcomes.table
    k.outcomes.size[0] = row + 1
    table[row, 0], table[row, 1], table[row, 2], table[row, 3] = kind, contact, agent, at_ms
    table[row, 4], table[row, 5] = k.last_choice[0], k.last_choice[1]
    table[row, 6], table[row, 7] = k.last_choice[2], k.last_choice[3]
    table[row, 8] = k.agents.idle_since_ms[agent]
    table[row, 9] = k.contacts.kept_for[contact]


@compiled
def put_in_hand(k: State, now_ms: int, contact: int, agent: int) -> None:
    """Counts a contact in an agent's capacity."""
    k.contacts.agent[contact] = agent
    k.contacts.holds[contact] = 1
    k.agents.in_hand[agent, k.queues.medium[k.contacts.queue[contact]]] += 1
    k.agents.idle_since_ms[agent] = now_ms
    note_room(k, agent)


@compiled
def take_from_hand(k: State, now_ms: int, contact: int) -> int:
    """Ends that; returns the agent, NOBODY if the contact counted nowhere."""
    if k.contacts.holds[contact] == 0:
        return NOBODY
    agent = k.contacts.agent[contact]
    k.contacts.holds[contact] = 0
    k.agents.in_hand[agent, k.queues.medium[k.contacts.queue[contact]]] -= 1
    k.agents.idle_since_ms[agent] = now_ms
    note_room(k, agent)
    return agent


@compiled
def offer(k: State, now_ms: int, contact: int, agent: int) -> None:
    expires_ms = now_ms + k.queues.offer_ms[k.contacts.queue[contact]]
    report(k, OFFERED_NOW, contact, agent, expires_ms)
    leave_line(k, contact)
    k.contacts.place[contact] = OFFERED
    put_in_hand(k, now_ms, contact, agent)
    join(k, contact)
    remind_contact(k, contact, expires_ms)


@compiled
def settle(k: State, now_ms: int, contact: int, agent: int) -> None:
    """Offers until nobody waits who could be served.

    `contact` and `agent` are the only ones for whom something has changed (NOTHING, NOBODY for none). The
    waiting contact that goes first of all is served first, by its best agent.
    """
    place = k.contacts.place
    while True:
        first = NOTHING if agent == NOBODY else best_contact(k, now_ms, agent)
        taker = NOBODY
        if agent == NOBODY:
            k.last_choice[2], k.last_choice[3] = 0, 0
        waits = contact != NOTHING and place[contact] == WAITING and contact != first
        if waits and (first == NOTHING or compare_contacts(k, now_ms, contact, first) > 0):
            taker = best_agent(k, now_ms, contact)
            if taker != NOBODY:
                first = contact
                k.last_choice[2], k.last_choice[3] = 0, 0
        if first == NOTHING:
            break
        if taker == NOBODY:
            taker = best_agent(k, now_ms, first)
        offer(k, now_ms, first, taker)
    if contact != NOTHING and place[contact] == WAITING:
        note_deadline(k, now_ms, contact)


@compiled
def start_waiting(k: State, now_ms: int, contact: int) -> None:
    """Puts a contact in its line, kept for an agent only as long as that can be."""
    contacts = k.contacts
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
def forget(k: State, contact: int) -> None:
    drop_refusals(k, contact, FAR)
    k.contacts.place[contact] = FREE
    k.contacts.deadline_ms[contact] = FAR


@compiled
def enter(
    k: State, contact: int, identity: int, queue: int, arrived_ms: int, kept_for: int, kept_until_ms: int
) -> None:
    """Writes a new contact into a free row."""
    contacts = k.contacts
    contacts.identity[contact] = identity
    contacts.queue[contact] = queue
    contacts.arrived_ms[contact] = arrived_ms
    contacts.agent[contact] = NOBODY
    contacts.holds[contact] = 0
    contacts.kept_for[contact] = kept_for
    contacts.kept_until_ms[contact] = kept_until_ms
    contacts.deadline_ms[contact] = FAR
    contacts.refusals[contact] = NOTHING


@compiled
def contact_waits(k: State, now_ms: int, contact: int) -> None:
    """An entered contact takes its place in line, and is offered if an agent is there."""
    start_waiting(k, now_ms, contact)
    settle(k, now_ms, contact, NOBODY)


@compiled
def contact_adopted(
    k: State, now_ms: int, contact: int, agent: int, place: int, expires_ms: int, counted: int
) -> None:
    """An entered contact is where a database says, without any decision."""
    contacts = k.contacts
    if place == WAITING:
        start_waiting(k, now_ms, contact)
        return
    idle_since_ms = k.agents.idle_since_ms[agent]
    contacts.place[contact] = place
    contacts.agent[contact] = agent
    if counted == 1:
        put_in_hand(k, idle_since_ms, contact, agent)
    if place == OFFERED:
        join(k, contact)
        remind_contact(k, contact, expires_ms)


@compiled
def contact_leaves(k: State, now_ms: int, contact: int) -> None:
    """Withdrawn or closed, wherever it was: a hand that held it is free."""
    if k.contacts.place[contact] == WAITING or k.contacts.place[contact] == OFFERED:
        leave_line(k, contact)
    agent = take_from_hand(k, now_ms, contact)
    forget(k, contact)
    settle(k, now_ms, NOTHING, agent)


@compiled
def offer_accepted(k: State, contact: int) -> None:
    leave_line(k, contact)
    k.contacts.place[contact] = IN_HAND
    k.contacts.kept_for[contact] = NOBODY
    k.contacts.deadline_ms[contact] = FAR
    drop_refusals(k, contact, FAR)


@compiled
def offer_fails(k: State, now_ms: int, contact: int, wholly: int) -> None:
    """The contact regains its place; the agent is set aside, wholly or from this contact only."""
    aside_ms = k.queues.aside_ms[k.contacts.queue[contact]]
    leave_line(k, contact)
    agent = take_from_hand(k, now_ms, contact)
    k.contacts.kept_for[contact] = NOBODY
    start_waiting(k, now_ms, contact)
    if aside_ms > 0 and wholly == 1:
        k.agents.aside_until_ms[agent] = now_ms + aside_ms
        remind_agent(k, agent, now_ms + aside_ms)
        note_room(k, agent)
    elif aside_ms > 0:
        refuse(k, contact, agent, now_ms + aside_ms)
    settle(k, now_ms, contact, agent)


@compiled
def contact_moves(
    k: State, now_ms: int, contact: int, queue: int, arrived_ms: int, kept_for: int, kept_until_ms: int
) -> None:
    """Passed on, to a queue or to a person. Who passes it on is set aside from it."""
    contacts = k.contacts
    if contacts.place[contact] == WAITING or contacts.place[contact] == OFFERED:
        leave_line(k, contact)
    giver = contacts.agent[contact]
    freed = take_from_hand(k, now_ms, contact)
    contacts.queue[contact] = queue
    contacts.arrived_ms[contact] = arrived_ms
    contacts.kept_for[contact] = kept_for
    contacts.kept_until_ms[contact] = kept_until_ms
    drop_refusals(k, contact, FAR)
    if giver not in (NOBODY, kept_for) and k.queues.aside_ms[queue] > 0:
        refuse(k, contact, giver, now_ms + k.queues.aside_ms[queue])
    start_waiting(k, now_ms, contact)
    settle(k, now_ms, contact, freed)


@compiled
def contact_taken(k: State, now_ms: int, contact: int, agent: int) -> None:
    """A person takes a contact by hand, whatever room there is."""
    if k.contacts.place[contact] == WAITING or k.contacts.place[contact] == OFFERED:
        leave_line(k, contact)
    freed = take_from_hand(k, now_ms, contact)
    drop_refusals(k, contact, FAR)
    k.contacts.place[contact] = IN_HAND
    k.contacts.kept_for[contact] = NOBODY
    k.contacts.deadline_ms[contact] = FAR
    put_in_hand(k, now_ms, contact, agent)
    settle(k, now_ms, NOTHING, freed)


@compiled
def contact_sleeps(k: State, now_ms: int, contact: int, frees: int) -> None:
    k.contacts.place[contact] = SLEEPING
    if frees == 1:
        settle(k, now_ms, NOTHING, take_from_hand(k, now_ms, contact))


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
    freed = take_from_hand(k, now_ms, contact)
    limit = k.agents.limit[agent, medium] + k.rules.reserve[0]
    if k.agents.presence[agent] == READY and k.agents.in_hand[agent, medium] < limit:
        contacts.place[contact] = IN_HAND
        report(k, RESUMED_NOW, contact, agent, now_ms)
        put_in_hand(k, now_ms, contact, agent)
        settle(k, now_ms, NOTHING, freed)
        return
    contacts.kept_for[contact] = agent
    contacts.kept_until_ms[contact] = now_ms + k.queues.keep_ms[queue]
    start_waiting(k, now_ms, contact)
    settle(k, now_ms, contact, freed)


@compiled
def agent_ready(k: State, now_ms: int, agent: int) -> None:
    if k.agents.presence[agent] != READY:
        k.agents.presence[agent] = READY
        k.agents.idle_since_ms[agent] = now_ms
    k.agents.aside_until_ms[agent] = 0
    note_room(k, agent)
    settle(k, now_ms, NOTHING, agent)


@compiled
def agent_leaves(k: State, agent: int, presence: int) -> None:
    """Away or offline: nothing more is offered. `first_held_back` tells what must then be looked at."""
    k.agents.presence[agent] = presence
    note_room(k, agent)


@compiled
def first_held_back(k: State, agent: int) -> int:
    """A contact that waits on an agent who is not there: offered, or kept for one who is offline."""
    contact = k.lines.head[offered_line(k, agent)]
    if contact == NOTHING and k.agents.presence[agent] == OFFLINE:
        contact = k.lines.head[kept_line(k, agent)]
    return contact


@compiled
def contact_set_free(k: State, now_ms: int, contact: int) -> None:
    """What was offered to, or kept for, an agent who has gone is for anyone again."""
    if k.contacts.place[contact] == OFFERED:
        report(k, EXPIRED_NOW, contact, k.contacts.agent[contact], now_ms)
    leave_line(k, contact)
    take_from_hand(k, now_ms, contact)
    k.contacts.kept_for[contact] = NOBODY
    start_waiting(k, now_ms, contact)
    settle(k, now_ms, contact, NOBODY)


@compiled
def deadline_passes(k: State, now_ms: int) -> None:
    """Handles the first deadline of the agenda, which holds and is due."""
    row = k.agenda.row[0]
    remove_first(k.agenda)
    if row < 0:
        agent = agent_of(row)
        k.agents.aside_until_ms[agent] = 0
        note_room(k, agent)
        settle(k, now_ms, NOTHING, agent)
        return
    contacts = k.contacts
    if contacts.place[row] == OFFERED:
        k.last_choice[0], k.last_choice[1], k.last_choice[2], k.last_choice[3] = 0, 0, 0, 0
        report(k, EXPIRED_NOW, row, contacts.agent[row], now_ms)
        offer_fails(k, now_ms, row, 1)
        return
    drop_refusals(k, row, now_ms)
    if contacts.kept_for[row] != NOBODY and contacts.kept_until_ms[row] <= now_ms:
        leave_line(k, row)
        start_waiting(k, now_ms, row)
    settle(k, now_ms, row, NOBODY)


@compiled
def time_passes(k: State, now_ms: int) -> int:
    """Handles what is due, in the order in which it fell due; returns 1 if space ran short."""
    while next_due_ms(k) <= now_ms:
        space = min(
            len(k.outcomes.table) - k.outcomes.size[0],
            len(k.agenda.row) - k.agenda.size[0],
        )
        if space <= OUTCOME_ROOM or k.refusals.free[1] == 0:
            return 1
        deadline_passes(k, now_ms)
    return 0
