"""What happens to a contact beside its way to an agent: known problems, and offers of another channel.

None of it moves the contact's state.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemMarked:
    """It is about a known problem: by its rules, or because an agent said so (`agent_id`).

    `home_queue_id` is where it would have gone, or stood, without the problem: None when nowhere.
    """

    at_ms: int
    contact_id: int
    problem_id: int
    agent_id: int | None = None
    home_queue_id: int | None = None


@dataclass(frozen=True, slots=True)
class ProblemUnmarked:
    """An agent said that it is not about this known problem after all."""

    at_ms: int
    contact_id: int
    problem_id: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class ProblemTold:
    """The customer was told of the known problem, by this message."""

    at_ms: int
    contact_id: int
    problem_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class ProblemEnded:
    """The known problem that it waited for is over; it waits on where it would have gone. Its mark stays."""

    at_ms: int
    contact_id: int
    problem_id: int


@dataclass(frozen=True, slots=True)
class SteeringOffered:
    """Another channel was offered to the customer, because it suits the motive better."""

    at_ms: int
    contact_id: int
    motive_id: int
    to_medium: str


@dataclass(frozen=True, slots=True)
class SteeringAccepted:
    """The customer went on there, in another contact of the same request. A `ContactClosed` follows."""

    at_ms: int
    contact_id: int
    to_contact_id: int
    to_medium: str


@dataclass(frozen=True, slots=True)
class SteeringRefused:
    """The customer stays where they are."""

    at_ms: int
    contact_id: int
    to_medium: str


SteeringFact = (
    ProblemMarked
    | ProblemUnmarked
    | ProblemTold
    | ProblemEnded
    | SteeringOffered
    | SteeringAccepted
    | SteeringRefused
)
