"""Which key of the document stands for which attribute of the policy.

A test holds this table to the records of `policy.py`: an attribute without a key is found by it.
"""

from affluent.routing.document import beside
from affluent.routing.document.kinds import Duration, Flag, Known, KnownList, Numbers, Whole, Word
from affluent.routing.document.needs import Needs
from affluent.routing.document.record import Key, Record, Records
from affluent.routing.policy import (
    LEVEL_MAX,
    LIMIT_MAX,
    RANK_MAX,
    TIER_MAX,
    UNITS_FULL,
    AgentOrder,
    AgentReserve,
    AgentRule,
    Bundle,
    Demands,
    MediumRule,
    Overflow,
    Policy,
    QueueRule,
    TeamNeed,
    TierStep,
)

COUNT_MAX = 1_000_000_000
SHARE_MAX = 1_000_000

MEDIUM = Record(
    MediumRule,
    {
        "units": Key("units", Whole(1, UNITS_FULL)),
        "interrupts": Key("interrupts", KnownList("medium")),
        "pulls_back": Key("pulls_back", KnownList("medium")),
        "exclusive": Key("exclusive", Flag()),
    },
    beside=("medium",),
)

OVERFLOW = Record(
    Overflow,
    {
        "queue": Key("queue", Known("queue"), absent=True),
        "after": Key("after_ms", Duration()),
        "when_closed": Key("when_closed", Flag()),
    },
)

TEAM_NEED = Record(
    TeamNeed,
    {
        "teams": Key("teams", KnownList("team")),
        "relax_after": Key("relax_after_ms", Duration()),
    },
)

TIER_STEP = Record(
    TierStep,
    {
        "tier": Key("tier", Whole(0, TIER_MAX)),
        "after": Key("after_ms", Duration()),
        "share": Key("share", Whole(0, SHARE_MAX)),
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
        "max_length": Key("max_length", Whole(1, COUNT_MAX)),
        "overflow": Key("overflow", OVERFLOW),
        "team_needs": Key("team_needs", Records(TEAM_NEED)),
        "tier_steps": Key("tier_steps", Records(TIER_STEP)),
        "by_hand": Key("by_hand", Flag()),
    },
    beside=("id",),
    elsewhere=tuple(beside.QUEUE.keys),
)

AGENT = Record(
    AgentRule,
    {
        "team": Key("team", Known("team")),
        "skills": Key("skills", Numbers("skill", 0, LEVEL_MAX)),
        "limits": Key("limits", Numbers("medium", 0, LIMIT_MAX)),
        "ranks": Key("ranks", Numbers("queue", 1, RANK_MAX)),
        "units": Key("units", Numbers("medium", 1, UNITS_FULL)),
        "kept_free": Key("kept_free", Numbers("medium", 0, UNITS_FULL)),
        "bundles": Key("bundles", KnownList("bundle")),
    },
    beside=("id",),
    elsewhere=tuple(beside.AGENT.keys),
)

SEGMENT = Record(
    Demands,
    {
        "skills": Key("needs", Needs()),
        "team_needs": Key("team_needs", Records(TEAM_NEED)),
        "tier": Key("tier", Whole(0, TIER_MAX)),
        "target": Key("target_ms", Duration()),
    },
    elsewhere=tuple(beside.SEGMENT.keys),
)

BUNDLE = Record(
    Bundle,
    {"skills": Key("skills", Numbers("skill", 0, LEVEL_MAX))},
    beside=("id",),
    elsewhere=tuple(beside.BUNDLE.keys),
)

RESERVE = Record(
    AgentReserve,
    {
        "medium": Key("medium", Known("medium")),
        "queues": Key("queues", KnownList("queue")),
        "tier": Key("tier", Whole(0, TIER_MAX)),
        "agents": Key("agents", Whole(0, COUNT_MAX)),
        "waiting": Key("waiting", Whole(0, COUNT_MAX)),
        "team": Key("team", Known("team")),
        "against": Key("against", KnownList("queue")),
        "shut": Key("shut", Flag()),
    },
    elsewhere=tuple(beside.RESERVE.keys),
)

WHOLE = Record(
    Policy,
    {
        "order": Key("order", Word(AgentOrder)),
        "reserve": Key("reserve", Whole(0, LIMIT_MAX)),
        "agent_reserves": Key("agent_reserves", Records(RESERVE)),
    },
    beside=("media", "skills", "bundles", "queues", "agents"),
)
