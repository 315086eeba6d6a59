"""Teams: who works together."""

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.texts import Id, Name


class TeamFields(Fields):
    name: Name
    brand_id: Id | None = None


def _check(draft: Draft) -> None:
    draft.reference("brands", draft.after["brand_id"], "brand_id")
    draft.unique("teams", "name", lambda row: (row["brand_id"], row["name"].lower()))


TEAMS = Noun(key="teams", title="team", fields=TeamFields, check=_check)
