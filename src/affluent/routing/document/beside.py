"""What a living centre keeps of its routing beside the engine's rules: brands, opening hours, clocks, names.

The engine reads such a document as any other: a brand is to it a skill that queues require and agents have
(docs/decisions/0031-the-policy-document-of-a-centre.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from affluent.routing.document.centre_kinds import Durations, Share, Spans, Text, Week
from affluent.routing.document.kinds import Duration, Flag, Known, KnownList, Numbers, Whole, Word
from affluent.routing.document.problems import Path
from affluent.routing.document.reading import Bad, Noun, Reading
from affluent.routing.document.record import Key, Record, Records
from affluent.routing.document.tree import Entries, Items, Node
from affluent.routing.policy import RANK_MAX, AgentRule, Policy, QueueRule, SkillNeed

Span = tuple[str, str]


class TargetClock(StrEnum):
    """When a target runs: around the clock, or in the hours of its queue."""

    ALWAYS = "always"
    OPEN_HOURS = "open_hours"


@dataclass(frozen=True, slots=True)
class PromisesBeside:
    """The hours that customers of a queue are promised at the doors."""

    most: int = 1
    every_ms: int = 1_800_000
    notice_ms: int = 3_600_000
    days: int = 7
    remind_ms: int | None = None


@dataclass(frozen=True, slots=True)
class QueueBeside:
    """`name` is what the centre calls it, where the document must call it otherwise to tell two apart."""

    name: str | None = None
    brand: str | None = None
    hours: str | None = None
    closes: bool = False
    target_share: float = 0.8
    target_clock: TargetClock | None = None
    short_abandon_ms: int = 5_000
    wrap_up_ms: int = 0
    last_agent_ms: int | None = None
    repeat_ms: int | None = None
    announces: bool = True
    announce_share: float = 0.8
    cushion_share: float = 0.0
    cushion_ms: int = 0
    promises: PromisesBeside | None = None


@dataclass(frozen=True, slots=True)
class AgentBeside:
    """`email` tells people of one name apart."""

    name: str | None = None
    email: str | None = None
    brands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TeamBeside:
    """`ranks` are for those of the team who have none of their own."""

    name: str | None = None
    brand: str | None = None
    ranks: Mapping[int, int] = field(default_factory=dict[int, int])


@dataclass(frozen=True, slots=True)
class SegmentBeside:
    """`targets` replace the queue's by medium."""

    name: str | None = None
    brand: str | None = None
    targets: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class BundleBeside:
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ReserveBeside:
    """With a `level` it opens and shuts by the service level of its queues, over a sliding window."""

    name: str | None = None
    brand: str | None = None
    level: float | None = None
    level_window_ms: int = 900_000


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A day unlike its weekday: closed when it has no span."""

    date: str
    spans: tuple[Span, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours; `holidays` is the country whose public holidays are closed."""

    name: str | None = None
    timezone: str = "Europe/Paris"
    weekly: Mapping[str, tuple[Span, ...]] = field(default_factory=dict[str, tuple[Span, ...]])
    holidays: str | None = None
    exceptions: tuple[Exceptional, ...] = ()


_NAMED = {"name": Key("name", Text()), "brand": Key("brand", Known("brand"))}
PROMISES = Record(
    PromisesBeside,
    {
        "most": Key("most", Whole(1, 1_000)),
        "every": Key("every_ms", Duration()),
        "notice": Key("notice_ms", Duration()),
        "days": Key("days", Whole(1, 90)),
        "remind": Key("remind_ms", Duration()),
    },
)
QUEUE = Record(
    QueueBeside,
    {
        **_NAMED,
        "hours": Key("hours", Known("hours")),
        "closes": Key("closes", Flag()),
        "target_share": Key("target_share", Share()),
        "target_clock": Key("target_clock", Word(TargetClock)),
        "short_abandon": Key("short_abandon_ms", Duration()),
        "wrap_up": Key("wrap_up_ms", Duration()),
        "last_agent": Key("last_agent_ms", Duration()),
        "repeat": Key("repeat_ms", Duration()),
        "announces": Key("announces", Flag()),
        "announce_share": Key("announce_share", Share()),
        "cushion_share": Key("cushion_share", Share(most=500)),
        "cushion": Key("cushion_ms", Duration()),
        "promises": Key("promises", PROMISES),
    },
)
AGENT = Record(
    AgentBeside,
    {
        "name": _NAMED["name"],
        "email": Key("email", Text()),
        "brands": Key("brands", KnownList("brand")),
    },
)
TEAM = Record(TeamBeside, {**_NAMED, "ranks": Key("ranks", Numbers("queue", 1, RANK_MAX))})
SEGMENT = Record(SegmentBeside, {**_NAMED, "targets": Key("targets", Durations("medium"))})
BUNDLE = Record(BundleBeside, {"name": _NAMED["name"]})
RESERVE = Record(
    ReserveBeside,
    {**_NAMED, "level": Key("level", Share()), "level_window": Key("level_window_ms", Duration())},
)
EXCEPTION = Record(
    Exceptional,
    {"date": Key("date", Text()), "spans": Key("spans", Spans()), "label": Key("label", Text())},
)
HOURS = Record(
    Hours,
    {
        "name": _NAMED["name"],
        "timezone": Key("timezone", Text()),
        "weekly": Key("weekly", Week()),
        "holidays": Key("holidays", Text()),
        "exceptions": Key("exceptions", Records(EXCEPTION)),
    },
)
SECTIONS = ("brands", "hours")


