"""Groups of skills: whoever is in one holds all its skills. To change it changes all who hold it."""

from typing import Annotated

from pydantic import AfterValidator, Field

from affluent.centre.administration.agents import AgentSkill, once_each
from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.texts import Name


class GroupFields(Fields):
    name: Name
    skills: Annotated[list[AgentSkill], Field(min_length=1, max_length=200), AfterValidator(once_each)]


def _check(draft: Draft) -> None:
    for position, skill in enumerate(draft.after["skills"]):
        draft.reference("skills", skill["skill_id"], f"skills.{position}.skill_id")
    draft.unique("groups", "name", lambda row: row["name"].lower())


GROUPS = Noun(key="groups", title="skill group", fields=GroupFields, check=_check)
