"""A policy compiled to tables."""

from typing import cast

import numpy as np

from affluent.routing.bits import put
from affluent.routing.compiled import compiled
from affluent.routing.policy import AgentOrder, Policy, QueueRule
from affluent.routing.state import (
    BY_FIT,
    BY_IDLENESS,
    BY_LOAD,
    BY_VERSATILITY,
    FAR,
    NEVER,
    NOTHING,
    Agents,
    Column,
    Lines,
    Media,
    Queues,
    Rules,
    State,
    bit_cubes,
    bit_rows,
    column,
    new_agenda,
    new_contacts,
    new_marked,
    new_outcomes,
    new_refusals,
    table,
)

ORDERS = {
    AgentOrder.LEAST_BUSY: (BY_FIT, BY_LOAD, BY_IDLENESS),
    AgentOrder.LONGEST_IDLE: (BY_FIT, BY_IDLENESS, BY_LOAD),
    AgentOrder.LEAST_VERSATILE: (BY_FIT, BY_VERSATILITY, BY_IDLENESS),
}


class Rows:
    """Which row stands for which identifier; rows follow the order of identifiers."""

    def __init__(self, policy: Policy) -> None:
        self.queues = sorted(policy.queues, key=lambda rule: rule.id)
        self.agents = sorted(policy.agents, key=lambda rule: rule.id)
        self.skills = sorted(policy.skills)
        self.queue = {rule.id: row for row, rule in enumerate(self.queues)}
        self.agent = {rule.id: row for row, rule in enumerate(self.agents)}
        self.skill = {skill: row for row, skill in enumerate(self.skills)}
        self.medium = {rule.medium: row for row, rule in enumerate(policy.media)}


def stages_of(queue: QueueRule) -> list[int]:
    """When the stages of a queue open, in ms of waiting; the first is open from the start."""
    relaxed = {need.relax_after_ms for need in queue.skills if not need.required and need.relax_after_ms}
    return [0, *sorted(relaxed)]


def new_state(policy: Policy, rows: Rows, capacity: int) -> State:
    """The state of an empty centre: everybody offline, nobody waiting."""
    queues, agents = _queues(rows), _agents(policy, rows)
    order = np.array(ORDERS[policy.order], np.int64)
    reserve = np.array([policy.reserve], np.int64)
    lines = len(queues.tier) + 2 * len(agents.presence)
    return State(
        _media(policy, rows),
        queues,
        agents,
        Lines(column(lines, np.int64, NOTHING), column(lines, np.int64, NOTHING)),
        new_contacts(capacity),
        new_refusals(1_024),
        new_agenda(4 * capacity + 4_096),
        new_outcomes(),
        new_marked(capacity),
        Rules(cast(Column, order), cast(Column, reserve)),
        column(4, np.int64),
    )


def _media(policy: Policy, rows: Rows) -> Media:
    media = len(policy.media)
    units, interrupts = column(media, np.int64), table(media, media, np.int8)
    for row, rule in enumerate(policy.media):
        units[row] = rule.units
        for other in rule.interrupts:
            interrupts[row, rows.medium[other]] = 1
    return Media(units, interrupts)


def _filled(values: list[int], kind: type[np.generic]) -> Column:
    return cast(Column, np.array(values or [0], kind))


def _queues(rows: Rows) -> Queues:
    rules = rows.queues
    count = len(rules)
    needs = max((len(rule.skills) for rule in rules), default=1)
    stages = max((len(stages_of(rule)) for rule in rules), default=1)
    asked = table(count, needs, np.int64, NOTHING)
    level, weight = table(count, needs, np.int64), table(count, needs, np.int64)
    until_ms = table(count, needs, np.int64)
    after_ms = table(count, stages, np.int64, FAR)
    for row, rule in enumerate(rules):
        for place, need in enumerate(rule.skills):
            asked[row, place] = rows.skill[need.skill]
            level[row, place] = need.level
            weight[row, place] = 0 if need.required else need.weight
            until_ms[row, place] = FAR if need.required else need.relax_after_ms or 0
        for stage, opens_ms in enumerate(stages_of(rule)):
            after_ms[row, stage] = opens_ms
    return Queues(
        medium=_filled([rows.medium[rule.medium] for rule in rules], np.int64),
        tier=_filled([rule.tier for rule in rules], np.int64),
        target_ms=_filled([rule.target_ms for rule in rules], np.int64),
        offer_ms=_filled([rule.offer_ms for rule in rules], np.int64),
        aside_ms=_filled([rule.set_aside_ms for rule in rules], np.int64),
        keep_ms=_filled([rule.keep_ms for rule in rules], np.int64),
        max_wait_ms=_filled(
            [FAR if rule.max_wait_ms is None else rule.max_wait_ms for rule in rules], np.int64
        ),
        need_skill=asked,
        need_level=level,
        need_weight=weight,
        need_until_ms=until_ms,
        stage_after_ms=after_ms,
        eligible=bit_cubes(count, stages, len(rows.agents)),
        waiting=bit_rows(len(rows.medium), count),
        length=column(count, np.int64),
    )


def _agents(policy: Policy, rows: Rows) -> Agents:
    count, media, queues = len(rows.agents), len(policy.media), len(rows.queues)
    skill, limit = table(count, len(rows.skills), np.int8), table(count, media, np.int16)
    for row, rule in enumerate(rows.agents):
        for identity, level in rule.skills.items():
            skill[row, rows.skill[identity]] = level
        for medium, most in rule.limits.items():
            limit[row, rows.medium[medium]] = most
    return Agents(
        skill=skill,
        presence=column(count, np.int8),
        aside_until_ms=column(count, np.int64),
        idle_since_ms=column(count, np.int64),
        versatility=column(count, np.int64),
        limit=limit,
        in_hand=table(count, media, np.int16),
        opens_at=table(count, queues, np.int8, NEVER),
        reach=bit_rows(count, queues),
        room=bit_rows(media, count),
    )


@compiled
def meets(k: State, queue: int, stage: int, agent: int) -> bool:
    """Whether an agent has every skill that a queue still demands at a stage."""
    queues = k.queues
    for need in range(len(queues.need_skill[queue])):
        skill = queues.need_skill[queue, need]
        if skill == NOTHING:
            break
        demanded = queues.need_until_ms[queue, need] > queues.stage_after_ms[queue, stage]
        if demanded and k.agents.skill[agent, skill] < queues.need_level[queue, need]:
            return False
    return True


@compiled
def learn_eligibility(k: State) -> None:
    """Which agent may serve which queue, from which stage on."""
    for queue in range(len(k.queues.tier)):
        for agent in range(len(k.agents.presence)):
            if k.agents.limit[agent, k.queues.medium[queue]] == 0:
                continue
            for stage in range(len(k.queues.stage_after_ms[queue])):
                if k.queues.stage_after_ms[queue, stage] < FAR and meets(k, queue, stage, agent):
                    put(k.queues.eligible[queue, stage], agent)
                    if k.agents.opens_at[agent, queue] == NEVER:
                        k.agents.opens_at[agent, queue] = stage
                        put(k.agents.reach[agent], queue)
                        k.agents.versatility[agent] += 1
