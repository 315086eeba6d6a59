"""Who looks at reserves that go by service level, every few seconds."""

from affluent.centre import backfilling
from affluent.centre.backfilling import Levels
from affluent.centre.looking_again import LooksAgain
from affluent.centre.runner import Runner
from affluent.facts.instants import Clock

LOOK_S = 5.0


class BackfillKeeper(LooksAgain):
    """A thread of its own. What it finds is done by the runner: here nothing is written."""

    def __init__(self, runner: Runner, levels: Levels, clock: Clock) -> None:
        super().__init__(runner, name="backfill", every_s=LOOK_S, failed="backfill_not_kept")
        self._levels = levels
        self._clock = clock

    def look(self) -> None:
        """Once over all reserves that go by service level."""
        now_ms = self._clock.now_ms()
        for goal in self._levels.goals():
            found = backfilling.seen(goal, self._levels, now_ms)
            turned = backfilling.verdict(goal, found, now_ms)
            if turned is not None:
                self._runner.do(backfilling.turn, reserve_id=goal.reserve_id, found=found, turned=turned)
