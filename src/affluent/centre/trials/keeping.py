"""Whoever looks after the running trials: turns switchbacks, ends what is over, stops what crosses a guardrail."""

import structlog

from affluent.centre.looking_again import LooksAgain
from affluent.centre.runner import Runner
from affluent.centre.trials import trials
from affluent.centre.trials.measuring import Measuring
from affluent.centre.trials.records import Trial, TrialViews
from affluent.centre.trials.rules import SWITCHBACK
from affluent.facts.instants import MINUTE_MS, Clock

LOOK_S = 1.0
GUARD_MS = 5 * MINUTE_MS
"""How often guardrails are looked at. The intervals bear any number of looks."""
log = structlog.get_logger("affluent.trials")


class TrialKeeper(LooksAgain):
    """A thread of its own. What it finds is done by the runner: here nothing is written."""

    def __init__(self, runner: Runner, views: TrialViews, measuring: Measuring, clock: Clock) -> None:
        super().__init__(runner, name="trials", every_s=LOOK_S, failed="trials_not_kept")
        self._views = views
        self._measuring = measuring
        self._clock = clock
        self._guarded_ms: dict[int, int] = {}

    def look(self) -> None:
        """Once over all running trials."""
        now_ms = self._clock.now_ms()
        for trial in self._views.running():
            if trial.ends_ms is not None and trial.ends_ms <= now_ms:
                self._runner.do(trials.end_by_itself, trial_id=trial.id, reason="end_date")
            elif not self._stopped(trial, now_ms) and trial.mode == SWITCHBACK:
                self._turn(trial, now_ms)

    def _turn(self, trial: Trial, now_ms: int) -> None:
        if trials.due_to_turn(trial, now_ms):
            self._runner.do(trials.turn, trial_id=trial.id)

    def _stopped(self, trial: Trial, now_ms: int) -> bool:
        """Whether a guardrail was crossed, and the trial stopped for it."""
        if not trial.guardrails or now_ms - self._guarded_ms.get(trial.id, 0) < GUARD_MS:
            return False
        self._guarded_ms[trial.id] = now_ms
        for one in self._measuring.of(trial):
            if one.crossed:
                log.warning("trial_stopped", trial=trial.id, crossed=one.key)
                return self._runner.do(
                    trials.end_by_itself, trial_id=trial.id, reason="guardrail", crossed=one.key
                )
        return False
