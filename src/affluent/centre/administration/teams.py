"""Teams: who works together."""

from pydantic import Field

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.administration.ranks import Ranks, check_ranks
from affluent.centre.texts import Id, Name


class TeamFields(Fields):
    name: Name
    brand_id: Id | None = None
    ranks: Ranks = Field(default=[])
    """Of its queues, for those of the team who have no rank of their own."""


def _check(draft: Draft) -> None:
    draft.reference("brands", draft.after["brand_id"], "brand_id")
    check_ranks(draft, None if draft.after["brand_id"] is None else [draft.after["brand_id"]])
    draft.unique("teams", "name", lambda row: (row["brand_id"], row["name"].lower()))


TEAMS = Noun(key="teams", title="team", fields=TeamFields, check=_check)
