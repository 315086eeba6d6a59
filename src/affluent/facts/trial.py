"""What can happen to a rule on trial as a whole. Which contacts fell to it, they tell themselves (`ContactDrawn`)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrialStarted:
    """From now on the rule is released, by share or by switchback."""

    at_ms: int
    trial_id: int


@dataclass(frozen=True, slots=True)
class TrialTurned:
    """A slot of a switchback begins: from now on every contact has the rule on trial (`arm` 1) or the present one.

    `day` and `slot` are those of the local calendar: days counted from the year 1, slots from midnight.
    """

    at_ms: int
    trial_id: int
    arm: int
    day: int
    slot: int


@dataclass(frozen=True, slots=True)
class TrialEnded:
    """The present rule is everyone's again: `reason` is `by_hand`, `end_date`, `guardrail` or `concluded`."""

    at_ms: int
    trial_id: int
    reason: str


TrialFact = TrialStarted | TrialTurned | TrialEnded
