"""The two choices: who takes this contact, and which contact this agent takes.

Both are total orders that end in an identifier: equal situations give equal decisions, whatever came first
into the tables. `compare_agents` and `compare_urgencies` are the places where a rule about preference is
changed; `fits`, `has_room`, `may_take` and `barred` those where a rule about permission is.
"""

from affluent.routing.bits import ZERO, lowest, without_lowest
from affluent.routing.compiled import compiled
from affluent.routing.lines import kept_line, queue_line
from affluent.routing.refusals import refused
from affluent.routing.state import (
    BY_FIT,
    BY_IDLENESS,
    BY_LOAD,
    BY_TEAM,
    FAR,
    FULL,
    MILLIONTHS,
    NEVER,
    NOBODY,
    NOTHING,
    OFFLINE,
    READY,
    State,
)

# Keys by which contacts are compared, as `compare_urgencies` reports them.
BY_TIER, BY_RANK, BY_SHARE, BY_ARRIVAL, BY_IDENTITY = 1, 2, 3, 4, 5
RANK_DECIDED = 1  # as `compare_agents` reports it; the keys of the queue's order follow


@compiled
def load_of(k: State, agent: int) -> int:
    """Units of work in the agent's hands, offers included."""
    load = 0
    for medium in range(len(k.media.exclusive)):
        load += k.agents.in_hand[agent, medium] * k.agents.units[agent, medium]
    return load


@compiled
def fits(k: State, agent: int, medium: int, beside: int) -> bool:
    """Whether one more contact of a medium fits in an agent's hands: nothing exclusive, and not too full.

    Unless it is to stand `beside` all there is (1), work that the medium may interrupt does not count, nor do
    offers that it pulls back. A contact over the limit that a supervisor allowed brings its own units.
    """
    agents, media = k.agents, k.media
    load = agents.units[agent, medium] * (1 - agents.extra[agent, medium])
    for other in range(len(media.exclusive)):
        count = agents.in_hand[agent, other]
        if beside == 0 and media.interrupts[medium, other] == 1:
            continue
        if beside == 0 and media.pulls_back[medium, other] == 1:
            count -= agents.offered[agent, other]
        units = count * agents.units[agent, other]
        if other != medium:
            if count > 0 and (media.exclusive[medium] == 1 or media.exclusive[other] == 1):
                return False
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
def waited_ms(k: State, now_ms: int, contact: int) -> int:
    return max(0, now_ms - k.contacts.arrived_ms[contact])


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
def tier_now(k: State, now_ms: int, contact: int) -> int:
    """The queue's tier, or the one that its steps have reached with the wait."""
    steps = k.queues.urgency[k.contacts.queue[contact]]
    tier, waited, step = steps[0], waited_ms(k, now_ms, contact), 2
    while step < len(steps) and waited >= steps[step]:
        tier = max(tier, steps[step + 1])
        step += 2
    return tier


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
def may_take(k: State, now_ms: int, contact: int, agent: int) -> bool:
    """Whether a waiting contact may go to an agent now, room left aside."""
    contacts = k.contacts
    queue, kept_for = contacts.queue[contact], contacts.kept_for[contact]
    if k.queues.closed[queue] == 1 or refused(k, contact, agent) or barred(k, now_ms, contact, agent):
        return False
    if kept_for != NOBODY:
        return kept_for == agent
    opens_at = k.agents.opens_at[agent, queue]
    if opens_at in (0, NEVER):
        return opens_at == 0
    return opens_at <= stage_at(k, queue, waited_ms(k, now_ms, contact))


@compiled
def fit(k: State, queue: int, agent: int) -> int:
    """How well an agent meets the preferred skills: weight times level; more than asked adds nothing."""
    queues = k.queues
    total = 0
    for need in range(len(queues.need_skill[queue])):
        skill = queues.need_skill[queue, need]
        if skill == NOTHING:
            break
        if queues.need_until_ms[queue, need] < FAR:
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


@compiled
def agent_key(k: State, key: int, queue: int, agent: int) -> int:
    """The value of one key for an agent; the smaller one goes first."""
    if key == BY_FIT:
        return -fit(k, queue, agent)
    if key == BY_LOAD:
        return load_of(k, agent)
    if key == BY_IDLENESS:
        return k.agents.idle_since_ms[agent]
    if key == BY_TEAM:
        return k.queues.team_place[queue, k.agents.team[agent]]
    return k.agents.versatility[agent]


@compiled
def compare_agents(k: State, queue: int, one: int, other: int) -> int:
    """Which of two agents takes a contact: the place of the deciding key, from 1; negative for `other`."""
    mine, theirs = rank_of(k, queue, one), rank_of(k, queue, other)
    if mine != theirs:
        return RANK_DECIDED if mine < theirs else -RANK_DECIDED
    order = k.queues.order[queue]
    place = RANK_DECIDED
    for key in range(len(order)):
        place += 1
        mine, theirs = agent_key(k, order[key], queue, one), agent_key(k, order[key], queue, other)
        if mine != theirs:
            return place if mine < theirs else -place
    return place + 1 if one < other else -place - 1


