"""What happens between the agents of one contact. `agent_id` is who takes part, or is asked to; `by_id` who said so."""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """How an agent takes part in a contact that another one has in hand. None of it is seen by the customer."""

    CONSULT = "consult"
    """Reads along, and writes notes."""
    CONFERENCE = "conference"
    """Answers the customer as well."""
    SUPERVISION = "supervision"
    """A supervisor who joined by themselves: listens, and whispers in notes."""


class InvitationEnd(StrEnum):
    """How an invitation ended that nobody took up."""

    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    GONE = "gone"
    """Whoever was asked went home, or no longer serves the brand."""


class PartEnd(StrEnum):
    """Why somebody takes part no longer while the contact stays in hand."""

    LEFT = "left"
    REMOVED = "removed"
    OFFLINE = "offline"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class ColleagueInvited:
    """A colleague is asked to take part, until `expires_ms`.

    With `team_id` or `skill_id` (at `level`) anyone of them will do: this is the one whose turn it is, and `tried`
    are those who were asked before and did not come. `asked` is the beginning of what one wants of them.
    """

    at_ms: int
    contact_id: int
    agent_id: int
    by_id: int
    part: Part
    expires_ms: int
    team_id: int | None = None
    skill_id: int | None = None
    level: int = 1
    tried: tuple[int, ...] = ()
    asked: str = ""


@dataclass(frozen=True, slots=True)
class InvitationEnded:
    """The colleague did not come. `reason` is what they said when they declined."""

    at_ms: int
    contact_id: int
    agent_id: int
    by_id: int
    cause: InvitationEnd
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgentJoined:
    """Takes part from now on, and has the contact counted in hand."""

    at_ms: int
    contact_id: int
    agent_id: int
    by_id: int
    part: Part


@dataclass(frozen=True, slots=True)
class PartChanged:
    """Takes part in another way: may answer the customer, or no longer."""

    at_ms: int
    contact_id: int
    agent_id: int
    by_id: int
    part: Part


@dataclass(frozen=True, slots=True)
class AgentParted:
    """Takes part no longer; the contact stays where it is."""

    at_ms: int
    contact_id: int
    agent_id: int
    by_id: int
    cause: PartEnd


@dataclass(frozen=True, slots=True)
class ContactHandedOver:
    """A warm transfer: `agent_id`, who took part, has it from now on; `from_id`, who had it, is free.

    `by_id` says who did it: the giver, a supervisor who took it over, or the giver again when they went home.
    """

    at_ms: int
    contact_id: int
    agent_id: int
    from_id: int
    by_id: int


TogetherFact = (
    ColleagueInvited | InvitationEnded | AgentJoined | PartChanged | AgentParted | ContactHandedOver
)
