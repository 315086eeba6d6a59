"""What contacts are worth and agents cost, as people write it beside a scenario. Money has no unit of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from affluent.planning.worth import PATIENT, Satisfaction

USUAL_TARGETS_MS = tuple(1_000 * seconds for seconds in (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600))


@dataclass(frozen=True, slots=True)
class ClassWorth:
    """`value`: of a contact answered at once; `loss`: of one whose customer left unanswered, as a positive number."""

    value: float
    loss: float = 0.0
    satisfaction: Satisfaction = PATIENT


@dataclass(frozen=True, slots=True)
class Uncertain:
    """How well each is known: the standard error as a share of the value itself."""

    arrivals: float = 0.0
    patience: float = 0.0
    handling: float = 0.0
    worth: float = 0.0


CERTAIN = Uncertain()


@dataclass(frozen=True, slots=True)
class Worth:
    """`hour` and `hour_by_group`: what an hour of an agent at work costs, absences paid with it.

    `share` of contacts answered within a target; `budget`: what all queues together may cost a day.
    """

    hour: float
    classes: Mapping[str, ClassWorth]
    targets_ms: tuple[int, ...] = USUAL_TARGETS_MS
    share: float = 0.8
    hour_by_group: Mapping[str, float] = field(default_factory=dict[str, float])
    budget: float | None = None
    uncertain: Uncertain = CERTAIN
    worlds: int = 40
    """How many ways the day may be are drawn, where something is uncertain."""
