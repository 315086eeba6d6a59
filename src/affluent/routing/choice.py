"""The two choices: who takes this contact, and which contact this agent takes.

Both are total orders that end in an identifier: equal situations give equal decisions, whatever came first
into the tables. `compare_agents`, and `compare_urgencies` in `urgency.py`, are the places where a rule about
preference is changed; `fits`, `has_room`, `may_take` and `barred` those where a rule about permission is.
"""

from affluent.routing.bits import ZERO, has, lowest, without_lowest
from affluent.routing.compiled import compiled, inlined
from affluent.routing.lines import kept_line, queue_line
from affluent.routing.refusals import refused
from affluent.routing.state import (
    AGENT_KEY,
    AGENTS,
    BEST,
    BY_FIT,
    BY_IDLENESS,
    BY_LOAD,
    BY_TEAM,
    CONTACT_KEY,
    FAR,
    FULL,
    MILLIONTHS,
    NEVER,
    NOBODY,
    NOTHING,
    OFFLINE,
    RANK,
    READY,
    RIVALS,
    SHARE,
    TIER,
    State,
)
from affluent.routing.two_keys import SHARED, is_plain, least_of
from affluent.routing.urgency import (
    BY_IDENTITY,
    BY_RANK,
    BY_SHARE,
    BY_TIER,
    compare_urgencies,
    share_of_target,
    tier_after,
    tier_now,
    waited_ms,
)

SURELY_MORE = 1 + 1e-9
RANK_DECIDED = 1  # as `compare_agents` reports it; the keys of the queue's order follow


@compiled
def fits(k: State, agent: int, medium: int, beside: int) -> bool:
    """Whether one more contact of a medium fits in an agent's hands: nothing exclusive, and not too full.

    Work that the medium may interrupt does not count, nor do offers that it pulls back, unless it is to stand
    `beside` those offers (1). A contact over the limit that a supervisor allowed brings its own units.
    """
    agents, media = k.agents, k.media
    load = agents.units[agent, medium] * (1 - agents.extra[agent, medium])
    if k.rules.simple[0] == 1:
        return load + agents.load[agent] <= FULL
    for other in range(len(media.exclusive)):
        count = agents.in_hand[agent, other]
        interrupted = media.interrupts[medium, other] == 1
        if interrupted and (beside == 0 or media.pulls_back[medium, other] == 0):
            continue
        if interrupted:
            # What is in hand is interrupted all the same; what is only offered goes back where it must.
            count = agents.offered[agent, other]
        elif beside == 0 and media.pulls_back[medium, other] == 1:
            count -= agents.offered[agent, other]
        units = count * agents.units[agent, other]
        if other != medium:
            if count > 0 and (media.exclusive[medium] == 1 or media.exclusive[other] == 1):
                return False
            if not interrupted:
                units = max(units, agents.kept_free[agent, other])
        load += units
    return load <= FULL


@compiled
def has_room(k: State, agent: int, medium: int) -> bool:
    """Ready, not set aside, below the limit for the medium, and one more fits."""
    agents = k.agents
    if agents.presence[agent] != READY or agents.aside_until_ms[agent] != 0:
        return False
    if agents.in_hand[agent, medium] >= agents.limit[agent, medium] + agents.extra[agent, medium]:
        return False
    return fits(k, agent, medium, 0)


@compiled
def stage_at(k: State, queue: int, wait_ms: int) -> int:
    """How far the preferred skills of a queue are relaxed after a wait."""
    stages, stage = k.queues.stage_after_ms[queue], 1
    while stage < len(stages) and wait_ms >= stages[stage]:
        stage += 1
    return stage - 1


@compiled
def may_keep(k: State, contact: int, agent: int) -> bool:
    """Whether a contact can be kept for an agent: present, with the required skills of the queue."""
    if k.agents.presence[agent] == OFFLINE:
        return False
    return k.agents.opens_at[agent, k.contacts.queue[contact]] != NEVER


