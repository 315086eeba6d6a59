"""Queues: where contacts wait, what they require, and the target they are owed."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.administration.ports import Caution, Row, SettingsUnit
from affluent.centre.refusals import Invalid
from affluent.centre.texts import Id, Name, Prose
from affluent.facts.instants import DAY_MS, HOUR_MS, MINUTE_MS
from affluent.facts.media import SYNCHRONOUS
from affluent.routing import policy
from affluent.routing.policy import MediumRule, Policy, QueueRule
from affluent.routing.problems import queue_problems

_FIELDS = {"stage_narrows": "team_needs", "no_team": "team_needs"}
Medium = Literal["voice", "chat", "email", "form", "message"]
Duration = Annotated[int, Field(ge=0, le=366 * DAY_MS)]
"""Milliseconds, from nothing to a year."""
Lapse = Annotated[int, Field(ge=1, le=366 * DAY_MS)]
"""Milliseconds, at least one."""


AgentOrder = Literal["least_busy", "longest_idle", "least_versatile", "teams"]


class TierStep(Fields):
    """From `after_ms` on, or from `share` percent of the target on, who waits counts as of this tier."""

    tier: Annotated[int, Field(ge=0, le=9)]
    after_ms: Lapse | None = None
    share: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class TeamNeed(Fields):
    """Only these teams are asked, until a contact has waited `relax_after_ms`; None: ever."""

    team_ids: Annotated[list[Id], Field(min_length=1, max_length=100)]
    relax_after_ms: Lapse | None = None


class PromisedHours(Fields):
    """The hours at which its customers can ask, at the doors, that we come back to them.

    Within its opening hours, or around the clock where it has none, each lasts `every_ms` and holds `most`.
    """

    most: Annotated[int, Field(ge=1, le=1_000)] = 1
    every_ms: Annotated[int, Field(ge=5 * MINUTE_MS, le=DAY_MS)] = 30 * MINUTE_MS
    notice_ms: Annotated[int, Field(ge=0, le=30 * DAY_MS)] = HOUR_MS
    """An hour begins no sooner than so long after it is asked for."""
    days: Annotated[int, Field(ge=1, le=90)] = 7
    """So many days ahead hours can be asked for."""
    remind_ms: Annotated[int, Field(ge=5 * MINUTE_MS, le=30 * DAY_MS)] | None = None
    """The customer is reminded by mail so long before; None: not at all."""


class QueueSkill(Fields):
    """A skill that the queue requires, or prefers; a preference is given up after `relax_after_ms`."""

    skill_id: Id
    required: bool = True
    level: Annotated[int, Field(ge=1, le=5)] = 1
    weight: Annotated[int, Field(ge=0, le=100)] = 10
    relax_after_ms: Duration | None = None
    floor: Annotated[int, Field(ge=1, le=5)] | None = None
    """A required skill that bends: a level less each time `relax_after_ms` has gone by, never below this one."""


def _once_each(skills: list[QueueSkill]) -> list[QueueSkill]:
    if len({skill.skill_id for skill in skills}) < len(skills):
        raise PydanticCustomError("skill_twice", "A skill stands twice")
    return sorted(skills, key=lambda skill: skill.skill_id)


class QueueFields(Fields):
    brand_id: Id
    name: Name
    medium: Medium
    tier: Annotated[int, Field(ge=0, le=9)] = 0
    target_share: Annotated[float, Field(gt=0, le=1)] = 0.8
    target_ms: Lapse
    hours_id: Id | None = None
    set_aside_ms: Duration = 60_000
    offer_ms: Annotated[int, Field(ge=1_000, le=DAY_MS)] = 30_000
    keep_ms: Duration = 0
    skills: Annotated[list[QueueSkill], Field(max_length=50), AfterValidator(_once_each)] = Field(default=[])
    max_wait_ms: Lapse | None = None
    target_clock: Literal["always", "open_hours"] | None = None
    """Whether the target runs around the clock; None: by the medium."""
    short_abandon_ms: Duration = 5_000
    """Who leaves sooner did not wait."""
    agent_order: AgentOrder | None = None
    """How one agent is chosen among those who may take a contact; None: as everywhere."""
    team_ids: Annotated[
        list[Id], Field(max_length=100), AfterValidator(lambda ids: list(dict.fromkeys(ids)))
    ] = Field(default=[])
    """For the order by teams: the first ones first, then everybody else."""
    max_length: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """As many may wait in it; more go on, or are told that it is full."""
    overflow_queue_id: Id | None = None
    """Where contacts go on to, with their place: when it is full, after `overflow_after_ms`, or when it is closed."""
    overflow_after_ms: Lapse | None = None
    overflow_when_closed: bool = False
    closes: bool = False
    """Outside of its hours nobody is asked to serve it; all keep their place."""
    by_hand: bool = True
    """Agents may take what waits in it without an offer."""
    wrap_up_ms: Annotated[int, Field(ge=0, le=DAY_MS)] = 0
    """For how long at most an agent's hand stays full after a contact, for the work that follows."""
    last_agent_ms: Lapse | None = None
    """Whoever had the customer last is asked first if it was not longer ago; None: however long ago."""
    tier_steps: Annotated[list[TierStep], Field(max_length=9)] = Field(default=[])
    """The tier rises with the wait."""
    team_needs: Annotated[list[TeamNeed], Field(max_length=20)] = Field(default=[])
    """Teams that are asked before all others; each lies within the later ones."""
    repeat_ms: Lapse | None = None
    """Who comes again about the same motive within this time asks for skills one level higher."""
    promises: PromisedHours | None = None
    """None: its customers are promised no hour at the doors."""
    closing_fr: Prose = ""
    closing_en: Prose = ""
    """What customers are told at the doors while it is closed; empty: what its brand says."""
    announces: bool = True
    """Whether customers are told how long they will wait; for queues of media on which people wait."""
    announce_share: Annotated[float, Field(ge=0.5, le=0.99, allow_inf_nan=False)] = 0.8
    """How often the announced range shall hold."""
    cushion_share: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] = 0.0
    """Added to the upper end of the range: a share of it."""
    cushion_ms: Annotated[int, Field(ge=0, le=DAY_MS)] = 0
    """Added to the upper end of the range: a time."""


