"""What an agent has in hand, what is offered, and what is reported of it."""

from affluent.routing.agenda import remind_contact
from affluent.routing.bits import ZERO, drop, has, put
from affluent.routing.choice import has_room
from affluent.routing.compiled import compiled
from affluent.routing.refusals import first_refusal_end_ms
from affluent.routing.reserves import count_free
from affluent.routing.state import AGENT_KEY, AGENTS, CONTACT_KEY, FAR, NOBODY, OFFERED, RIVALS, State


@compiled
def load_of(k: State, agent: int) -> int:
    """Units of work in the agent's hands, offers included."""
    load = 0
    for medium in range(len(k.media.exclusive)):
        load += k.agents.in_hand[agent, medium] * k.agents.units[agent, medium]
    return load


@compiled
def note_room(k: State, agent: int) -> None:
    """Keeps the load of an agent, and the sets of agents with room, true."""
    k.agents.load[agent] = load_of(k, agent)
    for medium in range(len(k.media.exclusive)):
        had, room = has(k.agents.room[medium], agent), has_room(k, agent, medium)
        if room != had:
            if room:
                put(k.agents.room[medium], agent)
            else:
                drop(k.agents.room[medium], agent)
            count_free(k, agent, medium, 1 if room else -1)


@compiled
def overflows_at_ms(k: State, contact: int) -> int:
    """When a contact that nobody has taken goes to another queue; FAR if it never does."""
    after_ms = k.queues.overflow_ms[k.contacts.queue[contact]]
    return FAR if after_ms == FAR else k.contacts.entered_ms[contact] + after_ms


@compiled
def next_step_ms(k: State, now_ms: int, contact: int) -> int:
    """When the wait of a contact next raises its tier; FAR if never."""
    steps, arrived_ms = k.queues.urgency[k.contacts.queue[contact]], k.contacts.arrived_ms[contact]
    for step in range(2, len(steps), 2):
        if steps[step] < FAR and arrived_ms + steps[step] > now_ms:
            return arrived_ms + steps[step]
    return FAR


@compiled
def note_deadline(k: State, now_ms: int, contact: int) -> None:
    """When must this waiting contact be looked at again? A stage opens, a keeping or a refusal ends, it
    overflows, or a higher tier lets it have agents who are kept free.
    """
    contacts = k.contacts
    due_ms = first_refusal_end_ms(k, contact)
    if k.queues.barred_by[contacts.queue[contact]] != ZERO:
        due_ms = min(due_ms, next_step_ms(k, now_ms, contact))
    if contacts.kept_for[contact] != NOBODY:
        due_ms = min(due_ms, contacts.kept_until_ms[contact])
    else:
        stages = k.queues.stage_after_ms[contacts.queue[contact]]
        for stage in range(1, len(stages)):
            if stages[stage] < FAR and contacts.arrived_ms[contact] + stages[stage] > now_ms:
                due_ms = min(due_ms, contacts.arrived_ms[contact] + stages[stage])
                break
        due_ms = min(due_ms, overflows_at_ms(k, contact))
    if due_ms != contacts.deadline_ms[contact]:
        remind_contact(k, contact, due_ms)


@compiled
def report(k: State, kind: int, contact: int, agent: int, at_ms: int) -> None:
    """Adds an outcome: kind, contact, agent, instant, both last choices, idle since, kept for."""
    row, table = k.outcomes.size[0], k.outcomes.table
    k.outcomes.size[0] = row + 1
    table[row, 0], table[row, 1], table[row, 2], table[row, 3] = kind, contact, agent, at_ms
    if k.rules.told[0] == 0:
        return
    table[row, 4], table[row, 5] = k.last_choice[AGENTS], k.last_choice[AGENT_KEY]
    table[row, 6], table[row, 7] = k.last_choice[RIVALS], k.last_choice[CONTACT_KEY]
    table[row, 8] = 0 if agent == NOBODY else k.agents.idle_since_ms[agent]
    table[row, 9] = k.contacts.kept_for[contact]


@compiled
def put_in_hand(k: State, now_ms: int, contact: int, agent: int) -> None:
    """Counts a contact in an agent's capacity."""
    k.contacts.agent[contact] = agent
    k.contacts.holds[contact] = 1
    medium = k.queues.medium[k.contacts.queue[contact]]
    k.agents.in_hand[agent, medium] += 1
    if k.contacts.place[contact] == OFFERED:
        k.agents.offered[agent, medium] += 1
    k.agents.idle_since_ms[agent] = now_ms
    note_room(k, agent)


@compiled
def take_from_hand(k: State, now_ms: int, contact: int) -> int:
    """Ends that; returns the agent, NOBODY if the contact counted nowhere."""
    if k.contacts.holds[contact] == 0:
        return NOBODY
    agent = k.contacts.agent[contact]
    k.contacts.holds[contact] = 0
    medium = k.queues.medium[k.contacts.queue[contact]]
    k.agents.in_hand[agent, medium] -= 1
    if k.contacts.place[contact] == OFFERED:
        k.agents.offered[agent, medium] -= 1
    k.agents.idle_since_ms[agent] = now_ms
    note_room(k, agent)
    return agent
