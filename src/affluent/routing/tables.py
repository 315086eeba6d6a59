"""A policy compiled to tables."""

import numpy as np

from affluent.routing.bits import drop, put
from affluent.routing.compiled import compiled
from affluent.routing.policy import (
    RESERVES_MAX,
    AgentOrder,
    AgentReserve,
    AgentRule,
    Policy,
    QueueRule,
    TeamNeed,
    levels_of,
    stages_of,
    tier_steps_of,
    with_bundles,
)
from affluent.routing.space import (
    Widths,
    column,
    new_agenda,
    new_agents,
    new_chains,
    new_contacts,
    new_lines,
    new_marked,
    new_outcomes,
    new_queues,
    new_reserves,
    table,
)
from affluent.routing.state import (
    BY_FIT,
    BY_IDLENESS,
    BY_LOAD,
    BY_TEAM,
    BY_VERSATILITY,
    CHOICE_WIDTH,
    FAR,
    NEVER,
    NOTHING,
    ORDER_WIDTH,
    TOP_TIER,
    Agents,
    Column,
    Media,
    Queues,
    Reserves,
    Rules,
    State,
)

ORDERS = {
    AgentOrder.LEAST_BUSY: (BY_FIT, BY_LOAD, BY_IDLENESS),
    AgentOrder.LONGEST_IDLE: (BY_FIT, BY_IDLENESS, BY_LOAD),
    AgentOrder.LEAST_VERSATILE: (BY_FIT, BY_VERSATILITY, BY_IDLENESS),
    AgentOrder.TEAMS: (BY_TEAM, BY_FIT, BY_IDLENESS),
}


NO_TEAM = 0  # the row of those without
SPARE_WIDTH = 2  # needs and stages that demands may add before tables must grow


class Rows:
    """Which row stands for which identifier; rows follow the order of identifiers.

    Rows of queues go on with their variants, each under the rule of its queue as its demands change it.
    """

    def __init__(self, policy: Policy) -> None:
        self.queues: list[QueueRule] = sorted(policy.queues, key=lambda rule: rule.id)
        self.agents = sorted(
            (with_bundles(rule, policy.bundles) for rule in policy.agents), key=lambda rule: rule.id
        )
        self.skills = sorted(policy.skills)
        self.queue = {rule.id: row for row, rule in enumerate(self.queues)}
        self.agent = {rule.id: row for row, rule in enumerate(self.agents)}
        self.skill = {skill: row for row, skill in enumerate(self.skills)}
        self.medium = {rule.medium: row for row, rule in enumerate(policy.media)}
        self.units = {rule.medium: rule.units for rule in policy.media}
        self.team: dict[int, int] = {}
        self.name_teams(policy)
        self.agent_reserves = policy.agent_reserves

    def name_teams(self, policy: Policy) -> None:
        """A row for each team that anybody names and that has none yet."""
        named = {team for rule in policy.queues for team in rule.teams}
        named |= {team for rule in policy.queues for need in rule.team_needs for team in need.teams}
        named |= {rule.team for rule in policy.agent_reserves if rule.team is not None}
        named |= {rule.team for rule in policy.agents if rule.team is not None}
        for team in sorted(named - self.team.keys()):
            self.team[team] = len(self.team) + NO_TEAM + 1


def new_state(policy: Policy, rows: Rows, capacity: int) -> State:
    """The state of an empty centre: everybody offline, nobody waiting."""
    agents = _agents(policy, rows)
    return State(
        _media(policy, rows),
        _queues(policy, rows, len(agents.presence)),
        agents,
        new_lines(len(agents.presence), rows_for(rows)),
        new_contacts(capacity),
        new_chains(1_024),
        new_chains(64),
        new_agenda(4 * capacity + 4_096),
        new_outcomes(),
        new_marked(capacity, rows_for(rows)),
        _rules(policy),
        _reserves(policy.agent_reserves, rows, len(agents.presence)),
        column(CHOICE_WIDTH, np.int64),
        column(1 + ORDER_WIDTH, np.int64),
    )


def _rules(policy: Policy) -> Rules:
    rules = Rules(
        ranked=_flag(any(rule.ranks for rule in policy.agents)),
        reserve=_flag(False),
        simple=_flag(False),
        pulls_back=_flag(False),
        at_once=_flag(False),
        told=_flag(True),
    )
    write_rules(rules, policy)
    return rules


def write_rules(rules: Rules, policy: Policy) -> None:
    """What holds for everybody, but whether anybody ranks queues: the arrays stand on that."""
    pulls_back = any(rule.pulls_back for rule in policy.media)
    mixed = any(rule.interrupts or rule.exclusive for rule in policy.media) or pulls_back
    rules.reserve[0] = policy.reserve
    rules.simple[0] = int(not mixed and not any(rule.kept_free for rule in policy.agents))
    rules.pulls_back[0] = int(pulls_back)


def _flag(holds: bool) -> Column:
    return column(1, np.int64, int(holds))


