"""Keeps runs of the twin going beside the server: starts a worker when something is to be done, and tells who watches.

The work itself is another process, so that neither the writer nor the pages ever wait for it. Which of several
servers' workers does it is decided in the database; a server that stands by does its share as well.
"""

import threading
import time
from collections.abc import Callable
from typing import Protocol

import structlog

from affluent.centre.hub import Hub, TwinMoved
from affluent.centre.refusals import Away
from affluent.centre.twin_runs.records import UNFINISHED, Moved, Runs

BUSY_S = 0.5
IDLE_S = 3.0
STARTS_S = 6.0
"""How long a worker may take until it has taken up its first run, before another is started."""
log = structlog.get_logger("affluent.twin")


class Worker(Protocol):
    """A process that works runs off, and ends when there are none."""

    def alive(self) -> bool: ...
    def stop(self) -> None: ...


class TwinKeeper:
    """One thread. `slots`: how many runs at once, in the whole centre; 0: none here, it only tells."""

    def __init__(self, runs: Runs, hub: Hub, slots: int, start_worker: Callable[[], Worker]) -> None:
        self._runs = runs
        self._hub = hub
        self._slots = slots
        self._start_worker = start_worker
        self._workers: list[Worker] = []
        self._started_s = -STARTS_S
        self._known: dict[int, Moved] | None = None
        self._stirred = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._live, name="twin", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stir(self) -> None:
        """There is something new: looks at once."""
        self._stirred.set()

    def stop(self) -> None:
        """Ends the workers: what they were at is done after the next start, here or elsewhere."""
        self._stopping.set()
        self._stirred.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        for worker in self._workers:
            worker.stop()

    def _live(self) -> None:
        while not self._stopping.is_set():
            wait_s = IDLE_S
            try:
                busy = self._tell()
                wait_s = BUSY_S if busy else IDLE_S
                self._workers = [one for one in self._workers if one.alive()]
                if busy:
                    self._man()
            except Away:
                # The runner says that the database is gone.
                pass
            except Exception:
                log.exception("twin_not_kept")
            self._stirred.wait(wait_s)
            self._stirred.clear()

    def _tell(self) -> bool:
        """Publishes what moved; whether anything is unfinished."""
        found = {one.id: one for one in self._runs.moved()}
        known, self._known = self._known, found
        if known is not None:
            self._hub.publish(
                *(
                    TwinMoved(one.id, tuple(one.brands), one.state, one.done, one.total, one.step)
                    for one in found.values()
                    if known.get(one.id) != one
                )
            )
        return any(one.state in UNFINISHED for one in found.values())

    def _man(self) -> None:
        if len(self._workers) >= self._slots or time.monotonic() - self._started_s < STARTS_S:
            return
        if self._runs.wanted(self._slots):
            self._started_s = time.monotonic()
            self._workers.append(self._start_worker())
