"""Which key of the document stands for which attribute of the policy.

A test holds this table to the records of `policy.py`: an attribute without a key is found by it.
"""

from affluent.routing.document.kinds import Duration, Flag, Known, KnownList, Numbers, Whole, Word
from affluent.routing.document.needs import Needs
from affluent.routing.document.record import Key, Record
from affluent.routing.policy import (
    LEVEL_MAX,
    LIMIT_MAX,
    RANK_MAX,
    TIER_MAX,
    UNITS_FULL,
    AgentOrder,
    AgentRule,
    Demands,
    MediumRule,
    Overflow,
    Policy,
    QueueRule,
)

LENGTH_MAX = 1_000_000_000

MEDIUM = Record(
    MediumRule,
    {
        "units": Key("units", Whole(1, UNITS_FULL)),
        "interrupts": Key("interrupts", KnownList("medium")),
    },
    beside=("medium",),
)

OVERFLOW = Record(
    Overflow,
    {
        "queue": Key("queue", Known("queue")),
        "after": Key("after_ms", Duration()),
        "when_closed": Key("when_closed", Flag()),
    },
)

QUEUE = Record(
    QueueRule,
    {
        "medium": Key("medium", Known("medium")),
        "tier": Key("tier", Whole(0, TIER_MAX)),
        "target": Key("target_ms", Duration()),
        "skills": Key("skills", Needs()),
        "order": Key("order", Word(AgentOrder)),
        "teams": Key("teams", KnownList("team")),
        "offer": Key("offer_ms", Duration()),
        "set_aside": Key("set_aside_ms", Duration()),
        "keep": Key("keep_ms", Duration()),
        "max_wait": Key("max_wait_ms", Duration()),
        "max_length": Key("max_length", Whole(1, LENGTH_MAX)),
        "overflow": Key("overflow", OVERFLOW),
    },
    beside=("id",),
)

AGENT = Record(
    AgentRule,
    {
        "team": Key("team", Known("team")),
        "skills": Key("skills", Numbers("skill", 0, LEVEL_MAX)),
        "limits": Key("limits", Numbers("medium", 0, LIMIT_MAX)),
        "ranks": Key("ranks", Numbers("queue", 1, RANK_MAX)),
    },
    beside=("id",),
)

SEGMENT = Record(
    Demands,
    {
        "skills": Key("needs", Needs()),
        "tier": Key("tier", Whole(0, TIER_MAX)),
        "target": Key("target_ms", Duration()),
    },
)

WHOLE = Record(
    Policy,
    {
        "order": Key("order", Word(AgentOrder)),
        "reserve": Key("reserve", Whole(0, LIMIT_MAX)),
    },
    beside=("media", "skills", "queues", "agents"),
)
