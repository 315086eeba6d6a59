"""Who takes part in a contact beside the agent who has it, as the contact's row keeps it.

Each fact between agents changes it here, and nowhere else; when the contact leaves the hand, all of it is over.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

from affluent.centre.records import Contact, Standing
from affluent.facts import together
from affluent.facts.together import Part


@dataclass(frozen=True, slots=True)
class Taking:
    """One who takes part since `joined_ms`, or (None) is asked to until `expires_ms`.

    `tried` are those of the team or with the skill who were asked before and did not come.
    """

    agent_id: int
    by_id: int
    part: Part
    joined_ms: int | None = None
    expires_ms: int | None = None
    team_id: int | None = None
    skill_id: int | None = None
    level: int = 1
    tried: tuple[int, ...] = ()
    asked: str = ""

    @property
    def for_anyone(self) -> bool:
        """Whether anyone of a team or with a skill will do."""
        return self.team_id is not None or self.skill_id is not None


def takings(contact: Contact | Standing) -> tuple[Taking, ...]:
    """Those who take part and those who are asked to, by when they came to it."""
    return tuple(map(_taking, contact.parts or ()))


def _taking(kept: dict[str, Any]) -> Taking:
    told: dict[str, Any] = {**kept, "part": Part(kept["part"]), "tried": tuple(kept["tried"])}
    return Taking(**told)


def joined(contact: Contact | Standing) -> tuple[Taking, ...]:
    """Those who take part, who came first first."""
    found = [one for one in takings(contact) if one.joined_ms is not None]
    return tuple(sorted(found, key=lambda one: (one.joined_ms or 0, one.agent_id)))


def taking(contact: Contact, agent_id: int) -> Taking | None:
    return next((one for one in takings(contact) if one.agent_id == agent_id), None)


def people(contact: Contact) -> tuple[int, ...]:
    """Whose desks show it though it is not in their hand."""
    return tuple(one["agent_id"] for one in contact.parts or ())


def after(contact: Contact, fact: together.TogetherFact) -> list[dict[str, Any]] | None:
    """The row's column after a fact; None when nobody is left."""
    was = taking(contact, fact.agent_id)
    found = [one for one in takings(contact) if one.agent_id != fact.agent_id]
    match fact:
        case together.ColleagueInvited():
            asked = Taking(
                fact.agent_id,
                fact.by_id,
                fact.part,
                expires_ms=fact.expires_ms,
                team_id=fact.team_id,
                skill_id=fact.skill_id,
                level=fact.level,
                tried=fact.tried,
                asked=fact.asked,
            )
            found.append(asked)
        case together.AgentJoined():
            found.append(Taking(fact.agent_id, fact.by_id, fact.part, joined_ms=fact.at_ms))
        case together.PartChanged():
            assert was is not None, "the use case has looked"
            found.append(replace(was, part=fact.part))
        case together.InvitationEnded() | together.AgentParted() | together.ContactHandedOver():
            pass
    return [asdict(one) | {"part": one.part.value, "tried": list(one.tried)} for one in found] or None
