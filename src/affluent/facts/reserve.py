"""What can happen to a reserve that opens and shuts by the service level of its queues."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReserveShut:
    """Its agents are kept for its queues. `cause`: `level`, they are served too late; `wait`, they soon would be.

    Of `owed` contacts of its window `in_time` were answered within target; `used_percent` is the largest share of a
    target that somebody who waits, or comes now, is foreseen to use.
    """

    at_ms: int
    reserve_id: int
    cause: str
    in_time: int
    owed: int
    used_percent: int


@dataclass(frozen=True, slots=True)
class ReserveOpened:
    """Its queues are well served: its agents are offered other contacts too."""

    at_ms: int
    reserve_id: int
    in_time: int
    owed: int
    used_percent: int


ReserveFact = ReserveShut | ReserveOpened
