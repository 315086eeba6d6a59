"""What the e-mail door asks of the house it is built into."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

Deliver = Callable[[bytes, str, int], None]
"""Takes (raw source, dedupe key, received_ms) and returns only after the database commit.

It raises if, and only if, the mail is not stored; the door then keeps the mail where it is and tries
again. A mail that was stored before, under the same key, is a success.
"""


class Position(NamedTuple):
    """How far a mailbox has been read."""

    uidvalidity: int
    last_uid: int


class PositionStore(Protocol):
    """Keeps the position of each mailbox. It is saved after the delivery, so a crash between the two
    repeats one mail.
    """

    def get(self, mailbox: str) -> Position | None: ...

    def set(self, mailbox: str, position: Position) -> None: ...


class PositionsInMemory:
    """The double of a `PositionStore`: forgets at the end of the process."""

    def __init__(self) -> None:
        self._positions: dict[str, Position] = {}

    def get(self, mailbox: str) -> Position | None:
        return self._positions.get(mailbox)

    def set(self, mailbox: str, position: Position) -> None:
        self._positions[mailbox] = position
