"""A process that stands by tells its own watchers what the one that writes commits: boards and desks stay live there.

What moved is read from the journal, by position, as it stands by then. Whoever writes hears it all from the runner.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from affluent.centre.hub import Announcement, BoardChanged, Hub
from affluent.centre.refusals import Away

LOOK_S = 0.5
AWAY_S = 2.0
log = structlog.get_logger("affluent.standing_by")


class Elsewhere(Protocol):
    """What another process committed."""

    def skip(self) -> None:
        """What is there by now is no news."""
        ...

    def news(self) -> Sequence[Announcement]:
        """What is new since the last look, in the order in which it happened. Raises `Away`."""
        ...


class StandingBy:
    """Looks for news while `leading` says that another process writes, and publishes them here."""

    def __init__(self, elsewhere: Elsewhere, leading: Callable[[], bool], hub: Hub) -> None:
        self._elsewhere = elsewhere
        self._leading = leading
        self._hub = hub
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._live, name="standing-by", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _live(self) -> None:
        stood_by = False
        while not self._stopping.wait(LOOK_S):
            try:
                stood_by = self._look(stood_by)
            except Away:
                # The position has not moved; the runner says that the database is gone.
                self._stopping.wait(AWAY_S)
            except Exception:
                log.exception("standing_by_failed")
                stood_by = False
                self._stopping.wait(AWAY_S)

    def _look(self, stood_by: bool) -> bool:
        if self._leading():
            return False
        if not stood_by:
            # From here on; whoever keeps a picture begins it anew after this instant.
            self._elsewhere.skip()
            self._hub.publish(BoardChanged("levers"))
            return True
        self._hub.publish(*self._elsewhere.news())
        return True
