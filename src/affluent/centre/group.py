"""Commands that share a commit, and what came of them: told only when it is known to be kept."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from affluent.centre.hub import Announcement
from affluent.centre.ports import Store
from affluent.centre.questions import Question
from affluent.centre.transaction import Transaction

Result = tuple["Command", Any, BaseException | None]
Observer = Callable[[int, float, Sequence[float]], None]
"""Told of each group: its commands, the seconds they took with their commit, those of the engine for each."""


@dataclass(slots=True)
class Command:
    """A use case that somebody waits for, and what it will ask first."""

    run: Callable[[Transaction], Any]
    answer: "Future[Any]"
    asks: Callable[[Store], Iterable[Question]]

    def begin(self) -> bool:
        """False when nobody waits any more. From here on it cannot be cancelled: what is begun is answered."""
        return self.answer.set_running_or_notify_cancel()


@dataclass(slots=True)
class Group:
    """Its commit may still be on its way."""

    commands: list[Command]
    began_s: float
    results: list[Result] = field(default_factory=list[Result])
    announcements: list[Announcement] = field(default_factory=list[Announcement])
    deciding_s: list[float] = field(default_factory=list[float])

    def answer(self) -> None:
        for command, value, error in self.results:
            if error is None:
                command.answer.set_result(value)
            else:
                command.answer.set_exception(error)


def unanswered(commands: Iterable[Command], error: BaseException) -> None:
    """Nobody knows what became of them: whoever asked tries again, under the same key."""
    for command in commands:
        if not command.answer.done():
            command.answer.set_exception(error)


def refuse_waiting(inbox: "SimpleQueue[Command | None]", error: BaseException) -> None:
    """Whoever waits for their turn is told that it will not come."""
    while True:
        try:
            command = inbox.get_nowait()
        except Empty:
            return
        if command is not None and command.begin():
            command.answer.set_exception(error)
