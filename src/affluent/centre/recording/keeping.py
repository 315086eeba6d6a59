"""Erases recordings and messages of callers when their time is over."""

from affluent.centre.calling import mailbox
from affluent.centre.looking_again import LooksAgain
from affluent.centre.recording.ports import RecordingStore
from affluent.centre.runner import Runner
from affluent.facts.instants import Clock

EVERY_S = 600.0


class RecordingKeeper(LooksAgain):
    """Looks every ten minutes."""

    def __init__(self, runner: Runner, store: RecordingStore, clock: Clock) -> None:
        super().__init__(runner, name="recordings", every_s=EVERY_S, failed="recordings_not_erased")
        self._store = store
        self._clock = clock

    def look(self) -> None:
        self._store.erase_due(self._clock.now_ms())
        while self._runner.do(mailbox.erase_due) >= mailbox.ERASED_AT_ONCE:
            pass
