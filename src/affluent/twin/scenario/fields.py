"""Which key of a scenario stands for which attribute of its records."""

from affluent.routing.document import fields as policy_fields
from affluent.routing.document.kinds import Duration, Flag, Known, Whole
from affluent.routing.document.record import Key, Record, Records
from affluent.twin.scenario.law_kind import LawKind
from affluent.twin.scenario.scenario import (
    Break,
    Callback,
    ContactClass,
    Group,
    Onward,
    Return,
    Scenario,
    SelfCare,
)
from affluent.twin.scenario.values import SHARE, Arrivals, ByPeriod, Decimal, Periods, Text

AGENTS_MAX = 100_000
LAWS = ByPeriod(LawKind())
SHAPE = Decimal(0.0, 1e6, above=True)

SELF_CARE = Record(
    SelfCare,
    {"lasts": Key("lasts", LAWS), "served": Key("served", SHARE), "left": Key("left", SHARE)},
)
RETURN = Record(
    Return,
    {"share": Key("share", SHARE), "after": Key("after", LAWS), "as": Key("class_name", Text())},
)
ONWARD = Record(Onward, {"as": Key("class_name", Text()), "share": Key("share", SHARE)})
CALLBACK = Record(
    Callback,
    {
        "after": Key("after_ms", Duration()),
        "share": Key("share", SHARE),
        "queue": Key("queue", Known("queue")),
    },
)
CLASS = Record(
    ContactClass,
    {
        "queue": Key("queue", Known("queue")),
        "motive": Key("motive", Text()),
        "segment": Key("segment", Text()),
        "arrivals": Key("arrivals", Arrivals()),
        "busyness": Key("busyness", SHAPE),
        "handling": Key("handling", LAWS),
        "wrap_up": Key("wrap_up", LAWS),
        "patience": Key("patience", LAWS),
        "self_care": Key("self_care", SELF_CARE),
        "retry": Key("retry", RETURN),
        "again": Key("again", RETURN),
        "onward": Key("onward", Records(ONWARD)),
        "callback": Key("callback", CALLBACK),
        "backlog": Key("backlog", Whole(0, 10_000_000)),
        "backlog_age": Key("backlog_age", LAWS),
    },
    beside=("name", "handling_by_group"),
)
BREAK = Record(
    Break,
    {
        "at": Key("at_ms", Duration()),
        "lasts": Key("lasts_ms", Duration()),
        "agents": Key("agents", Whole(1, AGENTS_MAX)),
    },
)
GROUP = Record(
    Group,
    {
        "agents": Key("present", ByPeriod(Whole(0, AGENTS_MAX))),
        "breaks": Key("breaks", Records(BREAK)),
        "pick_up": Key("pick_up", LAWS),
    },
    beside=("name", "rules"),
)
EACH = policy_fields.AGENT
"""What each agent of a group is: the same keys as an agent's in a policy."""

WHOLE = Record(
    Scenario,
    {
        "name": Key("name", Text()),
        "starts": Key("starts_ms", Duration()),
        "periods": Key("periods_ms", Periods()),
        "warm_up": Key("warm_up_ms", Duration()),
        "runs_on": Key("runs_on", Flag()),
        "busyness": Key("busyness", SHAPE),
        "laws_at_arrival": Key("laws_at_arrival", Flag()),
    },
    beside=("policy", "classes", "groups", "segments", "names"),
)