@dataclass(frozen=True, slots=True)
class Beside:
    """By the names in the document; reserves by their place."""

    brands: tuple[str, ...] = ()
    hours: Mapping[str, Hours] = field(default_factory=dict[str, Hours])
    queues: Mapping[str, QueueBeside] = field(default_factory=dict[str, QueueBeside])
    agents: Mapping[str, AgentBeside] = field(default_factory=dict[str, AgentBeside])
    teams: Mapping[str, TeamBeside] = field(default_factory=dict[str, TeamBeside])
    segments: Mapping[str, SegmentBeside] = field(default_factory=dict[str, SegmentBeside])
    bundles: Mapping[str, BundleBeside] = field(default_factory=dict[str, BundleBeside])
    reserves: tuple[ReserveBeside, ...] = ()


def read_beside(reading: Reading, whole: Entries) -> Beside:
    """What stands beside the engine's rules in a document, whose names are declared."""
    return Beside(
        brands=tuple(reading.ids["brand"]),
        hours=_section(reading, whole, "hours", HOURS, Hours()),
        queues=_section(reading, whole, "queues", QUEUE, QueueBeside()),
        agents=_section(reading, whole, "agents", AGENT, AgentBeside()),
        teams=_section(reading, whole, "teams", TEAM, TeamBeside()),
        segments=_section(reading, whole, "segments", SEGMENT, SegmentBeside()),
        bundles=_section(reading, whole, "bundles", BUNDLE, BundleBeside()),
        reserves=tuple(_reserves(reading, whole)),
    )


T = TypeVar("T")


def _section(reading: Reading, whole: Entries, section: str, record: Record, blank: T) -> dict[str, T]:
    node = whole.entries.get(section)
    if not isinstance(node, Entries):
        # Skills and teams may be lists of names. What is none of these was complained of already.
        return dict.fromkeys(_listed(node), blank)
    return {
        name: _beside(reading, record, value, (section, name), blank) for name, value in node.entries.items()
    }


def _listed(node: Node | None) -> list[str]:
    return [str(getattr(item, "text", "")) for item in node.items] if isinstance(node, Items) else []


def _beside(reading: Reading, record: Record, node: Node, path: Path, blank: T) -> T:
    if not isinstance(node, Entries):
        return blank
    # All but its own keys were read, or complained of, as the engine's.
    others = () if record is HOURS else tuple(node.entries.keys() - record.keys.keys())
    values = record.values(reading, node, path, others=others)
    return blank if isinstance(values, Bad) else record.made(**values)


def _reserves(reading: Reading, whole: Entries) -> list[ReserveBeside]:
    node = whole.entries.get("agent_reserves")
    if not isinstance(node, Items):
        return []
    return [
        _beside(reading, RESERVE, item, ("agent_reserves", str(place)), ReserveBeside())
        for place, item in enumerate(node.items)
    ]


def with_walls(policy: Policy, ids: Mapping[Noun, Mapping[str, int]], beside: Beside) -> Policy:
    """The rules as the engine follows them: brands as skills, ranks of teams as those of their agents."""
    if not beside.brands and not any(team.ranks for team in beside.teams.values()):
        return policy
    walls = ids["brand"]
    queues = {number: beside.queues[name] for name, number in ids["queue"].items() if name in beside.queues}
    agents = {number: beside.agents[name] for name, number in ids["agent"].items() if name in beside.agents}
    ranks = team_ranks(ids, beside)
    return replace(
        policy,
        skills=policy.skills | frozenset(walls.values()),
        queues=tuple(_walled_queue(one, queues.get(one.id), walls) for one in policy.queues),
        agents=tuple(walled_agent(one, agents.get(one.id), walls, ranks) for one in policy.agents),
    )


def team_ranks(ids: Mapping[Noun, Mapping[str, int]], beside: Beside) -> dict[int, Mapping[int, int]]:
    """Ranks of queues by team, as numbers."""
    return {ids["team"][name]: team.ranks for name, team in beside.teams.items() if name in ids["team"]}


def _walled_queue(rule: QueueRule, beside: QueueBeside | None, walls: Mapping[str, int]) -> QueueRule:
    if beside is None or beside.brand is None:
        return rule
    return replace(rule, skills=(*rule.skills, SkillNeed(walls[beside.brand])))


def walled_agent(
    rule: AgentRule,
    beside: AgentBeside | None,
    walls: Mapping[str, int],
    ranks: Mapping[int, Mapping[int, int]],
) -> AgentRule:
    """An agent with the brands they serve, and the ranks of their team."""
    brands = () if beside is None else beside.brands
    of_team = {} if rule.team is None else ranks.get(rule.team, {})
    return replace(
        rule,
        skills={**rule.skills, **{walls[one]: 1 for one in brands}},
        ranks={**of_team, **rule.ranks},
    )
