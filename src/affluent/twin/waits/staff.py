"""Who is at work, as far as anybody says: one for all queues of a centre."""

from collections.abc import Iterator

HOUR_MS = 3_600_000
REMEMBERED_MS = 21 * 24 * HOUR_MS
"""An agent serves a queue while they took somebody of it so lately."""


class Staff:
    """`changes` counts what was told, so that who counts agents need not count again."""

    def __init__(self) -> None:
        self._there: dict[int, bool] = {}
        self.changes = 0

    def is_there(self, agent: int, there: bool) -> None:
        """An agent is ready from now on, or away."""
        if self._there.get(agent) != there:
            self._there[agent] = there
            self.changes += 1

    def known(self, agent: int) -> bool | None:
        """Whether they are there; None when nobody ever said."""
        return self._there.get(agent)


class Serving:
    """The agents of one queue, by when each took somebody last. Nobody says it; the queue's own takings do."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff
        self._took_ms: dict[int, int] = {}
        self._counted: tuple[int, int] | None = None
        self._until_ms = 0
        self._changes = 0

    def took(self, agent: int, at_ms: int) -> None:
        self._took_ms[agent] = at_ms
        self._counted = None

    def at_work(self, at_ms: int) -> tuple[int, int]:
        """How many are there, and of how many that is known. Of whom nobody says it: who took somebody in an hour."""
        if self._counted is None or self._changes != self._staff.changes or at_ms >= self._until_ms:
            self._changes = self._staff.changes
            self._until_ms = at_ms + HOUR_MS
            self._counted = self._count(at_ms)
        return self._counted

    def _count(self, at_ms: int) -> tuple[int, int]:
        there = known = 0
        for agent, took_ms in self._lately(at_ms):
            said = self._staff.known(agent)
            known += said is not None
            if said is None and at_ms < took_ms + HOUR_MS:
                there += 1
                self._until_ms = min(self._until_ms, took_ms + HOUR_MS)
            elif said:
                there += 1
        return there, known

    def _lately(self, at_ms: int) -> Iterator[tuple[int, int]]:
        for agent, took_ms in list(self._took_ms.items()):
            if at_ms - took_ms > REMEMBERED_MS:
                del self._took_ms[agent]
            else:
                yield agent, took_ms
