"""Agents: the people of the centre, whatever their role."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from affluent.centre import passwords
from affluent.centre.administration.media import Units
from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.administration.ports import Caution, Row, SettingsUnit
from affluent.centre.administration.ranks import Ranks, check_ranks
from affluent.centre.refusals import Invalid, Refusal
from affluent.centre.texts import Email, Id, Locale, Name, Password
from affluent.centre.wall import RIGHTS, Right, Role
from affluent.routing.policy import UNITS_FULL

Count = Annotated[int, Field(ge=0, le=50)]
Kept = Annotated[int, Field(ge=0, le=UNITS_FULL)]


class AgentSkill(Fields):
    skill_id: Id
    level: Annotated[int, Field(ge=0, le=5)]


class Capacity(Fields):
    """How many contacts at once, by medium."""

    voice: Count = 1
    chat: Count = 3
    email: Count = 5
    form: Count = 5
    message: Count = 5


class OwnUnits(Fields):
    """What one contact takes of this agent, of the 60 units; None: what it takes of everyone."""

    voice: Units | None = None
    chat: Units | None = None
    email: Units | None = None
    form: Units | None = None
    message: Units | None = None


class KeptFree(Fields):
    """Units that only contacts of a medium may use."""

    voice: Kept = 0
    chat: Kept = 0
    email: Kept = 0
    form: Kept = 0
    message: Kept = 0


def once_each(skills: list[AgentSkill]) -> list[AgentSkill]:
    """Sorted by skill; each at most once."""
    if len({skill.skill_id for skill in skills}) < len(skills):
        raise PydanticCustomError("skill_twice", "A skill stands twice")
    return sorted(skills, key=lambda skill: skill.skill_id)


class AgentFields(Fields):
    name: Name
    email: Email
    password: Password | None = None
    role: Role = Role.AGENT
    locale: Locale = "fr"
    team_id: Id | None = None
    brand_ids: Annotated[list[Id], Field(max_length=500), AfterValidator(lambda ids: sorted(set(ids)))] = (
        Field(default=[])
    )
    skills: Annotated[list[AgentSkill], Field(max_length=200), AfterValidator(once_each)] = Field(default=[])
    group_ids: Annotated[list[Id], Field(max_length=50), AfterValidator(lambda ids: sorted(set(ids)))] = (
        Field(default=[])
    )
    """Groups of skills; of a level of one's own, in `skills`, and theirs the highest counts."""
    ranks: Ranks = Field(default=[])
    """Queues that are not primary, or that are though they are not the team's."""
    capacity: Capacity = Capacity()
    units: OwnUnits = OwnUnits()
    kept_free: KeptFree = KeptFree()
    active: bool = True


def sees_all(row: Row) -> bool:
    """Whether this is an administrator of the whole centre."""
    return row["role"] == Role.ADMINISTRATOR and not row["brand_ids"]


def _rules_all(row: Row) -> bool:
    return sees_all(row) and row["active"] and not row["archived"]


def _check(draft: Draft) -> None:
    agent = draft.after
    for position, brand_id in enumerate(agent["brand_ids"]):
        draft.reference("brands", brand_id, f"brand_ids.{position}")
    for position, skill in enumerate(agent["skills"]):
        draft.reference("skills", skill["skill_id"], f"skills.{position}.skill_id")
    draft.reference("teams", agent["team_id"], "team_id")
    for position, group_id in enumerate(agent["group_ids"]):
        draft.reference("groups", group_id, f"group_ids.{position}")
    check_ranks(draft, None if sees_all(agent) else agent["brand_ids"])
    if draft.viewer.brands is not None and not agent["brand_ids"]:
        raise Invalid("brands_required", "brand_ids")
    draft.unique("agents", "email", lambda row: row["email"].lower())
    if draft.before is not None and _rules_all(draft.before) and not _rules_all(agent):
        others = (row for row in draft.unit.rows("agents") if row["id"] != draft.before["id"])
        if not any(map(_rules_all, others)):
            raise Refusal("last_administrator")


def _stored(draft: Draft, values: Row) -> Row:
    stored = {name: value for name, value in values.items() if name != "password"}
    password: str | None = values.get("password")
    if password:
        stored["password_hash"] = passwords.hashed(password)
    return stored


def ends_sessions(draft: Draft, values: Row) -> bool:
    """Whether the change must sign the person out everywhere."""
    if draft.before is None:
        return False
    gone = not draft.after["active"] or draft.after["archived"]
    walled = draft.changes("role") or draft.changes("brand_ids")
    return gone or walled or bool(values.get("password"))


def _cautions(row: Row, unit: SettingsUnit) -> list[Caution]:
    cautions: list[Caution] = []
    serves = Right.SERVE in RIGHTS[Role(row["role"])]
    if not row["brand_ids"] and not sees_all(row):
        cautions.append(Caution("agent_without_brand"))
    if not row["has_password"]:
        cautions.append(Caution("agent_without_password"))
    if not row["active"]:
        held = unit.in_hand_of(row["id"])
        if held:
            cautions.append(Caution("contacts_in_hand", {"count": held}))
    if serves and row["brand_ids"]:
        cautions += [
            Caution("queue_unserved", {"name": use.name}) for use in unit.unserved(None, row["brand_ids"])
        ]
    return cautions


AGENTS = Noun(
    key="agents",
    title="agent",
    fields=AgentFields,
    # Someone without a brand is nobody's to see but the whole centre's: hence the empty set, not None.
    side=lambda row: frozenset(row["brand_ids"]),
    check=_check,
    cautions=_cautions,
    stored=_stored,
    merged=frozenset({"capacity", "units", "kept_free"}),
    write_only=frozenset({"password"}),
    extra_shown={"has_password": bool},
)