def rows_for(rows: Rows) -> int:
    """Queues, and variants of them that are foreseen."""
    return max(1, len(rows.queues) + len(rows.queues) // 4)


def _media(policy: Policy, rows: Rows) -> Media:
    count = len(policy.media)
    media = Media(table(count, count, np.int8), table(count, count, np.int8), column(count, np.int8))
    write_media(media, policy, rows)
    return media


def write_media(media: Media, policy: Policy, rows: Rows) -> None:
    for rule in policy.media:
        row = rows.medium[rule.medium]
        media.exclusive[row] = int(rule.exclusive)
        for other, place in rows.medium.items():
            media.interrupts[row, place] = int(other in rule.interrupts)
            media.pulls_back[row, place] = int(other in rule.pulls_back)


def widths_for(rule: QueueRule) -> Widths:
    needs = sum(len(levels_of(need)) for need in rule.skills)
    return Widths(needs, len(stages_of(rule)), len(tier_steps_of(rule)))


def _queues(policy: Policy, rows: Rows, agents: int) -> Queues:
    each = [widths_for(rule) for rule in rows.queues] or [Widths(1, 1, 1)]
    widths = Widths(
        max(one.needs for one in each) + SPARE_WIDTH,
        max(one.stages for one in each) + SPARE_WIDTH,
        max(one.steps for one in each),
    )
    queues = new_queues(rows_for(rows), widths, agents, len(policy.media), len(rows.team))
    for row, rule in enumerate(rows.queues):
        write_queue(queues, row, row, rule, rows, policy.order)
    return queues


def write_queue(
    queues: Queues, row: int, base: int, rule: QueueRule, rows: Rows, usual_order: AgentOrder
) -> None:
    """Writes a rule into a row that is wide enough for its needs and stages."""
    queues.base[row] = base
    queues.medium[row] = rows.medium[rule.medium]
    queues.target_ms[row] = rule.target_ms
    queues.offer_ms[row] = rule.offer_ms
    queues.aside_ms[row] = rule.set_aside_ms
    queues.keep_ms[row] = rule.keep_ms
    _write_steps(queues, row, rule)
    overflow_ms = None if rule.overflow is None else rule.overflow.after_ms
    queues.overflow_ms[row] = FAR if overflow_ms is None else overflow_ms
    queues.closed[row] = queues.closed[base]
    _write_needs(queues, row, rule, rows)
    opens = stages_of(rule)
    for stage in range(len(queues.stage_after_ms[row])):
        queues.stage_after_ms[row, stage] = opens[stage] if stage < len(opens) else FAR
    write_order(queues, row, rule, usual_order)
    for team in range(len(queues.team_place[row])):
        queues.team_place[row, team] = FAR
        queues.team_after_ms[row, team] = 0
    for place, team in enumerate(rule.teams):
        queues.team_place[row, rows.team[team]] = place
    for need in rule.team_needs:
        _write_team_need(queues, row, need, rows)
    queues.barred_by[row], queues.counted_by[row] = reserve_bits(rows.agent_reserves, rule.id)


def write_order(queues: Queues, row: int, rule: QueueRule, usual_order: AgentOrder) -> None:
    for place, key in enumerate(ORDERS[rule.order or usual_order]):
        queues.order[row, place] = key


def reserve_bits(reserves: tuple[AgentReserve, ...], queue: int) -> tuple[np.uint64, np.uint64]:
    """The reserves that may keep agents from a queue, and those that count who waits in it."""
    barred_by, counted_by = 0, 0
    for place, reserve in enumerate(reserves):
        if queue in reserve.queues:
            counted_by |= 1 << place
        elif not reserve.against or queue in reserve.against:
            barred_by |= 1 << place
    return np.uint64(barred_by), np.uint64(counted_by)


def _write_steps(queues: Queues, row: int, rule: QueueRule) -> None:
    """All that the urgency of a contact is looked up from, side by side in memory."""
    queues.urgency[row, 0], queues.urgency[row, 1] = rule.tier, rule.target_ms
    for place in range(2, len(queues.urgency[row])):
        queues.urgency[row, place] = FAR
    for step, (after_ms, tier) in enumerate(sorted(tier_steps_of(rule))):
        queues.urgency[row, 2 + 2 * step], queues.urgency[row, 3 + 2 * step] = after_ms, tier


def _write_needs(queues: Queues, row: int, rule: QueueRule, rows: Rows) -> None:
    """One row of needs for each level that is demanded for a time, or for ever."""
    for place in range(len(queues.need_skill[row])):
        queues.need_skill[row, place] = NOTHING
    place = 0
    for need in rule.skills:
        for level, until_ms in levels_of(need):
            queues.need_skill[row, place] = rows.skill[need.skill]
            queues.need_level[row, place] = level
            queues.need_weight[row, place] = 0 if need.required else need.weight
            queues.need_until_ms[row, place] = FAR if until_ms is None else until_ms
            place += 1


def _write_team_need(queues: Queues, row: int, need: TeamNeed, rows: Rows) -> None:
    named = {rows.team[team] for team in need.teams if team in rows.team}
    after_ms = FAR if need.relax_after_ms is None else need.relax_after_ms
    for team in range(len(queues.team_place[row])):
        if team not in named:
            queues.team_after_ms[row, team] = max(queues.team_after_ms[row, team], after_ms)


def _reserves(found: tuple[AgentReserve, ...], rows: Rows, agents: int) -> Reserves:
    reserves = new_reserves(RESERVES_MAX, agents)
    reserves.size[0] = len(found)
    for row, rule in enumerate(found):
        write_reserve(reserves, row, rule, rows)
    return reserves


def write_reserve(reserves: Reserves, row: int, rule: AgentReserve, rows: Rows) -> None:
    reserves.medium[row] = rows.medium[rule.medium]
    reserves.team[row] = NOTHING if rule.team is None else rows.team[rule.team]
    reserves.named[row] = int(bool(rule.queues))
    reserves.tier[row] = TOP_TIER + 1 if rule.tier is None else rule.tier
    reserves.agents[row] = rule.agents
    reserves.most[row] = FAR if rule.waiting is None else rule.waiting
    if rule.shut is not None:
        # As if more were kept than there are, or none.
        reserves.agents[row], reserves.most[row] = (FAR if rule.shut else 0), FAR


def _agents(policy: Policy, rows: Rows) -> Agents:
    ranked = any(rule.ranks for rule in policy.agents)
    agents = new_agents(len(rows.agents), len(policy.media), rows_for(rows), len(rows.skills), ranked=ranked)
    for row, rule in enumerate(rows.agents):
        write_agent(agents, row, rule, rows)
    return agents


def write_agent(agents: Agents, row: int, rule: AgentRule, rows: Rows) -> None:
    agents.team[row] = NO_TEAM if rule.team is None else rows.team[rule.team]
    for skill in range(len(agents.skill[row])):
        agents.skill[row, skill] = 0
    for identity, level in rule.skills.items():
        agents.skill[row, rows.skill[identity]] = level
    for medium in range(len(agents.limit[row])):
        agents.limit[row, medium] = 0
        agents.kept_free[row, medium] = 0
    for medium, place in rows.medium.items():
        agents.units[row, place] = rule.units.get(medium, rows.units[medium])
    for medium, most in rule.limits.items():
        agents.limit[row, rows.medium[medium]] = most
    for medium, units in rule.kept_free.items():
        agents.kept_free[row, rows.medium[medium]] = units
    if len(agents.rank) == len(agents.presence) and len(agents.rank[0]) == len(agents.opens_at[0]):
        for queue in range(len(agents.rank[row])):
            agents.rank[row, queue] = 1
        for queue, rank in rule.ranks.items():
            agents.rank[row, rows.queue[queue]] = rank


@compiled
def meets(k: State, queue: int, stage: int, agent: int) -> bool:
    """Whether an agent has every skill, and is of a team, that a queue still demands at a stage."""
    queues = k.queues
    if queues.team_after_ms[queue, k.agents.team[agent]] > queues.stage_after_ms[queue, stage]:
        return False
    for need in range(len(queues.need_skill[queue])):
        skill = queues.need_skill[queue, need]
        if skill == NOTHING:
            break
        demanded = queues.need_until_ms[queue, need] > queues.stage_after_ms[queue, stage]
        if demanded and k.agents.skill[agent, skill] < queues.need_level[queue, need]:
            return False
    return True


@compiled
def learn_pair(k: State, queue: int, agent: int) -> None:
    """From which stage on an agent may serve a queue or a variant of one."""
    for stage in range(len(k.queues.stage_after_ms[queue])):
        drop(k.queues.eligible[queue, stage], agent)
    if k.agents.opens_at[agent, queue] != NEVER and k.queues.base[queue] == queue:
        k.agents.versatility[agent] -= 1
    k.agents.opens_at[agent, queue] = NEVER
    drop(k.agents.reach[agent], queue)
    if k.queues.base[queue] == NOTHING or k.agents.limit[agent, k.queues.medium[queue]] == 0:
        return
    for stage in range(len(k.queues.stage_after_ms[queue])):
        if k.queues.stage_after_ms[queue, stage] < FAR and meets(k, queue, stage, agent):
            put(k.queues.eligible[queue, stage], agent)
            if k.agents.opens_at[agent, queue] == NEVER:
                k.agents.opens_at[agent, queue] = stage
                put(k.agents.reach[agent], queue)
                if k.queues.base[queue] == queue:
                    k.agents.versatility[agent] += 1


@compiled
def learn_queue(k: State, queue: int) -> None:
    """Who may serve a queue, from which stage on."""
    for agent in range(len(k.agents.presence)):
        learn_pair(k, queue, agent)


@compiled
def learn_agent(k: State, agent: int) -> None:
    """What an agent may serve, from which stage on."""
    for queue in range(len(k.queues.base)):
        learn_pair(k, queue, agent)


@compiled
def learn_eligibility(k: State) -> None:
    """Which agent may serve which queue, from which stage on."""
    for queue in range(len(k.queues.base)):
        learn_queue(k, queue)
