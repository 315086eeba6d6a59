"""What the one writer remembers from one transaction to the next."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

T = TypeVar("T")
FRESH_S = 1.0
"""How long settings are believed unasked. A change in this process is told at once; one in another is not."""


class SettingsKept:
    """Answers about settings, for a moment or until they change."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, Any] = {}
        self._fresh_until_s = 0.0

    def answer(self, key: Hashable, ask: Callable[[], T]) -> T:
        now_s = time.monotonic()
        if now_s >= self._fresh_until_s:
            self._answers.clear()
            self._fresh_until_s = now_s + FRESH_S
        if key not in self._answers:
            self._answers[key] = ask()
        return cast("T", self._answers[key])

    def forget(self) -> None:
        self._answers.clear()


@dataclass(slots=True)
class Kept:
    settings: SettingsKept = field(default_factory=SettingsKept)
    next_timer_ms: int | None = None
    """When the next timer is due or earlier: one that was cleared may leave its instant here."""
    timers_known: bool = False

    def forget(self) -> None:
        """A transaction was undone: ask again."""
        self.settings.forget()
        self.timers_known = False