@compiled
def barred(k: State, now_ms: int, contact: int, agent: int) -> bool:
    """Whether an agent is kept free for other contacts than this one."""
    word = k.agents.reserves[agent] & k.reserves.shut[0]
    if word == ZERO:
        return False
    word &= k.queues.barred_by[k.contacts.queue[contact]]
    if word == ZERO:
        return False
    tier = tier_now(k, now_ms, contact)
    while word:
        if tier < k.reserves.tier[lowest(word)]:
            return True
        word = without_lowest(word)
    return False


@compiled
def is_open(k: State, queue: int, wait_ms: int, agent: int) -> bool:
    """Whether a queue is open to an agent after a wait, by skills and teams."""
    opens_at = k.agents.opens_at[agent, queue]
    if opens_at in (0, NEVER):
        return opens_at == 0
    return opens_at <= stage_at(k, queue, wait_ms)


@compiled
def may_take(k: State, now_ms: int, contact: int, agent: int) -> bool:
    """Whether a waiting contact may go to an agent now, room left aside."""
    contacts = k.contacts
    queue, kept_for = contacts.queue[contact], contacts.kept_for[contact]
    if k.queues.closed[queue] == 1 or refused(k, contact, agent) or barred(k, now_ms, contact, agent):
        return False
    if kept_for != NOBODY:
        return kept_for == agent
    return is_open(k, queue, waited_ms(k, now_ms, contact), agent)


@compiled
def weighs(k: State, queue: int, need: int) -> bool:
    """Whether a need of a queue is one that agents are compared by."""
    return k.queues.need_weight[queue, need] != 0 and k.queues.need_until_ms[queue, need] < FAR


@inlined
def fit(k: State, queue: int, agent: int) -> int:
    """How well an agent meets the preferred skills: weight times level; more than asked adds nothing."""
    queues = k.queues
    total = 0
    for need in range(len(queues.need_skill[queue])):
        skill = queues.need_skill[queue, need]
        if skill == NOTHING:
            break
        # What weighs nothing is not looked up.
        if weighs(k, queue, need):
            level = min(k.agents.skill[agent, skill], queues.need_level[queue, need])
            total += queues.need_weight[queue, need] * level
    return total


@compiled
def rank_of(k: State, queue: int, agent: int) -> int:
    """Whether a queue is the agent's primary one (1), secondary, or a later one."""
    return k.agents.rank[agent, k.queues.base[queue]] if k.rules.ranked[0] == 1 else 1


@compiled
def rank_for(k: State, contact: int, agent: int) -> int:
    """The agent's rank of the contact's queue; what is kept for the agent is primary."""
    return 1 if k.contacts.kept_for[contact] == agent else rank_of(k, k.contacts.queue[contact], agent)


@inlined
def agent_key(k: State, key: int, queue: int, agent: int) -> int:
    """The value of one key for an agent; the smaller one goes first."""
    if key == BY_FIT:
        return -fit(k, queue, agent)
    if key == BY_LOAD:
        return k.agents.load[agent]
    if key == BY_IDLENESS:
        return k.agents.idle_since_ms[agent]
    if key == BY_TEAM:
        return k.queues.team_place[queue, k.agents.team[agent]]
    return k.agents.versatility[agent]


@inlined
def key_at(k: State, place: int, queue: int, agent: int) -> int:
    """The key of an agent at a place of a queue's order; place 0 is the rank."""
    if place == 0:
        return rank_of(k, queue, agent)
    return agent_key(k, k.queues.order[queue, place - 1], queue, agent)


@compiled
def shared_keys(k: State, queue: int) -> int:
    """How many of the first keys are the same for every agent: nobody ranks queues, no preferred skill weighs."""
    if k.rules.ranked[0] == 1:
        return 0
    if k.queues.order[queue, 0] != BY_FIT:
        return 1
    for need in range(len(k.queues.need_skill[queue])):
        if k.queues.need_skill[queue, need] != NOTHING and weighs(k, queue, need):
            return 1
    return 2


