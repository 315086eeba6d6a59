"""Macros: answers that agents use often."""

from typing import Annotated

from pydantic import Field

from affluent.centre import templates
from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.texts import Id, Locale, Name, Prose


class MacroFields(Fields):
    brand_id: Id | None = None
    title: Name
    body: Annotated[Prose, Field(min_length=1)]
    language: Locale = "fr"


def _check(draft: Draft) -> None:
    draft.reference("brands", draft.after["brand_id"], "brand_id")
    if draft.changes("body"):
        templates.check(draft.after["body"])


MACROS = Noun(key="macros", title="macro", fields=MacroFields, check=_check)
