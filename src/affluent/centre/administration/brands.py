"""Brands: what customers know the centre by."""

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.texts import Colour, Locale, Name, Prose


class BrandFields(Fields):
    name: Name
    colour: Colour = "#0a5b66"
    locale: Locale = "fr"
    signature_fr: Prose = ""
    signature_en: Prose = ""
    closing_fr: Prose = ""
    closing_en: Prose = ""
    """What customers are told at the doors while a queue without words of its own is closed."""


def _check(draft: Draft) -> None:
    draft.unique("brands", "name", lambda row: row["name"].lower())


BRANDS = Noun(
    key="brands",
    title="brand",
    fields=BrandFields,
    # A brand about to be made has no identifier yet: only the whole centre may make one.
    side=lambda row: frozenset({row["id"]}) if "id" in row else None,
    check=_check,
)
