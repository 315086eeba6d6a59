"""Random days with many agents for few queues, so that much changes at one instant."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from affluent.routing import (
    AgentOrder,
    AgentReserve,
    AgentRule,
    MediumRule,
    Policy,
    QueueRule,
    TeamNeed,
)
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


BACKFILL_EVENTS = (
    *("arrive",) * 8,
    *("last come", "last go", "calls close", "calls open", "withdraw") * 3,
    *("accept", "release", "pass_time", "fail"),
)
"""What a reserve of nearly all agents opens and shuts by, more often than chance would have it."""


def a_backfill(choices: Choices) -> Policy:
    """Calls that nobody may have at first, letters, and as many agents as a reserve needs to open for all at once.

    A call may push letters aside, so that the last agents free stay free whatever they write. The last two, who come
    and go, are the least versatile: they are the first to get a letter, and one alone.
    """
    agents = choices.number(19, 20)
    usual = {"voice": 1, "email": 2, "chat": 1}
    calls = QueueRule(1, "voice", offer_ms=90, set_aside_ms=0, team_needs=(TeamNeed((2,), 60),))
    letters = [
        QueueRule(row, "email", tier=choices.number(0, 1), target_ms=100, offer_ms=90, set_aside_ms=0)
        for row in (2, 3)
    ]
    kept = AgentReserve("voice", tier=5, agents=agents - 2)
    backfill = AgentReserve("voice", queues=(1,), waiting=choices.number(0, 1))
    return Policy(
        (MediumRule("voice", 60, interrupts=("email",)), MediumRule("email", 30), MediumRule("chat", 30)),
        frozenset(SKILLS),
        (calls, *letters, QueueRule(4, "chat")),
        tuple(
            AgentRule(row, {}, usual if row < agents - 1 else {"voice": 1, "email": 1}, 4)
            for row in range(1, agents + 1)
        ),
        one_of(choices, (AgentOrder.LEAST_VERSATILE, AgentOrder.LEAST_BUSY)),
        agent_reserves=one_of(choices, ((kept,), (backfill,), (kept, backfill))),
    )


PULLING_EVENTS = (
    *("arrive",) * 8,
    *("ready", "pass_time") * 3,
    "release",
    "withdraw",
    "accept",
    "away",
    "fail",
)


def a_pulling_centre(choices: Choices) -> Policy:
    """Calls and chats send letters back that nobody has accepted, to other agents or to a small rest of room."""
    media = (
        MediumRule("voice", 60, pulls_back=("email",)),
        MediumRule("chat", one_of(choices, (20, 25)), pulls_back=("email",)),
        MediumRule("email", 30),
        MediumRule("sms", one_of(choices, (5, 10))),
    )
    queues = tuple(
        QueueRule(
            row,
            medium.medium,
            tier=choices.number(0, 1),
            target_ms=one_of(choices, (40, 100)),
            offer_ms=90,
            set_aside_ms=one_of(choices, (0, 10)),
            keep_ms=one_of(choices, (0, 0, 20)),
        )
        for row, medium in enumerate((*media, media[2], media[3]), 1)
    )
    limits = {"voice": 1, "chat": 2, "email": 3, "sms": 4}
    agents = tuple(
        AgentRule(row, {}, {**limits, "voice": choices.number(0, 1)})
        for row in range(1, choices.number(2, 4))
    )
    return Policy(media, frozenset(SKILLS), queues, agents)


def a_crowded_day(seed: int, events: int) -> Pair:
    return a_day(seed, events, a_crowd, EVENTS, absent=2)


def a_day(
    seed: int, events: int, policy: Callable[[Choices], Policy], likely: Sequence[str], *, absent: int
) -> Pair:
    """Time passes in tens, so that offers, stages and agents who come back fall due together.

    One of `absent` agents is not there at first; 0: all are there.
    """
    choices = Seeded(seed)
    pair = Pair(policy(choices))
    for agent in pair.policy.agents:
        if absent == 0 or choices.number(1, absent) > 1:
            pair.ready(agent.id)
    for _ in range(events):
        event = one_of(choices, likely)
        if event == "pass_time":
            pair.pass_time(10 * choices.number(1, 3))
        elif event in {"last come", "last go"}:
            agent = pair.policy.agents[-choices.number(1, 2)].id
            pair.ready(agent) if event == "last come" else pair.away(agent, offline=False)
        elif event in {"calls close", "calls open"}:
            calls = pair.policy.queues[0].id
            pair.close(calls) if event == "calls close" else pair.open(calls)
        else:
            happen(pair, choices, event)
    return pair
