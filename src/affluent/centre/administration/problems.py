"""Known problems: what many customers ask at once, what they are told, and who serves them while it lasts."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.administration.ports import Row
from affluent.centre.refusals import Invalid
from affluent.centre.texts import Id, Line, Name

Ids = Annotated[list[Id], Field(max_length=200), AfterValidator(lambda ids: sorted(set(ids)))]
Instant = Annotated[int, Field(ge=0, le=1 << 42)]
"""Milliseconds since the epoch, UTC."""
Word = Annotated[Line, Field(min_length=1, max_length=100)]


class ProblemFields(Fields):
    """A contact is about it with one of `words` (whole words, without case or accents) or one of its motives.

    With `from_queue_ids` only contacts headed for one of these queues are. They wait in one of `queue_ids`, at most one
    a medium, or where they would anyhow. It is open from `begins_ms` until `ends_ms`; null: no end is planned.
    """

    name: Name
    brand_id: Id | None = None
    message_fr: Line = ""
    message_en: Line = ""
    words: Annotated[list[Word], Field(max_length=100)] = Field(default=[])
    motive_ids: Ids = Field(default=[])
    from_queue_ids: Ids = Field(default=[])
    queue_ids: Ids = Field(default=[])
    replies: bool = True
    """Whether a mail or a form is answered once, by itself, with the message."""
    owner_id: Id | None = None
    """Who looks after it; null: who makes it."""
    begins_ms: Instant
    ends_ms: Instant | None = None

    @model_validator(mode="after")
    def _fits(self) -> "ProblemFields":
        if not (self.words or self.motive_ids or self.from_queue_ids):
            raise PydanticCustomError(
                "problem_fits_nothing", "A known problem names words, motives or queues"
            )
        if self.ends_ms is not None and self.ends_ms < self.begins_ms:
            raise PydanticCustomError("ends_before_it_begins", "It ends before it begins")
        return self


def _check(draft: Draft) -> None:
    problem = draft.after
    brand_id = problem["brand_id"]
    draft.reference("brands", brand_id, "brand_id")
    draft.reference("agents", problem["owner_id"], "owner_id")
    for field, noun in (("motive_ids", "motives"), ("from_queue_ids", "queues"), ("queue_ids", "queues")):
        for position, row_id in enumerate(problem[field]):
            path = f"{field}.{position}"
            row = draft.reference(noun, row_id, path)
            assert row is not None, "named by its identifier"
            if brand_id is not None and row["brand_id"] not in (None, brand_id):
                raise Invalid("of_another_brand", path)
    _check_own_queues(draft)
    draft.unique("problems", "name", lambda row: (row["brand_id"], row["name"].lower()))


def _check_own_queues(draft: Draft) -> None:
    """One for each brand and medium: a contact must not have two to go to."""
    kinds: set[tuple[int, str]] = set()
    for position, queue_id in enumerate(draft.after["queue_ids"]):
        queue = draft.unit.row("queues", queue_id)
        assert queue is not None, "looked at before"
        kind = queue["brand_id"], queue["medium"]
        if kind in kinds:
            raise Invalid("two_queues_of_a_medium", f"queue_ids.{position}")
        kinds.add(kind)


def _stored(draft: Draft, values: Row) -> Row:
    if draft.after["owner_id"] is None and (draft.before is None or "owner_id" in values):
        return {**values, "owner_id": draft.viewer.account_id}
    return values


PROBLEMS: Noun = Noun(
    key="problems", title="known problem", fields=ProblemFields, check=_check, stored=_stored
)


def ended(row: Row, now_ms: int) -> dict[str, Any]:
    """The change that ends it now; one that has not begun never does."""
    return {"ends_ms": max(now_ms, row["begins_ms"])}
