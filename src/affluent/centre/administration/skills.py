"""Skills: what an agent can do and a queue may require. They belong to the whole centre."""

from typing import Annotated

from pydantic import StringConstraints

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.texts import Name


class SkillFields(Fields):
    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,59}$")]
    name_fr: Name
    name_en: Name


def _check(draft: Draft) -> None:
    draft.unique("skills", "key", lambda row: row["key"])


SKILLS = Noun(key="skills", title="skill", fields=SkillFields, check=_check)
