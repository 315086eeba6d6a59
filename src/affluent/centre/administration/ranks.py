"""Which queues are somebody's first, second and later ones: a list that agents and teams have."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from affluent.centre.administration.noun import Draft, Fields
from affluent.centre.refusals import Invalid
from affluent.centre.texts import Id


class Rank(Fields):
    """A queue and its rank: 1 primary, as it is when nothing is said; 2 secondary; up to 9."""

    queue_id: Id
    rank: Annotated[int, Field(ge=1, le=9)]


def _once_each(ranks: list[Rank]) -> list[Rank]:
    if len({one.queue_id for one in ranks}) < len(ranks):
        raise PydanticCustomError("queue_twice", "A queue stands twice")
    return sorted(ranks, key=lambda one: one.queue_id)


Ranks = Annotated[list[Rank], Field(max_length=500), AfterValidator(_once_each)]


def check_ranks(draft: Draft, brands: list[int] | None) -> None:
    """The queues are there, and of these brands; None: of any. Raises `Invalid`."""
    for position, one in enumerate(draft.after["ranks"]):
        path = f"ranks.{position}.queue_id"
        queue = draft.reference("queues", one["queue_id"], path)
        if queue is not None and brands is not None and queue["brand_id"] not in brands:
            raise Invalid("of_another_brand", path)
