"""What is learnt anew when rules change while everybody stands where they are."""

from affluent.routing.bits import ZERO, bit, drop, has
from affluent.routing.compiled import compiled
from affluent.routing.events import set_free
from affluent.routing.hands import note_deadline, note_room, report
from affluent.routing.lines import kept_line, queue_line
from affluent.routing.marks import mark_agent, mark_contact, mark_line
from affluent.routing.reserves import learn_member, note_member, note_reserve, who_serves
from affluent.routing.state import EXPIRED_NOW, NEVER, NOTHING, State
from affluent.routing.tables import learn_agent


@compiled
def agent_learns(k: State, agent: int) -> None:
    """Other rules for an agent: which queues, which reserves, how much room."""
    learn_agent(k, agent)
    learn_member(k, agent)
    note_room(k, agent)
    mark_agent(k, agent)


@compiled
def room_learns(k: State) -> None:
    """Other rules for media: who has room now."""
    for agent in range(len(k.agents.presence)):
        note_room(k, agent)


@compiled
def queue_goes(k: State, queue: int) -> None:
    """Nobody is in a queue, or in a line for demands in it: its row is spare."""
    for agent in range(len(k.agents.presence)):
        if k.agents.opens_at[agent, queue] != NEVER:
            if k.queues.base[queue] == queue:
                k.agents.versatility[agent] -= 1
            k.agents.opens_at[agent, queue] = NEVER
            drop(k.agents.reach[agent], queue)
        for stage in range(len(k.queues.stage_after_ms[queue])):
            drop(k.queues.eligible[queue, stage], agent)
    k.queues.base[queue] = NOTHING
    k.queues.closed[queue] = 0


@compiled
def reserve_ends(k: State, reserve: int) -> None:
    """A reserve keeps no agents any more."""
    reserves = k.reserves
    reserves.free[reserve], reserves.waiting[reserve] = 0, 0
    reserves.shut[0] &= ~bit(reserve)
    for agent in range(len(k.agents.presence)):
        if has(reserves.members[reserve], agent):
            drop(reserves.members[reserve], agent)
            k.agents.reserves[agent] &= ~bit(reserve)


@compiled
def learn_reserve(k: State, reserve: int) -> None:
    """Which agents belong to a reserve; those who no longer do may have what it kept from them."""
    reserves, agents = k.reserves, k.agents
    for w in range(len(reserves.members[reserve])):
        able = who_serves(k, reserve, w)
        for agent in range(w << 6, min(len(agents.presence), (w + 1) << 6)):
            belongs = agents.limit[agent, reserves.medium[reserve]] > 0
            if reserves.team[reserve] != NOTHING and reserves.team[reserve] != agents.team[agent]:
                belongs = False
            if reserves.named[reserve] == 1 and able & bit(agent & 63) == ZERO:
                belongs = False
            if has(reserves.members[reserve], agent) and not belongs:
                mark_agent(k, agent)
            note_member(k, reserve, agent, belongs)
    note_reserve(k, reserve)


@compiled
def reserve_begins(k: State, reserve: int) -> None:
    """A reserve whose rule is written counts who waits, and who of its agents has room."""
    waiting = 0
    for queue in range(len(k.queues.base)):
        if k.queues.counted_by[queue] & bit(reserve) != ZERO and k.queues.closed[queue] == 0:
            waiting += k.queues.length[queue]
    k.reserves.waiting[reserve] = waiting
    learn_reserve(k, reserve)


@compiled
def deadlines_learn(k: State, now_ms: int, queue: int) -> None:
    """Other rules for a queue: when must those in its line be looked at again?"""
    contact = k.lines.head[queue_line(k, queue)]
    while contact != NOTHING:
        note_deadline(k, now_ms, contact)
        contact = k.contacts.behind[contact]


@compiled
def queue_looks(k: State, queue: int) -> None:
    """Other rules for a queue: whoever waits in it, or is kept for somebody, is looked at."""
    mark_line(k, queue)
    for agent in range(len(k.agents.presence)):
        contact = k.lines.head[kept_line(k, agent)]
        while contact != NOTHING:
            if k.contacts.queue[contact] == queue:
                mark_contact(k, contact)
            contact = k.contacts.behind[contact]


@compiled
def lost(k: State, now_ms: int, contact: int, offered: int) -> None:
    """What is offered to (1), or kept for (0), an agent who may no longer have it is for anyone."""
    if offered == 1:
        report(k, EXPIRED_NOW, contact, k.contacts.agent[contact], now_ms)
        mark_agent(k, k.contacts.agent[contact])
    set_free(k, now_ms, contact)
