"""How often somebody may do something: a sliding window for each key."""

from collections import deque

from affluent.facts.instants import Clock

KEYS_MAX = 20_000


class Flood:
    """At most `most` events within any `window_ms` for one key. Lives in memory: a restart forgives."""

    def __init__(self, clock: Clock, *, most: int, window_ms: int) -> None:
        self._clock = clock
        self._most = most
        self._window_ms = window_ms
        self._seen: dict[object, deque[int]] = {}

    def over(self, key: object) -> bool:
        """Counts one event of `key`; true when it is one too many, which is then not counted."""
        now_ms = self._clock.now_ms()
        seen = self._seen.setdefault(key, deque())
        self._forget(seen, now_ms)
        if len(seen) >= self._most:
            return True
        seen.append(now_ms)
        if len(self._seen) > KEYS_MAX:
            self._sweep(now_ms)
        return False

    def _forget(self, seen: deque[int], now_ms: int) -> None:
        while seen and seen[0] <= now_ms - self._window_ms:
            seen.popleft()

    def _sweep(self, now_ms: int) -> None:
        for key, seen in list(self._seen.items()):
            self._forget(seen, now_ms)
            if not seen:
                del self._seen[key]
