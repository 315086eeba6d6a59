"""How fast the simulated people live: everybody who waits here waits by this clock."""

import asyncio
import time
from dataclasses import dataclass

FAST = 60.0


@dataclass(frozen=True, slots=True)
class Pace:
    """`speed` divides every duration, 0 stops everybody; `crowd` multiplies the arrivals."""

    speed: float
    crowd: float = 1.0


PACES: dict[str, Pace] = {
    "paused": Pace(0),
    "usual": Pace(1),
    "fast": Pace(4),
    "rush": Pace(1, 3.5),
    # For soaks and tests: an hour in a minute.
    "soak": Pace(FAST, 2.0),
}


class Tempo:
    """The clock of the simulated people. At the usual pace it is the wall clock."""

    def __init__(self, name: str) -> None:
        self._changed = asyncio.Event()
        self._ahead_ms = 0.0
        self._since = time.monotonic()
        self.pace = PACES[name]
        self.name = name

    def set(self, name: str) -> None:
        """Changes the pace for everybody at once. Raises KeyError for one that does not exist."""
        pace = PACES[name]
        self._ahead_ms = self._ahead()
        if pace.speed <= 1:
            # Back on the wall clock: nobody lives ahead of the visitor.
            self._ahead_ms = 0.0
        self._since = time.monotonic()
        self.pace, self.name = pace, name
        self._changed.set()
        self._changed = asyncio.Event()

    def _ahead(self) -> float:
        faster = max(0.0, self.pace.speed - 1)
        return self._ahead_ms + faster * (time.monotonic() - self._since) * 1000

    def now_ms(self) -> int:
        """The instant that the simulated people live in."""
        return time.time_ns() // 1_000_000 + round(self._ahead())

    @property
    def paused(self) -> bool:
        return self.pace.speed == 0

    async def rest(self, duration_ms: float) -> None:
        """Waits `duration_ms` of simulated time, however the pace changes meanwhile."""
        while duration_ms > 0:
            changed, speed, began = self._changed, self.pace.speed, time.monotonic()
            patience_s = None if speed == 0 else duration_ms / speed / 1000
            try:
                await asyncio.wait_for(changed.wait(), patience_s)
            except TimeoutError:
                return
            duration_ms -= (time.monotonic() - began) * 1000 * speed

    async def running(self) -> None:
        """Returns at once, or when the pause is over."""
        while self.paused:
            await self._changed.wait()