def _check(draft: Draft) -> None:
    queue = draft.after
    draft.reference("brands", queue["brand_id"], "brand_id")
    draft.reference("hours", queue["hours_id"], "hours_id")
    for position, skill in enumerate(queue["skills"]):
        draft.reference("skills", skill["skill_id"], f"skills.{position}.skill_id")
        _check_bending(skill, f"skills.{position}")
    _check_order(draft)
    _check_stages(draft)
    _check_overflow(draft)
    if queue["closes"] and queue["hours_id"] is None:
        raise Invalid("closes_needs_hours", "hours_id")
    _check_promises(queue)
    draft.unique("queues", "name", lambda row: (row["brand_id"], row["name"].lower()))


def _check_promises(queue: Row) -> None:
    """Who waits on the line is there: an hour is promised by those who write back."""
    if queue["promises"] is None:
        return
    if queue["medium"] in SYNCHRONOUS:
        raise Invalid("hours_of_writing_only", "promises")
    if queue["promises"]["notice_ms"] >= queue["promises"]["days"] * DAY_MS:
        raise Invalid("notice_beyond_days", "promises.notice_ms")


def _check_bending(skill: Row, path: str) -> None:
    if skill["floor"] is None:
        if skill["required"] and skill["relax_after_ms"] is not None:
            raise Invalid("required_never_relaxed", f"{path}.relax_after_ms")
        return
    if not skill["required"] or skill["floor"] >= skill["level"]:
        raise Invalid("floor_below_level", f"{path}.floor")
    if not skill["relax_after_ms"]:
        raise Invalid("floor_needs_delay", f"{path}.relax_after_ms")


