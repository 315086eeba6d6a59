"""Entries of the document as rows of administration, as they are asked for: what they speak of is there by then."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from affluent.centre.administration.ports import Row
from affluent.centre.policy_document.reading import Asking
from affluent.routing.document.beside import Hours
from affluent.routing.document.centre_kinds import DAYS
from affluent.routing.policy import AgentReserve, AgentRule, Bundle, Demands, MediumRule, QueueRule, SkillNeed

OFFERED = ("voice", "chat", "email", "form", "message")
"""Media that agents can be given."""
Row1 = Callable[[bool], Row]
"""The row of one entry. True: for the first time, without what speaks of things that may come later."""


def rows_of(asking: Asking, noun: str) -> Mapping[str, Row1]:
    """The entries of a noun by what the document calls them."""
    policy, names = asking.policy, asking.names
    match noun:
        case "defaults":
            return {"": partial(_default, asking)}
        case "media":
            return {one.medium: partial(_medium, one) for one in policy.media}
        case "skills":
            return {name: partial(_skill, asking, name) for name in asking.document.ids["skill"]}
        case "groups":
            return {
                names["bundle"][one.id]: partial(_group, asking, names["bundle"][one.id], one)
                for one in policy.bundles
            }
        case "hours":
            hours = asking.document.beside.hours
            return {name: partial(_hours, name, one) for name, one in hours.items()}
        case "teams":
            return {name: partial(_team, asking, name) for name in asking.document.ids["team"]}
        case "queues":
            return {
                names["queue"][one.id]: partial(_queue, asking, names["queue"][one.id], one)
                for one in policy.queues
            }
        case "agents":
            return {names["agent"][one.id]: partial(_agent, asking, one) for one in policy.agents}
        case "segments":
            segments = asking.document.segments
            return {name: partial(_segment, asking, name, one) for name, one in segments.items()}
        case _:
            return {
                str(place): partial(_reserve, asking, place, one)
                for place, one in enumerate(policy.agent_reserves)
            }


def _default(asking: Asking, first: bool) -> Row:
    return {"agent_order": asking.policy.order.value, "wake_reserve": asking.policy.reserve}


def _medium(rule: MediumRule, first: bool) -> Row:
    return {
        "units": rule.units,
        "interrupts": sorted(set(rule.interrupts)),
        "pulls_back": sorted(set(rule.pulls_back)),
        "exclusive": rule.exclusive,
    }


def _skill(asking: Asking, name: str, first: bool) -> Row:
    # What people call a skill is no rule of routing: only a new one is given names.
    return {"key": name, "name_fr": name, "name_en": name} if first else {}


def _group(asking: Asking, name: str, bundle: Bundle, first: bool) -> Row:
    told = asking.document.beside.bundles.get(name)
    return {
        **_named(name, told, first),
        "skills": _levels(asking, bundle.skills),
    }


def _hours(name: str, hours: Hours, first: bool) -> Row:
    return {
        **_named(name, hours, first),
        "timezone": hours.timezone,
        "weekly": {day: [list(span) for span in hours.weekly.get(day, ())] for day in DAYS},
        "holidays": hours.holidays,
        "exceptions": [
            {"date": one.date, "spans": [list(span) for span in one.spans], "label": one.label}
            for one in sorted(hours.exceptions, key=lambda one: one.date)
        ],
    }


def _team(asking: Asking, name: str, first: bool) -> Row:
    told = asking.document.beside.teams.get(name)
    brand = None if told is None else told.brand
    return {
        **_named(name, told, first),
        "brand_id": None if brand is None else asking.id("brands", brand),
        "ranks": [] if first or told is None else _ranks(asking, told.ranks),
    }


def _queue(asking: Asking, name: str, rule: QueueRule, first: bool) -> Row:
    told = asking.document.beside.queues[name]
    assert told.brand is not None, "complained of before"
    return {
        **_named(name, told, first),
        "brand_id": asking.id("brands", told.brand),
        "medium": rule.medium,
        "tier": rule.tier,
        "target_share": told.target_share,
        "target_ms": rule.target_ms,
        "hours_id": None if told.hours is None else asking.id("hours", told.hours),
        "set_aside_ms": rule.set_aside_ms,
        "offer_ms": rule.offer_ms,
        "keep_ms": rule.keep_ms,
        "skills": _asked(asking, rule.skills),
        "max_wait_ms": rule.max_wait_ms,
        "target_clock": None if told.target_clock is None else told.target_clock.value,
        "short_abandon_ms": told.short_abandon_ms,
        "agent_order": None if rule.order is None else rule.order.value,
        "team_ids": [asking.numbered("team", one) for one in rule.teams],
        "team_needs": [
            {
                "team_ids": [asking.numbered("team", one) for one in need.teams],
                "relax_after_ms": need.relax_after_ms,
            }
            for need in rule.team_needs
        ],
        "tier_steps": [
            {"tier": step.tier, "after_ms": step.after_ms, "share": step.share} for step in rule.tier_steps
        ],
        "closes": told.closes,
        "by_hand": rule.by_hand,
        "wrap_up_ms": told.wrap_up_ms,
        "last_agent_ms": told.last_agent_ms,
        "repeat_ms": told.repeat_ms,
        "announces": told.announces,
        "announce_share": told.announce_share,
        "cushion_share": told.cushion_share,
        "cushion_ms": told.cushion_ms,
        "promises": None if told.promises is None else asdict(told.promises),
        **({} if first else _overflow(asking, name, rule)),
    }


def _overflow(asking: Asking, name: str, rule: QueueRule) -> Row:
    where = rule.overflow
    if where is not None and where.queue is None:
        asking.note_once("overflow_nowhere", ("queues", name, "overflow"), name=name)
    gone = where is None or where.queue is None
    return {
        "max_length": rule.max_length,
        "overflow_queue_id": None
        if where is None or where.queue is None
        else asking.numbered("queue", where.queue),
        "overflow_after_ms": None if where is None or gone else where.after_ms,
        "overflow_when_closed": False if where is None or gone else where.when_closed,
    }


def _agent(asking: Asking, rule: AgentRule, first: bool) -> Row:
    name = asking.names["agent"][rule.id]
    for field, told in (("limits", rule.limits), ("units", rule.units), ("kept_free", rule.kept_free)):
        for medium in sorted(told.keys() - set(OFFERED)):
            asking.note_once("medium_not_offered", ("agents", name, field, medium), name=medium)
    return {
        "team_id": None if rule.team is None else asking.numbered("team", rule.team),
        "skills": _levels(asking, rule.skills),
        "group_ids": sorted(asking.numbered("bundle", one) for one in set(rule.bundles)),
        "ranks": _ranks(asking, rule.ranks),
        "capacity": {medium: rule.limits.get(medium, 0) for medium in OFFERED},
        "units": {medium: rule.units.get(medium) for medium in OFFERED},
        "kept_free": {medium: rule.kept_free.get(medium, 0) for medium in OFFERED},
    }


def _segment(asking: Asking, name: str, demands: Demands, first: bool) -> Row:
    told = asking.document.beside.segments.get(name)
    brand = None if told is None else told.brand
    if demands.team_needs:
        asking.note_once("segment_teams", ("segments", name, "team_needs"), name=name)
    if any(need.required or need.relax_after_ms is None for need in demands.needs):
        asking.note_once("segment_prefers", ("segments", name, "skills"), name=name)
    targets: dict[str, int] = {} if told is None else dict(told.targets)
    for medium in sorted(targets.keys() - set(OFFERED)):
        asking.note_once("medium_not_offered", ("segments", name, "targets", medium), name=medium)
    return {
        **_named(name, told, first),
        "brand_id": None if brand is None else asking.id("brands", brand),
        "tier": demands.tier,
        "targets": {medium: targets.get(medium, demands.target_ms) for medium in OFFERED},
        "skills": [
            {key: value for key, value in one.items() if key not in ("required", "floor")}
            for one in _asked(asking, demands.needs)
        ],
    }


def _reserve(asking: Asking, place: int, rule: AgentReserve, first: bool) -> Row:
    told = asking.document.beside.reserves[place]
    return {
        "name": told.name or f"#{place + 1}",
        "brand_id": None if told.brand is None else asking.id("brands", told.brand),
        "medium": rule.medium,
        "queue_ids": sorted(asking.numbered("queue", one) for one in set(rule.queues)),
        "tier": rule.tier,
        "agents": rule.agents,
        "waiting": rule.waiting,
        "team_id": None if rule.team is None else asking.numbered("team", rule.team),
        "against_ids": sorted(asking.numbered("queue", one) for one in set(rule.against)),
        "level_percent": None if told.level is None else round(told.level * 100),
        "level_window_ms": told.level_window_ms,
    }


def _named(name: str, told: Any, first: bool) -> Row:
    """The name of a new one. One that is there was found by its name, whose letters stay as they are."""
    return {"name": getattr(told, "name", None) or name} if first else {}


def _levels(asking: Asking, levels: Mapping[int, int]) -> list[Row]:
    found = [{"skill_id": asking.numbered("skill", skill), "level": level} for skill, level in levels.items()]
    return sorted(found, key=lambda one: one["skill_id"])


def _ranks(asking: Asking, ranks: Mapping[int, int]) -> list[Row]:
    found = [{"queue_id": asking.numbered("queue", queue), "rank": rank} for queue, rank in ranks.items()]
    return sorted(found, key=lambda one: one["queue_id"])


def _asked(asking: Asking, needs: tuple[SkillNeed, ...]) -> list[Row]:
    found = [
        {
            "skill_id": asking.numbered("skill", need.skill),
            "required": need.required,
            "level": need.level,
            "weight": need.weight,
            "relax_after_ms": need.relax_after_ms,
            "floor": need.floor,
        }
        for need in needs
    ]
    return sorted(found, key=lambda one: one["skill_id"])
