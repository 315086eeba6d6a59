"""What a phone says again until it was heard: UDP loses, and above all when much is said at once (RFC 3261, 17)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

FIRST_S, LATER_S_MAX, GIVEN_UP_S = 0.5, 4.0, 32.0
TICK_S = 0.1
Key = tuple[str, int, str]
"""A call, the number of what was said in it, and what is expected."""


@dataclass(slots=True)
class _Unheard:
    data: bytes
    to: tuple[str, int]
    due_s: float
    interval_s: float
    until_s: float


class Delivery:
    """Says each thing again, at growing intervals, until it was heard or half a minute is over."""

    def __init__(self, send: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._send = send
        self._unheard: dict[Key, _Unheard] = {}
        self._task: asyncio.Task[None] | None = None
        self.again = 0
        """How often something had to be said again."""

    def say(self, key: Key, data: bytes, to: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        self._unheard[key] = _Unheard(data, to, now_s + FIRST_S, FIRST_S, now_s + GIVEN_UP_S)
        self._send(data, to)
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._repeat())

    def heard(self, key: Key) -> None:
        self._unheard.pop(key, None)

    def forget(self, call_id: str) -> None:
        for key in [key for key in self._unheard if key[0] == call_id]:
            del self._unheard[key]

    def clear(self) -> None:
        self._unheard.clear()

    async def _repeat(self) -> None:
        """While something is unheard."""
        loop = asyncio.get_running_loop()
        while self._unheard:
            await asyncio.sleep(TICK_S)
            now_s = loop.time()
            for key, one in list(self._unheard.items()):
                if now_s >= one.until_s:
                    self._unheard.pop(key, None)
                elif now_s >= one.due_s:
                    one.interval_s = min(2 * one.interval_s, LATER_S_MAX)
                    one.due_s = now_s + one.interval_s
                    self.again += 1
                    self._send(one.data, one.to)
