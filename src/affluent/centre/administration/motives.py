"""Motives: why customers write."""

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.texts import Id, Name


class MotiveFields(Fields):
    brand_id: Id | None = None
    name_fr: Name
    name_en: Name
    active: bool = True


def _check(draft: Draft) -> None:
    draft.reference("brands", draft.after["brand_id"], "brand_id")
    draft.unique("motives", "name_fr", lambda row: (row["brand_id"], row["name_fr"].lower()))


MOTIVES = Noun(key="motives", title="motive", fields=MotiveFields, check=_check)