def _check_order(draft: Draft) -> None:
    queue = draft.after
    for position, team_id in enumerate(queue["team_ids"]):
        team = draft.reference("teams", team_id, f"team_ids.{position}")
        if team is not None and team["brand_id"] not in (None, queue["brand_id"]):
            raise Invalid("of_another_brand", f"team_ids.{position}")
    if queue["agent_order"] == "teams" and not queue["team_ids"]:
        raise Invalid("order_needs_teams", "team_ids")


def _check_stages(draft: Draft) -> None:
    """Teams of stages are there, and of the brand. What the engine makes of the stages it says itself."""
    queue = draft.after
    for place, need in enumerate(queue["team_needs"]):
        for position, team_id in enumerate(need["team_ids"]):
            path = f"team_needs.{place}.team_ids.{position}"
            team = draft.reference("teams", team_id, path)
            if team is not None and team["brand_id"] not in (None, queue["brand_id"]):
                raise Invalid("of_another_brand", path)
    rule = QueueRule(
        0,
        queue["medium"],
        tier=queue["tier"],
        target_ms=queue["target_ms"],
        team_needs=team_needs(queue["team_needs"]),
        tier_steps=tier_steps(queue["tier_steps"]),
    )
    alone = Policy((MediumRule(queue["medium"], 1),), frozenset(), (rule,), ())
    for problem in queue_problems(alone, rule):
        raise Invalid(problem.code, _FIELDS.get(problem.code, "tier_steps"), **problem.params)


def team_needs(rows: Iterable[Row]) -> tuple[policy.TeamNeed, ...]:
    """Stages of teams as the engine reads them."""
    return tuple(policy.TeamNeed(tuple(row["team_ids"]), row["relax_after_ms"]) for row in rows)


def tier_steps(rows: Iterable[Row]) -> tuple[policy.TierStep, ...]:
    """Steps of tiers as the engine reads them."""
    return tuple(policy.TierStep(row["tier"], row["after_ms"], row["share"]) for row in rows)


def _check_overflow(draft: Draft) -> None:
    """Where it sends on must be able to take it, and never lead back."""
    queue = draft.after
    path = "overflow_queue_id"
    target = draft.reference("queues", queue[path], path)
    if target is None:
        if queue["overflow_after_ms"] is not None or queue["overflow_when_closed"]:
            raise Invalid("overflow_needs_queue", path)
        if queue["max_length"] is not None and queue["medium"] not in SYNCHRONOUS:
            raise Invalid("mail_never_turned_away", path)
        return
    if target["brand_id"] != queue["brand_id"]:
        raise Invalid("of_another_brand", path)
    if target["medium"] != queue["medium"]:
        raise Invalid("queue_of_other_medium", path)
    ways = (queue["max_length"], queue["overflow_after_ms"], queue["overflow_when_closed"] or None)
    if all(way is None for way in ways):
        raise Invalid("overflow_never", path)
    if queue["overflow_when_closed"] and not queue["closes"]:
        raise Invalid("overflow_never_closed", "overflow_when_closed")
    passed = [queue["name"]]
    while target is not None:
        if target["id"] == draft.id or target["name"] in passed:
            raise Invalid("overflow_cycle", path, names=" → ".join([*passed, queue["name"]]))
        passed.append(target["name"])
        target = None if target[path] is None else draft.unit.row("queues", target[path])


def unserved(row: Row, unit: SettingsUnit) -> list[Caution]:
    """A queue that no agent could ever serve: saved, since queues are made before agents, but told."""
    return [Caution("queue_unserved", {"name": use.name}) for use in unit.unserved([row["id"]], None)]


QUEUES = Noun(
    key="queues",
    title="queue",
    fields=QueueFields,
    check=_check,
    cautions=unserved,
    fixed=frozenset({"brand_id", "medium"}),
)