@compiled
def best_agent(k: State, now_ms: int, contact: int) -> int:
    """The agent for a waiting contact, or NOBODY.

    Leaves in `last_choice` how many could have had it and which key decided between the first two.
    """
    queue, kept_for = k.contacts.queue[contact], k.contacts.kept_for[contact]
    medium = k.queues.medium[queue]
    k.last_choice[0], k.last_choice[1] = 0, 0
    if k.queues.closed[queue] == 1:
        return NOBODY
    if kept_for != NOBODY:
        if has_room(k, kept_for, medium) and may_take(k, now_ms, contact, kept_for):
            k.last_choice[0] = 1
            return kept_for
        return NOBODY
    eligible = k.queues.eligible[queue, stage_at(k, queue, waited_ms(k, now_ms, contact))]
    room = k.agents.room[medium]
    best, candidates, deciding = NOBODY, 0, 0
    for w in range(len(room)):
        word = eligible[w] & room[w]
        while word:
            agent = (w << 6) + lowest(word)
            word = without_lowest(word)
            if refused(k, contact, agent) or barred(k, now_ms, contact, agent):
                continue
            candidates += 1
            if best == NOBODY:
                best = agent
                continue
            key = compare_agents(k, queue, agent, best)
            # What separates the first from the second is the finest key met since the first came up.
            if key > 0:
                best, deciding = agent, key
            else:
                deciding = max(deciding, -key)
    k.last_choice[0], k.last_choice[1] = candidates, deciding
    return best


@compiled
def share_of_target(k: State, now_ms: int, contact: int) -> int:
    """Millionths of the queue's target that the contact has waited."""
    return waited_ms(k, now_ms, contact) * MILLIONTHS // k.queues.urgency[k.contacts.queue[contact], 1]


@compiled
def compare_urgencies(
    k: State,
    one: int,
    one_rank: int,
    one_tier: int,
    one_share: int,
    other: int,
    other_rank: int,
    other_tier: int,
    other_share: int,
) -> int:
    """Which of two waiting contacts goes first: the deciding key, negative for `other`.

    Highest tier, then the best rank of its queue with the agent, then the largest share of its target used
    up (a chat 30 s into 40 s outranks an e-mail 1 h into 4 h), then the earliest arrival, then the smallest
    identifier.
    """
    contacts = k.contacts
    if one_tier != other_tier:
        return BY_TIER if one_tier > other_tier else -BY_TIER
    if one_rank != other_rank:
        return BY_RANK if one_rank < other_rank else -BY_RANK
    if one_share != other_share:
        return BY_SHARE if one_share > other_share else -BY_SHARE
    mine, theirs = contacts.arrived_ms[one], contacts.arrived_ms[other]
    if mine != theirs:
        return BY_ARRIVAL if mine < theirs else -BY_ARRIVAL
    return BY_IDENTITY if contacts.identity[one] < contacts.identity[other] else -BY_IDENTITY


@compiled
def compare_contacts(k: State, now_ms: int, one: int, one_rank: int, other: int, other_rank: int) -> int:
    """The same, for contacts whose tier and share are still to be looked up."""
    return compare_urgencies(
        k,
        one,
        one_rank,
        tier_now(k, now_ms, one),
        share_of_target(k, now_ms, one),
        other,
        other_rank,
        tier_now(k, now_ms, other),
        share_of_target(k, now_ms, other),
    )


@compiled
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


@compiled
def best_contact(k: State, now_ms: int, agent: int) -> int:
    """The waiting contact that an agent should take, or NOTHING.

    Leaves in `last_choice` how many queues and kept contacts could have had the agent, the deciding key, and
    the rank of what was chosen.
    """
    best, best_rank, candidates, deciding = NOTHING, 1, 0, 0
    best_tier, best_share = 0, 0
    kept = k.lines.head[kept_line(k, agent)]
    while kept != NOTHING:
        if has_room(k, agent, k.queues.medium[k.contacts.queue[kept]]) and may_take(k, now_ms, kept, agent):
            candidates += 1
            tier, share = tier_now(k, now_ms, kept), share_of_target(k, now_ms, kept)
            key = BY_IDENTITY
            if best != NOTHING:
                key = compare_urgencies(k, kept, 1, tier, share, best, 1, best_tier, best_share)
            if key > 0:
                best, deciding = kept, 0 if candidates == 1 else key
                best_tier, best_share = tier, share
            else:
                deciding = max(deciding, -key)
        kept = k.contacts.behind[kept]
    reach = k.agents.reach[agent]
    for medium in range(len(k.media.exclusive)):
        if not has_room(k, agent, medium):
            continue
        waiting = k.queues.waiting[medium]
        for w in range(len(reach)):
            word = reach[w] & waiting[w]
            while word:
                contact = first_for(k, now_ms, (w << 6) + lowest(word), agent)
                word = without_lowest(word)
                if contact == NOTHING:
                    continue
                candidates += 1
                rank = rank_for(k, contact, agent)
                tier = tier_now(k, now_ms, contact)
                if tier < best_tier:
                    deciding = max(deciding, BY_TIER)
                    continue
                share = share_of_target(k, now_ms, contact)
                key = BY_IDENTITY
                if best != NOTHING:
                    key = compare_urgencies(
                        k, contact, rank, tier, share, best, best_rank, best_tier, best_share
                    )
                if key > 0:
                    best, best_rank, deciding = contact, rank, 0 if candidates == 1 else key
                    best_tier, best_share = tier, share
                else:
                    deciding = max(deciding, -key)
    k.last_choice[2], k.last_choice[3], k.last_choice[4] = candidates, deciding, best_rank
    return best
