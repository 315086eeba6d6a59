"""The centre in the past: its use cases, its engine and its timers, on a clock that jumps to what comes next."""

import heapq
import itertools
from collections.abc import Callable, Mapping
from typing import Concatenate, ParamSpec, TypeVar

from affluent.centre import follow, timers
from affluent.centre.transaction import Transaction
from affluent.cli.demo.past.contacts import Fact
from affluent.cli.demo.past.memory import MemoryStore
from affluent.cli.demo.past.settings import Settings
from affluent.routing.engine import Router

P = ParamSpec("P")
R = TypeVar("R")


class World:
    """Runs use cases as the runner does: the command, what the engine decides of it, and time in between.

    `heard` is told every fact after the command that brought it about is over.
    """

    def __init__(self, settings: Settings, first: Mapping[str, int], start_ms: int) -> None:
        self.now_ms = start_ms
        self.heard: Callable[[Fact], None] = lambda fact: None
        self._facts: list[Fact] = []
        self.store = MemoryStore(settings, first, self._facts.append)
        self._router = Router(self.store.settings.policy())
        self._plans: list[tuple[int, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    def at(self, at_ms: int, do: Callable[[], None]) -> None:
        """Plans something for an instant, or for now when that is over."""
        heapq.heappush(self._plans, (max(at_ms, self.now_ms), next(self._numbers), do))

    def after(self, pause_ms: int, do: Callable[[], None]) -> None:
        self.at(self.now_ms + pause_ms, do)

    def do(self, use_case: Callable[Concatenate[Transaction, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """One command at this instant. Raises what it refuses: those who live here ask for nothing refused."""
        tx = Transaction(self.store, self.now_ms)
        value = use_case(tx, *args, **kwargs)
        follow.decide(tx, self._router)
        self._tell()
        return value

    def live_until(self, end_ms: int) -> None:
        """Everything that falls due before `end_ms` happens."""
        while (next_ms := self._next_ms()) is not None and next_ms < end_ms:
            self.now_ms = max(self.now_ms, next_ms)
            self._pass_time()
            while self._plans and self._plans[0][0] <= self.now_ms:
                heapq.heappop(self._plans)[2]()
        self.now_ms = end_ms
        self._pass_time()

    def _next_ms(self) -> int | None:
        planned = self._plans[0][0] if self._plans else None
        due = (planned, self.store.timers.next_ms(), self._router.next_deadline())
        return min((one for one in due if one is not None), default=None)

    def _pass_time(self) -> None:
        tx = Transaction(self.store, self.now_ms)
        for kind, contact_id in self.store.timers.due(self.now_ms):
            timers.fire(tx, kind, contact_id)
            follow.decide(tx, self._router)
        follow.pass_time(tx, self._router, self.now_ms)
        self._tell()

    def _tell(self) -> None:
        heard = list(self._facts)
        self._facts.clear()
        for fact in heard:
            self.heard(fact)
