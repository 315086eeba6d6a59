"""Queues: where contacts wait, what they require, and the target they are owed."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.administration.ports import Caution, Row, SettingsUnit
from affluent.centre.refusals import Invalid
from affluent.centre.texts import Id, Name
from affluent.facts.instants import DAY_MS

Medium = Literal["chat", "email", "form", "message"]
Duration = Annotated[int, Field(ge=0, le=366 * DAY_MS)]
"""Milliseconds, from nothing to a year."""
Lapse = Annotated[int, Field(ge=1, le=366 * DAY_MS)]
"""Milliseconds, at least one."""


class QueueSkill(Fields):
    """A skill that the queue requires, or prefers; a preference is given up after `relax_after_ms`."""

    skill_id: Id
    required: bool = True
    level: Annotated[int, Field(ge=1, le=5)] = 1
    weight: Annotated[int, Field(ge=0, le=100)] = 10
    relax_after_ms: Duration | None = None


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


def _check(draft: Draft) -> None:
    queue = draft.after
    draft.reference("brands", queue["brand_id"], "brand_id")
    draft.reference("hours", queue["hours_id"], "hours_id")
    for position, skill in enumerate(queue["skills"]):
        draft.reference("skills", skill["skill_id"], f"skills.{position}.skill_id")
        if skill["required"] and skill["relax_after_ms"] is not None:
            raise Invalid("required_never_relaxed", f"skills.{position}.relax_after_ms")
    draft.unique("queues", "name", lambda row: (row["brand_id"], row["name"].lower()))


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
