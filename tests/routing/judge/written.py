"""A policy as its page describes it (docs/reference/policy.md), read into plain records of names.

It reads documents that are valid; what is wrong with others is the business of `affluent policy check`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

NEVER = 1 << 60
_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


@dataclass(frozen=True)
class Need:
    """One skill that is asked: for ever, or until it is relaxed; `weight` counts for preferred ones only."""

    skill: str
    level: int
    required: bool
    weight: int = 0
    floor: int = 0
    relax_after: int = NEVER


@dataclass(frozen=True)
class Wish:
    """What a contact asks beyond its queue: its segment's demands, or those of its line."""

    needs: tuple[Need, ...] = ()
    teams: tuple[tuple[frozenset[str], int], ...] = ()
    tier: int = 0
    target: int | None = None


@dataclass(frozen=True)
class Medium:
    units: int
    interrupts: frozenset[str]
    pulls_back: frozenset[str]
    exclusive: bool


@dataclass(frozen=True)
class Step:
    tier: int
    after: int


@dataclass(frozen=True)
class Queue:
    name: str
    medium: str
    tier: int
    target: int
    needs: tuple[Need, ...]
    order: str
    teams: tuple[str, ...]
    team_needs: tuple[tuple[frozenset[str], int], ...]
    steps: tuple[dict[str, Any], ...]
    max_wait: int
    offer: int
    set_aside: int
    keep: int
    max_length: int | None
    overflows: bool
    overflow_to: str | None
    overflow_after: int
    when_closed: bool
    by_hand: bool


@dataclass(frozen=True)
class Agent:
    name: str
    place: int
    skills: dict[str, int] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    team: str | None = None
    ranks: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    kept_free: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Reserve:
    medium: str
    queues: frozenset[str]
    tier: int
    agents: int
    waiting: int | None
    team: str | None
    against: frozenset[str]


@dataclass(frozen=True)
class Rules:
    media: dict[str, Medium]
    skills: dict[str, int]
    teams: frozenset[str]
    bundles: dict[str, dict[str, int]]
    queues: dict[str, Queue]
    agents: dict[str, Agent]
    segments: dict[str, Wish]
    reserves: tuple[Reserve, ...]
    reserve: int


def duration(text: Any) -> int:
    """`1h30m` as milliseconds."""
    if text == 0:
        return 0
    return sum(int(number) * _UNITS[unit] for number, unit in re.findall(r"(\d+)(ms|s|m|h|d)", str(text)))


def duration_or(text: Any, default: int) -> int:
    return default if text is None else duration(text)


def _needs(asked: dict[str, Any] | None) -> tuple[Need, ...]:
    found: list[Need] = []
    for skill, how in (asked or {}).items():
        if isinstance(how, int):
            found.append(Need(skill, how, required=True, floor=how))
        elif "required" in how:
            level = how["required"]
            floor = how.get("floor")
            relax = duration_or(how.get("relax_after"), NEVER)
            found.append(Need(skill, level, True, 0, level if floor is None else floor, relax))
        else:
            weight = how.get("weight")
            relax = how.get("relax_after")
            # Left out, it is never demanded and only scored (route-examples.md).
            after = 0 if relax is None else duration(relax)
            found.append(Need(skill, how["preferred"], False, 1 if weight is None else weight, 0, after))
    return tuple(found)


def _teams(asked: list[dict[str, Any]] | None) -> tuple[tuple[frozenset[str], int], ...]:
    return tuple((frozenset(one["teams"]), duration_or(one.get("relax_after"), NEVER)) for one in asked or ())


def wish(written: dict[str, Any]) -> Wish:
    """Demands, as a segment of the policy or a line of the filter writes them."""
    target = written.get("target")
    return Wish(
        _needs(written.get("skills")),
        _teams(written.get("team_needs")),
        written.get("tier") or 0,
        None if target is None else duration(target),
    )


def agent(name: str, place: int, bundles: dict[str, dict[str, int]], written: dict[str, Any] | None) -> Agent:
    """An agent's entry, with the highest level of all that it is given."""
    written = written or {}
    skills = dict(written.get("skills") or {})
    for bundle in written.get("bundles") or ():
        for skill, level in bundles[bundle].items():
            skills[skill] = max(level, skills.get(skill, 0))
    return Agent(
        name,
        place,
        {skill: level for skill, level in skills.items() if level > 0},
        dict(written.get("limits") or {}),
        written.get("team"),
        dict(written.get("ranks") or {}),
        dict(written.get("units") or {}),
        dict(written.get("kept_free") or {}),
    )


def _queue(name: str, written: dict[str, Any], order: str) -> Queue:
    overflow = written.get("overflow")
    hand = written.get("by_hand")
    keep = written.get("keep")
    return Queue(
        name=name,
        medium=written["medium"],
        tier=written.get("tier") or 0,
        target=duration_or(written.get("target"), 60_000),
        needs=_needs(written.get("skills")),
        order=written.get("order") or order,
        teams=tuple(written.get("teams") or ()),
        team_needs=_teams(written.get("team_needs")),
        steps=tuple(written.get("tier_steps") or ()),
        max_wait=duration_or(written.get("max_wait"), NEVER),
        offer=duration_or(written.get("offer"), 20_000),
        set_aside=duration_or(written.get("set_aside"), 60_000),
        keep=0 if keep is None else duration(keep),
        max_length=written.get("max_length"),
        overflows=overflow is not None,
        overflow_to=(overflow or {}).get("queue"),
        overflow_after=duration_or((overflow or {}).get("after"), NEVER),
        when_closed=bool((overflow or {}).get("when_closed")),
        by_hand=True if hand is None else hand,
    )


def _places(section: Any) -> dict[str, int]:
    """The names of a section with their ids: by place, or as `id` says."""
    if isinstance(section, list):
        return {name: place for place, name in enumerate(section, 1)}
    return {
        name: (entry or {}).get("id") or place
        for place, (name, entry) in enumerate((section or {}).items(), 1)
    }


def rules(document: dict[str, Any]) -> Rules:
    """A whole valid document."""
    media = {
        name: Medium(
            one["units"],
            frozenset(one.get("interrupts") or ()),
            frozenset(one.get("pulls_back") or ()),
            bool(one.get("exclusive")),
        )
        for name, one in (document.get("media") or {}).items()
    }
    bundles = {name: dict(one.get("skills") or {}) for name, one in (document.get("bundles") or {}).items()}
    order = document.get("order") or "least_busy"
    reserve = document.get("reserve")
    agents = document.get("agents") or {}
    places = _places(agents)
    return Rules(
        media=media,
        skills=_places(document.get("skills")),
        teams=frozenset(_places(document.get("teams"))),
        bundles=bundles,
        queues={name: _queue(name, one, order) for name, one in (document.get("queues") or {}).items()},
        agents={name: agent(name, places[name], bundles, one) for name, one in agents.items()},
        segments={name: wish(one or {}) for name, one in (document.get("segments") or {}).items()},
        reserves=tuple(
            Reserve(
                one["medium"],
                frozenset(one.get("queues") or ()),
                NEVER if one.get("tier") is None else one["tier"],
                one.get("agents") or 0,
                one.get("waiting"),
                one.get("team"),
                frozenset(one.get("against") or ()),
            )
            for one in document.get("agent_reserves") or ()
        ),
        reserve=1 if reserve is None else reserve,
    )
