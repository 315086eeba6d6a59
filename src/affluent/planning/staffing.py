"""How many agents a target asks for, interval by interval."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, isfinite

from affluent.planning.erlang import mean_wait, offered_load, service_level
from affluent.planning.patience import Line

AGENTS_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Demand:
    """What arrives in an interval, and how long it takes.

    `patience_ms` is the mean patience of those who wait; None: nobody leaves.
    """

    arrivals_per_hour: float
    handling_ms: float
    patience_ms: float | None = None

    @property
    def load(self) -> float:
        """In erlangs."""
        return offered_load(self.arrivals_per_hour, self.handling_ms)


@dataclass(frozen=True, slots=True)
class Target:
    """`share` of contacts answered within `wait_ms`; agents busy `occupancy_max` of their time at most.

    `abandonment_max` bounds the share that leaves; it means nothing where nobody does.
    """

    share: float
    wait_ms: float
    occupancy_max: float = 1.0
    abandonment_max: float = 1.0

    def __post_init__(self) -> None:
        shares = (self.share, self.occupancy_max)
        if not all(0 < one <= 1 for one in shares) or not 0 <= self.abandonment_max <= 1 or self.wait_ms < 0:
            raise ValueError("a target is a share above 0 and up to 1, within a time from 0 on")


@dataclass(frozen=True, slots=True)
class Staffing:
    """So many agents, and what they come to: shares, and the mean wait of all arrivals in milliseconds."""

    agents: int
    service_level: float
    mean_wait_ms: float
    occupancy: float
    abandonment: float


def staffing_of(agents: int, demand: Demand, wait_ms: float) -> Staffing:
    """What `agents` come to. A load too much for them, with nobody leaving, has a service level of 0."""
    if demand.load == 0:
        return Staffing(agents, 1.0, 0.0, 0.0, 0.0)
    if agents == 0:
        return Staffing(0, 0.0, float("inf") if demand.patience_ms is None else demand.patience_ms, 1.0, 1.0)
    wait = wait_ms / demand.handling_ms
    if demand.patience_ms is None:
        level = service_level(agents, demand.load, wait)
        waits_ms = mean_wait(agents, demand.load) * demand.handling_ms
        return Staffing(agents, level, waits_ms, min(1.0, demand.load / agents), 0.0)
    line = Line(agents, demand.load, demand.handling_ms / demand.patience_ms)
    waits_ms = line.mean_wait * demand.handling_ms
    return Staffing(agents, line.served_within(wait), waits_ms, line.occupancy, line.abandonment)


def least_agents(demand: Demand, target: Target) -> Staffing:
    """The smallest number of agents that meets the target.

    More agents never make a figure worse, so the number is found by halving. Raises `ValueError` when no number
    does, as with a share of 1 where some always wait.
    """
    if not isfinite(demand.load):
        raise ValueError("a demand is a number from 0 on")

    def meets(agents: int) -> bool:
        found = staffing_of(agents, demand, target.wait_ms)
        return (
            found.service_level >= target.share
            and found.occupancy <= target.occupancy_max
            and found.abandonment <= target.abandonment_max
        )

    return staffing_of(_least(meets, ceil(demand.load)), demand, target.wait_ms)


def paid_agents(on_duty: float, shrinkage: float) -> float:
    """How many must be paid for `on_duty` at work, when a share `shrinkage` of paid time is not worked."""
    if not 0 <= shrinkage < 1:
        raise ValueError("shrinkage is a share below 1")
    return on_duty / (1 - shrinkage)


def _least(meets: Callable[[int], bool], guess: int) -> int:
    if meets(0):
        return 0
    low, high = 0, max(1, guess)
    while not meets(high):
        low, high = high, high * 2
        if high > AGENTS_MAX:
            raise ValueError("no number of agents meets this target")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high
