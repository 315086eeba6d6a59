"""What happens to an hour that a customer was promised at a door."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AppointmentMade:
    """The customer chose the hour at which we come back to them. A `ContactQueued` follows.

    `queue_id` is the queue in whose hours it was chosen.
    """

    at_ms: int
    contact_id: int
    queue_id: int
    promised_ms: int


@dataclass(frozen=True, slots=True)
class AppointmentMoved:
    """The customer chose another hour before the first one came. A `ContactQueued` follows."""

    at_ms: int
    contact_id: int
    queue_id: int
    from_ms: int
    promised_ms: int


@dataclass(frozen=True, slots=True)
class AppointmentCancelled:
    """The customer needs us no more. A `ContactAbandoned` follows."""

    at_ms: int
    contact_id: int
    promised_ms: int


AppointmentFact = AppointmentMade | AppointmentMoved | AppointmentCancelled
