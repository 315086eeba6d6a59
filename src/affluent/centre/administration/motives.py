"""Motives: why customers write."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.texts import Id, Line, Name


def _once(media: list[str]) -> list[str]:
    return list(dict.fromkeys(media))


class MotiveFields(Fields):
    brand_id: Id | None = None
    name_fr: Name
    name_en: Name
    active: bool = True
    media: Annotated[list[Literal["chat", "email"]], Field(max_length=2), AfterValidator(_once)] = Field(
        default=[]
    )
    """The channels that suit it, the best first; none: any door will do."""
    steer_fr: Line = ""
    """What customers at another door are told, with the offer to change."""
    steer_en: Line = ""
    steer_waiting: Annotated[int, Field(ge=0, le=10_000)] = 3
    """A chat is offered while no more than so many wait there."""

    @model_validator(mode="after")
    def _says_why(self) -> "MotiveFields":
        if self.media and not (self.steer_fr or self.steer_en):
            raise PydanticCustomError("steer_needs_words", "Who is steered is told why")
        return self


def _check(draft: Draft) -> None:
    draft.reference("brands", draft.after["brand_id"], "brand_id")
    draft.unique("motives", "name_fr", lambda row: (row["brand_id"], row["name_fr"].lower()))


MOTIVES = Noun(key="motives", title="motive", fields=MotiveFields, check=_check)