@inlined
def compare_agents(k: State, queue: int, first: int, agent: int, best: int) -> int:
    """Which of an agent and the best one so far takes a contact: the place of the deciding key, from 1;
    negative for the best one. Keys before the `first` are the same for all.

    `best_keys` holds the keys of the best one, and those of the agent who goes before it.
    """
    keys, places = k.best_keys, len(k.best_keys)
    found = 1 if best == NOBODY else 0
    for place in range(first, places):
        mine = key_at(k, place, queue, agent)
        if found == 0 and mine == keys[place]:
            continue
        if found == 0 and mine > keys[place]:
            return -place - 1
        if found == 0:
            found = place + 1
        keys[place] = mine
    if found == 0:
        # All keys are equal.
        return places + 1 if agent < best else -places - 1
    return found


@compiled
def best_agent(k: State, now_ms: int, contact: int) -> int:
    """The agent for a waiting contact, or NOBODY.

    Leaves in `last_choice` how many could have had it and which key decided between the first two.
    """
    queue, kept_for = k.contacts.queue[contact], k.contacts.kept_for[contact]
    medium = k.queues.medium[queue]
    k.last_choice[AGENTS], k.last_choice[AGENT_KEY] = 0, 0
    if k.queues.closed[queue] == 1:
        return NOBODY
    if kept_for != NOBODY:
        if has_room(k, kept_for, medium) and may_take(k, now_ms, contact, kept_for):
            k.last_choice[AGENTS] = 1
            return kept_for
        return NOBODY
    eligible = k.queues.eligible[queue, stage_at(k, queue, waited_ms(k, now_ms, contact))]
    room = k.agents.room[medium]
    # Looked at once for all agents: mostly nobody has refused it, and no reserve that bars it is shut.
    asked = k.contacts.refusals[contact] != NOTHING
    asked |= k.queues.barred_by[queue] & k.reserves.shut[0] != ZERO
    best, candidates, deciding, first = NOBODY, 0, 0, shared_keys(k, queue)
    order = k.queues.order[queue]
    if k.rules.told[0] == 0 and not asked and first == SHARED and is_plain(order[1]) and is_plain(order[2]):
        return least_of(k, queue, eligible, room)
    for w in range(len(room)):
        word = eligible[w] & room[w]
        while word:
            agent = (w << 6) + lowest(word)
            word = without_lowest(word)
            if asked and (refused(k, contact, agent) or barred(k, now_ms, contact, agent)):
                continue
            candidates += 1
            # What separates the first from the second is the finest key met since the first came up.
            key = compare_agents(k, queue, first, agent, best)
            if key > 0:
                best, deciding = agent, 0 if candidates == 1 else key
            else:
                deciding = max(deciding, -key)
    k.last_choice[AGENTS], k.last_choice[AGENT_KEY] = candidates, deciding
    return best


@inlined
def first_for(k: State, now_ms: int, queue: int, agent: int) -> int:
    """The first contact of a queue that may go to an agent, or NOTHING.

    Those behind came later, so that no more stages are open to them: only those that refuse the agent are
    passed.
    """
    contact = k.lines.head[queue_line(k, queue)]
    while contact != NOTHING and refused(k, contact, agent):
        contact = k.contacts.behind[contact]
    if contact == NOTHING or not may_take(k, now_ms, contact, agent):
        return NOTHING
    return contact


@inlined
def share_of_best(k: State, now_ms: int) -> int:
    """The share of its target that the best contact so far has waited: looked up when first compared."""
    choice = k.last_choice
    if choice[SHARE] == NOTHING:
        choice[SHARE] = share_of_target(k, now_ms, choice[BEST])
    return choice[SHARE]


