"""Works off runs of the twin, one after the other, at the lowest priority, until there are none for a while.

Whatever ends it (a kill, a lost database, the server's end), what it was doing is nobody's by then, and is begun anew.
"""

import json
import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from affluent.cli.twin import unchecked

unchecked()

# What follows reads how the compiler was told to be.
import structlog  # noqa: E402 -- after `unchecked`

from affluent.centre.twin_runs.records import Run, Step  # noqa: E402 -- as above
from affluent.centre.twin_runs.work import Failed, Ground, work  # noqa: E402 -- as above
from affluent.cli.clock import WallClock  # noqa: E402 -- as above
from affluent.cli.logs import log_plainly  # noqa: E402 -- as above
from affluent.storage.database import Database  # noqa: E402 -- as above
from affluent.storage.twin_past import PgPast  # noqa: E402 -- as above
from affluent.storage.twin_runs import PgScenarios, PgWork  # noqa: E402 -- as above

NICE = 19
IDLE_S = 20.0
LOOK_S = 0.5
TELL_S = 0.3
GIVES_UP_S = 3.0
"""How long work that is nobody's any more may take to notice, before the process ends over it."""
log = structlog.get_logger("affluent.twin")


class Stopped(Exception):
    """The run is no longer ours: somebody cancelled it."""


class Worker:
    """One run at a time. A second thread looks whether it is still wanted."""

    def __init__(self, database: Database, cores: int) -> None:
        self._database = database
        self._clock = WallClock()
        self._work = PgWork(database)
        self._scenarios = PgScenarios(database)
        self._cores = cores
        self._run: Run | None = None
        self._said: tuple[Step, int, int] = ("", 0, 0)
        self._said_s = 0.0

    def live(self, slots: int) -> None:
        if not self._work.slot(slots):
            return
        threading.Thread(target=self._look, daemon=True).start()
        idle_s = time.monotonic()
        while time.monotonic() - idle_s < IDLE_S:
            run = self._work.next(self._clock.now_ms())
            if run is None:
                time.sleep(LOOK_S)
                continue
            self._do(run)
            idle_s = time.monotonic()

    def _do(self, run: Run) -> None:
        self._said, self._run = ("starting", 0, run.total), run
        try:
            found = work(
                run, Ground(PgPast(self._database, self._clock), self._keep, self._cores), self._tell
            )
            self._run = None
            self._work.finish(run.id, found, self._clock.now_ms())
        except Stopped:
            log.info("twin_run_cancelled", run=run.id)
        except Failed as failed:
            self._work.fail(run.id, failed.code, failed.params, self._clock.now_ms())
        except Exception:
            # One run's accident is not the others'; the log says which line it was.
            log.exception("twin_run_failed", run=run.id)
            self._work.fail(run.id, "run_accident", {}, self._clock.now_ms())
        finally:
            self._run = None

    def _tell(self, step: Step, done: int, total: int) -> None:
        same = step == self._said[0]
        self._said = (step, done, total)
        if same and time.monotonic() - self._said_s < TELL_S:
            return
        self._said_s = time.monotonic()
        run = self._run
        if run is not None and not self._work.at(run.id, step, done, total):
            raise Stopped

    def _keep(self, run: Run, name: str, text: str) -> int:
        return self._scenarios.insert(
            name, "", text, run.brands, "today", run.created_by_id, self._clock.now_ms()
        )

    def _look(self) -> None:
        """Ends the process when its slot or its run is gone and the work does not notice by itself."""
        unwanted_s: float | None = None
        while True:
            time.sleep(LOOK_S)
            try:
                self._work.holds()
                run = self._run
                wanted = run is None or self._work.at(run.id, *self._said)
            except Exception:
                log.exception("twin_worker_lost_its_database")
                os._exit(4)
            if wanted:
                unwanted_s = None
            elif unwanted_s is None:
                unwanted_s = time.monotonic()
            elif time.monotonic() - unwanted_s > GIVES_UP_S:
                os._exit(3)


def main() -> None:
    log_plainly()
    told = json.loads(sys.stdin.buffer.readline() or b"{}")
    if not told:
        return
    with suppress(OSError):
        os.nice(NICE)
    with suppress(OSError):
        # Should memory run out, this goes before the server does.
        Path("/proc/self/oom_score_adj").write_text("1000")
    threading.Thread(target=_follow_the_server, daemon=True).start()
    database = Database(told["dsn"], size_max=4)
    database.open()
    try:
        Worker(database, told["cores"]).live(told["slots"])
    finally:
        database.close()


def _follow_the_server() -> None:
    """The server holds the other end of our input: when it goes, so do we."""
    # Not by the buffered file, which would be locked by us when the process ends by itself.
    while os.read(sys.stdin.fileno(), 1_024):
        pass
    os._exit(0)


main()
