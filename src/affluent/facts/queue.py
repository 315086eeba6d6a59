"""What can happen to a queue as a whole."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueueClosed:
    """Its hours are over: nobody of it is offered until it opens; all keep their place."""

    at_ms: int
    queue_id: int


@dataclass(frozen=True, slots=True)
class QueueOpened:
    at_ms: int
    queue_id: int


QueueFact = QueueClosed | QueueOpened
