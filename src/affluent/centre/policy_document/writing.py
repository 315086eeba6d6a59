"""The living centre's routing as the one document: every rule that stands, under names that tell all apart."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from affluent.centre.administration.agents import sees_all
from affluent.centre.administration.media import medium_rule
from affluent.centre.administration.ports import Row, SettingsUnit
from affluent.centre.administration.queues import team_needs, tier_steps
from affluent.centre.administration.versions import named
from affluent.centre.wall import RIGHTS, Right, Role
from affluent.routing.document import Naming, written_centre
from affluent.routing.document import beside as kept
from affluent.routing.document.beside import Beside
from affluent.routing.document.reading import Noun as Named
from affluent.routing.policy import (
    AgentOrder,
    AgentReserve,
    AgentRule,
    Bundle,
    Demands,
    Overflow,
    Policy,
    QueueRule,
    SkillNeed,
)

NOUNS = (
    "media",
    "defaults",
    "brands",
    "skills",
    "groups",
    "hours",
    "teams",
    "queues",
    "agents",
    "segments",
    "reserves",
)
"""What the document is made of."""
CALLED_MAX = 160
_AS_NAMED: Mapping[str, Named] = {
    "brands": "brand",
    "skills": "skill",
    "groups": "bundle",
    "teams": "team",
    "queues": "queue",
    "agents": "agent",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands now: live rows by noun and identifier, and what each is called in the document."""

    rows: Mapping[str, Mapping[int, Row]]
    called: Mapping[str, Mapping[int, str]]
    written: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def by_name(self, noun: str) -> dict[str, int]:
        return {name: row_id for row_id, name in self.called[noun].items()}


def serves(row: Row) -> bool:
    """Whether somebody is part of the routing at all."""
    return row["active"] and Right.SERVE in RIGHTS[Role(row["role"])]


def standing(unit: SettingsUnit) -> Standing:
    """Everything that routing is made of, and the document of it."""
    rows = {noun: {row["id"]: row for row in _by_id(unit.rows(noun))} for noun in NOUNS}
    rows["agents"] = {row_id: row for row_id, row in rows["agents"].items() if serves(row)}
    brands = called(rows["brands"].values(), named, lambda row: "")
    names: dict[str, Mapping[int, str]] = {
        "brands": brands,
        "skills": {row_id: row["key"] for row_id, row in rows["skills"].items()},
        "media": {row_id: row["medium"] for row_id, row in rows["media"].items()},
        "defaults": dict.fromkeys(rows["defaults"], ""),
        "agents": called(rows["agents"].values(), named, lambda row: row["email"]),
    }
    for noun in ("groups", "hours", "teams", "queues", "segments", "reserves"):
        names[noun] = called(rows[noun].values(), named, lambda row: brands.get(row.get("brand_id") or 0, ""))
    found = Standing(rows, names)
    return Standing(rows, names, written(found))


def called(
    rows: Sequence[Row] | Any, name: Callable[[Row], str], apart: Callable[[Row], str]
) -> dict[int, str]:
    """What each is called: its name, or the name with what tells it apart from others of that name."""
    plain = {row["id"]: _plain(name(row), row["id"]) for row in rows}
    often = Counter(one.casefold() for one in plain.values())
    found: dict[int, str] = {}
    used: set[str] = set()
    for row in rows:
        own = plain[row["id"]]
        if often[own.casefold()] > 1 and apart(row):
            own = _plain(f"{own} ({apart(row)})", row["id"])
        while own.casefold() in used:
            own = f"{own} #{row['id']}"
        used.add(own.casefold())
        found[row["id"]] = own
    return found


def _plain(name: str, row_id: int) -> str:
    """A name that the document can hold: what cannot be seen is a space."""
    seen = "".join(one if one.isprintable() else " " for one in name)
    return " ".join(seen.split())[:CALLED_MAX].strip() or f"#{row_id}"


def _by_id(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row["id"])


def written(found: Standing) -> dict[str, Any]:
    """The document, as plain mappings and lists."""
    rows, names = found.rows, found.called
    default = next(iter(rows["defaults"].values()))
    naming = Naming({noun: names[key] for key, noun in _AS_NAMED.items()})
    policy = Policy(
        media=tuple(medium_rule(row) for row in rows["media"].values()),
        skills=frozenset(rows["skills"]),
        queues=tuple(_queue(row) for row in rows["queues"].values()),
        agents=tuple(_agent(row) for row in rows["agents"].values()),
        order=AgentOrder(default["agent_order"]),
        reserve=default["wake_reserve"],
        bundles=tuple(
            Bundle(row["id"], {one["skill_id"]: one["level"] for one in row["skills"]})
            for row in rows["groups"].values()
        ),
        agent_reserves=tuple(_reserve(row) for row in rows["reserves"].values()),
    )
    segments = {names["segments"][row_id]: _segment(row) for row_id, row in rows["segments"].items()}
    return written_centre(policy, naming, segments, _beside(found))


def need(row: Row) -> SkillNeed:
    """A skill that a queue or a segment asks."""
    return SkillNeed(
        row["skill_id"],
        row["level"],
        row.get("required", False),
        row["weight"],
        row["relax_after_ms"],
        row.get("floor"),
    )


