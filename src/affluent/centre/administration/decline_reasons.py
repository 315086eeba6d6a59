"""Why an agent may decline an offer, as the menu of the desk shows it. They belong to the whole centre."""

from typing import Annotated

from pydantic import Field, StringConstraints

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.texts import Name


class DeclineReasonFields(Fields):
    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    """What facts, figures and webhooks keep: it stays as it was made."""
    name_fr: Name
    name_en: Name
    position: Annotated[int, Field(ge=0, le=100_000)] = 0


def _check(draft: Draft) -> None:
    draft.unique("decline_reasons", "code", lambda row: row["code"])


DECLINE_REASONS = Noun(
    key="decline_reasons",
    title="decline_reason",
    fields=DeclineReasonFields,
    check=_check,
    fixed=frozenset({"code"}),
)
