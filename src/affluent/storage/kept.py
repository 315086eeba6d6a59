"""What the one writer remembers from one transaction to the next."""

import time
from collections.abc import Callable, Hashable, Iterable
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

    def begin(self) -> None:
        """Another transaction: what was believed for too long is asked anew in it."""
        now_s = time.monotonic()
        if now_s >= self._fresh_until_s:
            self._answers.clear()
            self._fresh_until_s = now_s + FRESH_S

    def answer(self, key: Hashable, ask: Callable[[], T]) -> T:
        if key not in self._answers:
            self._answers[key] = ask()
        return cast("T", self._answers[key])

    def forget(self) -> None:
        self._answers.clear()


class Recent:
    """What was known of rows, up to so many entries: those that nobody asked for since the last half go together.

    Forgotten all at once, a busy writer would ask for hundreds of rows again in the midst of its work.
    """

    def __init__(self, most: int) -> None:
        self._half = most // 2
        self._young: dict[Hashable, Any] = {}
        self._old: dict[Hashable, Any] = {}

    def get(self, key: Hashable) -> Any:
        """None for what is not known."""
        if key in self._young:
            return self._young[key]
        found = self._old.get(key)
        if found is not None:
            self._young[key] = found
        return found

    def update(self, pairs: Iterable[tuple[Hashable, Any]]) -> None:
        if len(self._young) > self._half:
            self._old, self._young = self._young, {}
        self._young.update(pairs)

    def clear(self) -> None:
        self._young.clear()
        self._old.clear()


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
