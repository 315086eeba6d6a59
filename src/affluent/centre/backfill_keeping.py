"""Who looks at reserves that go by service level, every few seconds."""

import threading

import structlog

from affluent.centre import backfilling
from affluent.centre.backfilling import Levels
from affluent.centre.refusals import Refusal
from affluent.centre.runner import Runner
from affluent.facts.instants import Clock

log = structlog.get_logger(__name__)
LOOK_S = 5.0


class BackfillKeeper:
    """A thread of its own. What it finds is done by the runner: here nothing is written."""

    def __init__(self, runner: Runner, levels: Levels, clock: Clock) -> None:
        self._runner = runner
        self._levels = levels
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._live, name="backfill", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=10)

    def _live(self) -> None:
        while not self._stopping.wait(LOOK_S):
            if not self._runner.leading:
                continue
            try:
                self.look()
            except Refusal:
                # No writer or no database just now: the runner says so, and this looks again.
                continue
            except Exception:
                log.exception("backfill_not_kept")

    def look(self) -> None:
        """Once over all reserves that go by service level."""
        now_ms = self._clock.now_ms()
        for goal in self._levels.goals():
            found = backfilling.seen(goal, self._levels, now_ms)
            turned = backfilling.verdict(goal, found, now_ms)
            if turned is not None:
                self._runner.do(backfilling.turn, reserve_id=goal.reserve_id, found=found, turned=turned)
