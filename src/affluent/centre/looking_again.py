"""A thread that looks again every so often, where this process writes. What it finds is done by the runner."""

import threading

import structlog

from affluent.centre.refusals import Refusal
from affluent.centre.runner import Runner

log = structlog.get_logger()


class LooksAgain:
    """Calls `look` every `every_s` seconds while the runner leads; what goes wrong is logged as `failed`."""

    def __init__(self, runner: Runner, *, name: str, every_s: float, failed: str) -> None:
        self._runner = runner
        self._every_s = every_s
        self._failed = failed
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._live, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=10)

    def look(self) -> None:
        """One look over all there is."""
        raise NotImplementedError

    def _live(self) -> None:
        while not self._stopping.wait(self._every_s):
            if not self._runner.leading:
                continue
            try:
                self.look()
            except Refusal:
                # No writer or no database just now: the runner says so, and this looks again.
                continue
            except Exception:
                log.exception(self._failed)