@inlined
def loses_by(k: State, now_ms: int, queue: int, wait_ms: int, rank: int) -> int:
    """The key by which whoever stands in a queue, whose head waits so long, comes after the best contact so far;
    0 for who may come before it. Looks at the queue's own row alone.
    """
    choice, steps = k.last_choice, k.queues.urgency[queue]
    tier = tier_after(k, queue, wait_ms)
    if tier != choice[TIER]:
        return BY_TIER if tier < choice[TIER] else 0
    if rank != choice[RANK]:
        return BY_RANK if rank > choice[RANK] else 0
    # Not divided, and in floating point: who is too close to tell is looked at closely.
    most = SURELY_MORE * MILLIONTHS * float(wait_ms)
    return BY_SHARE if most < float(share_of_best(k, now_ms)) * float(steps[1]) else 0


@compiled
def consider(k: State, now_ms: int, contact: int, rank: int) -> None:
    """Compares a contact that the agent may have with the best one so far."""
    choice = k.last_choice
    tier, share = tier_now(k, now_ms, contact), NOTHING
    rivals = choice[RIVALS]
    key = BY_IDENTITY
    if rivals > 0:
        best_share = NOTHING
        if tier == choice[TIER] and rank == choice[RANK]:
            share, best_share = share_of_target(k, now_ms, contact), share_of_best(k, now_ms)
        key = compare_urgencies(
            k, contact, rank, tier, share, choice[BEST], choice[RANK], choice[TIER], best_share
        )
    finest = min(abs(key), BY_SHARE)
    choice[RIVALS] = min(rivals + 1, 2)
    if key < 0:
        choice[CONTACT_KEY] = max(choice[CONTACT_KEY], finest)
        return
    choice[CONTACT_KEY] = 0 if rivals == 0 else finest
    choice[BEST], choice[RANK], choice[TIER], choice[SHARE] = contact, rank, tier, share


@compiled
def consider_kept(k: State, now_ms: int, agent: int) -> None:
    kept = k.lines.head[kept_line(k, agent)]
    while kept != NOTHING:
        if has_room(k, agent, k.queues.medium[k.contacts.queue[kept]]) and may_take(k, now_ms, kept, agent):
            consider(k, now_ms, kept, 1)
        kept = k.contacts.behind[kept]


@inlined
def consider_queue(k: State, now_ms: int, queue: int, agent: int) -> None:
    """The first contact of a queue, unless it neither comes first nor changes what is told of the choice."""
    choice, told = k.last_choice, k.rules.told[0]
    wait_ms, rank = max(0, now_ms - k.queues.head_ms[queue]), rank_of(k, queue, agent)
    if choice[RIVALS] > told:
        key = loses_by(k, now_ms, queue, wait_ms, rank)
        if key > 0 and (told == 0 or key <= choice[CONTACT_KEY]):
            return
    if is_open(k, queue, wait_ms, agent):
        contact = first_for(k, now_ms, queue, agent)
        if contact != NOTHING:
            consider(k, now_ms, contact, rank)


@inlined
def best_contact(k: State, now_ms: int, agent: int) -> int:
    """The waiting contact that an agent should take, or NOTHING.

    Leaves in `last_choice` whether others could have had the agent (RIVALS: 2), the key that decided, BY_SHARE
    for all finer ones, and the rank of what was chosen.
    """
    choice = k.last_choice
    choice[BEST], choice[RANK], choice[RIVALS], choice[CONTACT_KEY] = NOTHING, 1, 0, 0
    if k.lines.head[kept_line(k, agent)] != NOTHING:
        consider_kept(k, now_ms, agent)
    reach = k.agents.reach[agent]
    for medium in range(len(k.media.exclusive)):
        if not has(k.agents.room[medium], agent):
            continue
        waiting = k.queues.waiting[medium]
        for w in range(len(reach)):
            word = reach[w] & waiting[w]
            while word:
                consider_queue(k, now_ms, (w << 6) + lowest(word), agent)
                word = without_lowest(word)
    return choice[BEST]
