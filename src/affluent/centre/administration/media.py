"""Media: what one contact of each takes of an agent. The house gives them; how they weigh is a setting."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.refusals import Invalid
from affluent.routing.policy import UNITS_FULL, MediumRule
from affluent.routing.problems import reached

GivenMedium = Literal["voice", "chat", "email", "form", "message"]
Units = Annotated[int, Field(ge=1, le=UNITS_FULL)]
"""Of the 60 that an agent has: 60 leave no room for anything beside, 20 take three contacts."""
Others = Annotated[list[GivenMedium], Field(max_length=5), AfterValidator(lambda media: sorted(set(media)))]


class MediumFields(Fields):
    """`interrupts`: media whose work keeps no contact of this one away. `pulls_back`: media whose unanswered
    offers go back to their place for this one. `exclusive`: nothing of another medium beside it.
    """

    medium: GivenMedium
    units: Units
    interrupts: Others = Field(default=[])
    pulls_back: Others = Field(default=[])
    exclusive: bool = False


def _check(draft: Draft) -> None:
    rule = draft.after
    for field in ("interrupts", "pulls_back"):
        if rule["medium"] in rule[field]:
            raise Invalid("medium_of_itself", field)
    pulled = {row["medium"]: set(row["pulls_back"]) for row in draft.unit.rows("media")}
    pulled[rule["medium"]] = set(rule["pulls_back"])
    if rule["medium"] in reached(pulled, rule["medium"]):
        raise Invalid("pull_back_cycle", "pulls_back")


def medium_rule(row: dict[str, Any]) -> MediumRule:
    """A row as the engine reads it."""
    return MediumRule(
        row["medium"],
        row["units"],
        interrupts=tuple(row["interrupts"]),
        exclusive=row["exclusive"],
        pulls_back=tuple(row["pulls_back"]),
    )


MEDIA = Noun(
    key="media", title="medium", fields=MediumFields, check=_check, fixed=frozenset({"medium"}), given=True
)
