"""Random days with many agents for few queues, so that much changes at one instant."""

from dataclasses import replace

from affluent.routing import AgentOrder, Policy
from tests.routing.pair import Pair
from tests.routing.story import (
    BUNDLES,
    SKILLS,
    Choices,
    Seeded,
    a_queue,
    agent_reserves,
    an_agent,
    happen,
    one_of,
    some_media,
)

EVENTS = (
    *("arrive",) * 12,
    *("ready",) * 6,
    *("accept", "pass_time", "pass_time") * 2,
    *("away", "fail", "fail", "release", "release", "withdraw", "withdraw", "close", "open", "open"),
    *("lift", "change", "restart", "sleep", "wake", "take", "merge", "transfer", "promise"),
)


def a_crowd(choices: Choices) -> Policy:
    queues = [
        replace(
            a_queue(choices, 100 - row, easy=choices.number(0, 2) > 0),
            offer_ms=one_of(choices, (10, 30)),
            set_aside_ms=one_of(choices, (0, 10, 30)),
            max_length=None,
        )
        for row in range(choices.number(2, 4))
    ]
    ids, ranked = [queue.id for queue in queues], choices.number(0, 1) == 1
    agents = [
        an_agent(choices, row * 7 % 101, ids, ranked=ranked, easy=choices.number(0, 3) > 0)
        for row in range(1, choices.number(3, 45))
    ]
    reserves = [replace(one, agents=one_of(choices, (1, 3, 20))) for one in agent_reserves(choices, queues)]
    return Policy(
        some_media(choices),
        frozenset(SKILLS),
        tuple(queues),
        tuple(agents),
        one_of(choices, tuple(AgentOrder)),
        choices.number(0, 1),
        BUNDLES,
        tuple(reserves),
    )


def a_crowded_day(seed: int, events: int) -> Pair:
    """Time passes in tens, so that offers, stages and agents who come back fall due together."""
    choices = Seeded(seed)
    pair = Pair(a_crowd(choices))
    for agent in pair.policy.agents:
        if choices.number(0, 1):
            pair.ready(agent.id)
    for _ in range(events):
        event = one_of(choices, EVENTS)
        if event == "pass_time":
            pair.pass_time(10 * choices.number(1, 3))
        else:
            happen(pair, choices, event)
    return pair
