"""Works jobs off, one contact after the other, beside what agents do. A crash leaves the rest due: it goes on."""

import threading
import time

import structlog

from affluent.centre.bulk import Job, Jobs, step
from affluent.centre.hub import Hub, JobMoved
from affluent.centre.refusals import Refusal
from affluent.centre.runner import Runner, RunnerStopped
from affluent.facts.instants import Clock

log = structlog.get_logger("affluent.bulk")
TOLD_EVERY_S = 0.25
AGAIN_S = 1.0


class BulkWorker:
    """One thread; `wake` tells it that there is a new job."""

    def __init__(self, runner: Runner, jobs: Jobs, hub: Hub, clock: Clock) -> None:
        self._runner = runner
        self._jobs = jobs
        self._hub = hub
        self._clock = clock
        self._work = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._live, name="bulk", daemon=True)

    def start(self) -> None:
        self._work.set()
        self._thread.start()

    def wake(self) -> None:
        self._work.set()

    def stop(self) -> None:
        """Ends after the contact at work; what is left is done after the next start."""
        self._stopping.set()
        self._work.set()
        self._thread.join(timeout=30)

    def _live(self) -> None:
        while not self._stopping.is_set():
            self._work.wait()
            self._work.clear()
            try:
                while not self._stopping.is_set() and (job := self._jobs.next()) is not None:
                    if not self._run(job):
                        self._stopping.wait(AGAIN_S)
            except Exception:
                log.exception("bulk_failed")
                if not self._stopping.wait(AGAIN_S):
                    self._work.set()

    def _run(self, job: Job) -> bool:
        """Works one job off; False when the centre is not at work now."""
        told_s = 0.0
        for contact_id in job.due:
            if self._stopping.is_set():
                return True
            try:
                self._runner.do(step, job=job, contact_id=contact_id)
            except RunnerStopped:
                return False
            except Refusal as refused:
                self._jobs.refused(job.id, contact_id, refused.code, refused.params)
            except Exception:
                # The runner has logged it; one contact's accident is not the others'.
                self._jobs.refused(job.id, contact_id, "refused", {})
            if time.monotonic() - told_s >= TOLD_EVERY_S:
                told_s = time.monotonic()
                self._hub.publish(JobMoved(job.viewer.account_id, job.id))
        self._jobs.finish(job.id, self._clock.now_ms())
        self._hub.publish(JobMoved(job.viewer.account_id, job.id))
        return True
