"""The wall clock: the one place where Affluent reads the time."""

import time


class WallClock:
    """Milliseconds since the epoch that never go back while the process lives.

    A clock set back stands still until it has caught up: no contact is younger than what came before it.
    """

    def __init__(self) -> None:
        self._last_ms = 0

    def now_ms(self) -> int:
        self._last_ms = max(self._last_ms, time.time_ns() // 1_000_000)
        return self._last_ms
