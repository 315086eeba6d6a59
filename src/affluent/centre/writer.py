"""The one writer of a routing partition, as the runner needs it."""

from contextlib import AbstractContextManager
from typing import Protocol

from affluent.centre.ports import Store


class Writer(Protocol):
    """The one writer of a routing partition: it holds the lock and commits."""

    def begin(self) -> AbstractContextManager[Store]:
        """A transaction, committed durably when left in order. Raises `Spoiled`."""
        ...

    def send(self) -> AbstractContextManager[Store]:
        """As `begin`, but left while the commit is on its way. Raises `Spoiled`, `EarlierSpoiled`."""
        ...

    def landed(self) -> bool:
        """Whether what was sent last is committed durably, without waiting. Raises `EarlierSpoiled`."""
        ...

    def land(self) -> None:
        """Waits until what was sent last is committed durably. Raises `EarlierSpoiled`."""
        ...

    def still_there(self) -> None:
        """Asked while nothing is to be written. Raises `Away` when the lock was lost with its connection."""
        ...

    def close(self) -> None: ...


class Partition(Protocol):
    def become_writer(self, wait_s: float) -> Writer | None:
        """The writer, once no other process is; None when another still was after `wait_s`."""
        ...
