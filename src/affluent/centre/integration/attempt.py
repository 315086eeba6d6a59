"""One try of a request that bears an Idempotency-Key."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Attempt:
    """The `number`-th try. `results` are those of the commands that an earlier one already committed."""

    scope: bytes
    key: str
    number: int
    results: list[dict[str, Any]]
    touched: bool = field(default=False)
    """Whether a command of this try wrote its result."""
    _asked: int = field(default=0)

    def ordinal(self) -> int:
        """The place of the next command among those of the request, from 0."""
        self._asked += 1
        return self._asked - 1


CURRENT: ContextVar[Attempt | None] = ContextVar("attempt", default=None)
"""That of the request being served, if it bears a key. Threads that serve it inherit it."""