def _queue(row: Row) -> QueueRule:
    target = row["overflow_queue_id"]
    return QueueRule(
        id=row["id"],
        medium=row["medium"],
        tier=row["tier"],
        target_ms=row["target_ms"],
        offer_ms=row["offer_ms"],
        set_aside_ms=row["set_aside_ms"],
        keep_ms=row["keep_ms"],
        max_wait_ms=row["max_wait_ms"],
        max_length=row["max_length"],
        overflow=None
        if target is None
        else Overflow(target, row["overflow_after_ms"], row["overflow_when_closed"]),
        skills=tuple(need(one) for one in row["skills"]),
        order=None if row["agent_order"] is None else AgentOrder(row["agent_order"]),
        teams=tuple(row["team_ids"]),
        team_needs=team_needs(row["team_needs"]),
        tier_steps=tier_steps(row["tier_steps"]),
        by_hand=row["by_hand"],
    )


def _agent(row: Row) -> AgentRule:
    return AgentRule(
        id=row["id"],
        skills={one["skill_id"]: one["level"] for one in row["skills"]},
        limits={medium: most for medium, most in row["capacity"].items() if most > 0},
        team=row["team_id"],
        ranks={one["queue_id"]: one["rank"] for one in row["ranks"]},
        units={medium: units for medium, units in row["units"].items() if units is not None},
        kept_free={medium: units for medium, units in row["kept_free"].items() if units > 0},
        bundles=tuple(row["group_ids"]),
    )


def _segment(row: Row) -> Demands:
    return Demands(tuple(need(one) for one in row["skills"]), row["tier"])


def _reserve(row: Row) -> AgentReserve:
    return AgentReserve(
        medium=row["medium"],
        queues=tuple(row["queue_ids"]),
        tier=row["tier"],
        agents=row["agents"],
        waiting=row["waiting"],
        team=row["team_id"],
        against=tuple(row["against_ids"]),
        # How one by service level stands is no rule, but what came of it.
        shut=None if row["level_percent"] is None else False,
    )


def _beside(found: Standing) -> Beside:
    rows, names = found.rows, found.called
    brands = names["brands"]

    def other(noun: str, row: Row) -> str | None:
        own = named(row)
        return None if own == names[noun][row["id"]] else own

    def brand(row: Row) -> str | None:
        return None if row["brand_id"] is None else brands[row["brand_id"]]

    return Beside(
        brands=tuple(brands.values()),
        hours={names["hours"][key]: _hours(row, other("hours", row)) for key, row in rows["hours"].items()},
        queues={
            names["queues"][key]: kept.QueueBeside(
                name=other("queues", row),
                brand=brand(row),
                hours=None if row["hours_id"] is None else names["hours"][row["hours_id"]],
                closes=row["closes"],
                target_share=row["target_share"],
                target_clock=None if row["target_clock"] is None else kept.TargetClock(row["target_clock"]),
                short_abandon_ms=row["short_abandon_ms"],
                wrap_up_ms=row["wrap_up_ms"],
                last_agent_ms=row["last_agent_ms"],
                repeat_ms=row["repeat_ms"],
                announces=row["announces"],
                announce_share=row["announce_share"],
                cushion_share=row["cushion_share"],
                cushion_ms=row["cushion_ms"],
                promises=None if row["promises"] is None else kept.PromisesBeside(**row["promises"]),
            )
            for key, row in rows["queues"].items()
        },
        agents={
            names["agents"][key]: kept.AgentBeside(
                name=other("agents", row),
                email=None if other("agents", row) is None else row["email"],
                brands=brands_seen(row, brands),
            )
            for key, row in rows["agents"].items()
        },
        teams={
            names["teams"][key]: kept.TeamBeside(
                other("teams", row), brand(row), {one["queue_id"]: one["rank"] for one in row["ranks"]}
            )
            for key, row in rows["teams"].items()
        },
        segments={
            names["segments"][key]: kept.SegmentBeside(
                other("segments", row),
                brand(row),
                {medium: ms for medium, ms in row["targets"].items() if ms is not None},
            )
            for key, row in rows["segments"].items()
        },
        bundles={
            names["groups"][key]: kept.BundleBeside(other("groups", row))
            for key, row in rows["groups"].items()
        },
        reserves=tuple(
            kept.ReserveBeside(
                named(row),
                brand(row),
                None if row["level_percent"] is None else row["level_percent"] / 100,
                row["level_window_ms"],
            )
            for row in rows["reserves"].values()
        ),
    )


def brands_seen(row: Row, brands: Mapping[int, str]) -> tuple[str, ...]:
    """The brands that an agent serves: all of them, for an administrator of the whole centre."""
    if sees_all(row):
        return tuple(brands.values())
    return tuple(name for brand_id, name in brands.items() if brand_id in row["brand_ids"])


def _hours(row: Row, name: str | None) -> kept.Hours:
    return kept.Hours(
        name=name,
        timezone=row["timezone"],
        weekly={day: tuple((start, end) for start, end in spans) for day, spans in row["weekly"].items()},
        holidays=row["holidays"],
        exceptions=tuple(
            kept.Exceptional(one["date"], tuple((start, end) for start, end in one["spans"]), one["label"])
            for one in row["exceptions"]
        ),
    )
