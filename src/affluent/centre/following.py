"""Whoever follows the journal does so in a thread of their own: soon after a commit, never within it."""

import threading
from collections.abc import Callable

import structlog

from affluent.centre.hub import Announcement, Hub
from affluent.centre.refusals import Away

PAUSE_S = 0.25
"""Commits of so long are followed together."""
LATEST_S = 5.0
"""Looked anyway, this long after the last time: another process may have written."""
log = structlog.get_logger("affluent.following")


class Following:
    """Calls `follow` after commits until it has nothing left; it returns how many facts it took."""

    def __init__(self, name: str, follow: Callable[[], int], hub: Hub, *, latest_s: float = LATEST_S) -> None:
        self._name = name
        self._latest_s = latest_s
        self._follow = follow
        self._stopping = threading.Event()
        self._stirred = threading.Event()
        self._thread = threading.Thread(target=self._live, name=f"following-{name}", daemon=True)
        hub.subscribe(self._heard)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._stirred.set()
        self._thread.join(timeout=10)

    def _heard(self, announcement: Announcement) -> None:
        self._stirred.set()

    def _live(self) -> None:
        while not self._stopping.is_set():
            self._stirred.clear()
            try:
                while self._follow() and not self._stopping.wait(PAUSE_S / 10):
                    pass
            except Away:
                # The runner says when the database is gone; the position has not moved.
                self._stopping.wait(LATEST_S)
            except Exception:
                # Nothing is lost: the position has not moved.
                log.exception("following_failed", follower=self._name)
                self._stopping.wait(LATEST_S)
            if not self._stopping.wait(PAUSE_S):
                self._stirred.wait(self._latest_s)
