"""Segments of customers: what those are given whose card names the segment."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.administration.queues import Duration, Lapse
from affluent.centre.texts import Id, Name


class Targets(Fields):
    """The target by medium, in ms, instead of the queue's."""

    voice: Lapse | None = None
    chat: Lapse | None = None
    email: Lapse | None = None
    form: Lapse | None = None
    message: Lapse | None = None


class SegmentSkill(Fields):
    """A skill that suits them better: asked for until `relax_after_ms`, and weighed in the choice for ever."""

    skill_id: Id
    level: Annotated[int, Field(ge=1, le=5)] = 1
    weight: Annotated[int, Field(ge=0, le=100)] = 10
    relax_after_ms: Duration = 60_000


def _once_each(skills: list[SegmentSkill]) -> list[SegmentSkill]:
    if len({skill.skill_id for skill in skills}) < len(skills):
        raise PydanticCustomError("skill_twice", "A skill stands twice")
    return sorted(skills, key=lambda skill: skill.skill_id)


class SegmentFields(Fields):
    """`name` is what customers' cards say, whatever its case. `tier` raises the queue's and never lowers it."""

    name: Name
    brand_id: Id | None = None
    tier: Annotated[int, Field(ge=0, le=9)] = 0
    targets: Targets = Targets()
    skills: Annotated[list[SegmentSkill], Field(max_length=50), AfterValidator(_once_each)] = Field(
        default=[]
    )


def _check(draft: Draft) -> None:
    draft.reference("brands", draft.after["brand_id"], "brand_id")
    for position, skill in enumerate(draft.after["skills"]):
        draft.reference("skills", skill["skill_id"], f"skills.{position}.skill_id")
    draft.unique("segments", "name", lambda row: (row["brand_id"], row["name"].lower()))


SEGMENTS = Noun(
    key="segments", title="segment", fields=SegmentFields, check=_check, merged=frozenset({"targets"})
)
