"""The targets that the formulas found, tried in the twin: all queues at once, agents with several skills, real rules.

The twin lives the same days under the best targets and under their neighbours (one queue a target shorter or longer,
with the agents that this asks for). While a neighbour is worth more with certainty it goes there, and looks around
again. All intervals of one round hold together with `CONFIDENCE` (Bonferroni).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from affluent.measure.outcomes import End, Stays
from affluent.planning.targets import FINE
from affluent.twin.running.building import Building
from affluent.twin.running.days import Days
from affluent.twin.running.estimates import quantile
from affluent.twin.running.stays import Reader
from affluent.twin.scenario.scenario import Scenario
from affluent.twin.targets.finding import Found
from affluent.twin.targets.staffing import Staffing
from affluent.twin.targets.worth import ClassWorth, Worth

Floats = NDArray[np.float64]
Choice = tuple[int, ...]
"""By queue found, the place of its target."""
CONFIDENCE = 0.95
MOVES_MOST = 12


@dataclass(frozen=True, slots=True)
class Money:
    """A mean a day between `low` and `high`."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """`queue` at another target: what that brings a day more than the best, the same days under both."""

    queue: str
    wait_ms: int
    more: Money

    @property
    def apart(self) -> bool:
        """Whether the days tell it from the best."""
        return not self.more.low <= 0 <= self.more.high


@dataclass(frozen=True, slots=True)
class Checked:
    """`start_ms` by queue: the targets of the formulas; `best_ms`: where no neighbour is surely worth more."""

    days: int
    start_ms: dict[str, int]
    best_ms: dict[str, int]
    moves: tuple[Neighbour, ...]
    """The way from one to the other."""
    around: tuple[Neighbour, ...]
    """The neighbours of the best."""
    net: Money
    cost: float
    start_net: Money
    gain: Money | None
    """What the best brings beside the start; None where they are one."""
    today_ms: dict[str, int]
    today_gain: Money | None
    """What the best brings beside today's targets; None where they are one, or not all among those compared."""
    settled: bool
    """No neighbour is surely worth more; false when it stopped on the way."""

    @property
    def holds(self) -> bool:
        return not self.moves


def check(
    scenario: Scenario, worth: Worth, found: Found, days: int, seed: int,
    progress: Callable[[int], None] = lambda _: None,
) -> Checked | None:  # fmt: skip
    """None where no queue has a target to choose. `progress` hears how many trials are done. Raises `TooMany`."""
    if not found.queues:
        return None
    trials = _Trials(scenario, worth, found, days, seed, progress)
    start = found.plan.chosen if found.plan is not None else tuple(one.curve.best for one in found.queues)
    here: Choice = start
    moves: list[Neighbour] = []
    while True:
        around = trials.around(here)
        better = [(one, choice) for one, choice in around if one.more.low > 0]
        if not better or len(moves) == MOVES_MOST:
            break
        one, here = max(better, key=lambda pair: pair[0].more.mean)
        moves.append(one)
    names = [one.queue for one in found.queues]
    today = _today(worth, found)
    return Checked(
        days,
        dict(zip(names, trials.waits(start), strict=True)),
        dict(zip(names, trials.waits(here), strict=True)),
        tuple(moves),
        tuple(one for one, _ in around),
        money(trials.net(here), CONFIDENCE),
        trials.cost(here),
        money(trials.net(start), CONFIDENCE),
        money(trials.net(here) - trials.net(start), CONFIDENCE) if here != start else None,
        {one.queue: one.today_ms for one in found.queues},
        None if today is None or today == here else money(trials.net(here) - trials.net(today), CONFIDENCE),
        not better,
    )


def _today(worth: Worth, found: Found) -> Choice | None:
    if any(one.today_ms not in worth.targets_ms for one in found.queues):
        return None
    return tuple(worth.targets_ms.index(one.today_ms) for one in found.queues)


class _Trials:
    """What each choice of targets brings, day by day; the same days for all."""

    def __init__(
        self,
        scenario: Scenario,
        worth: Worth,
        found: Found,
        days: int,
        seed: int,
        progress: Callable[[int], None],
    ) -> None:
        self._found, self._worth, self._days, self._seed = found, worth, days, seed
        self._progress = progress
        self._staffing = Staffing(scenario, worth, found)
        asked = {rule.id for rule in self._staffing.rules}
        self._classes = [
            (place, worth.classes.get(one.name, ClassWorth(0.0)))
            for place, one in enumerate(scenario.classes)
            if one.queue in asked
        ]
        self._known: dict[Choice, tuple[Floats, float]] = {}

    def waits(self, choice: Choice) -> list[int]:
        return [self._worth.targets_ms[at] for at in choice]

    def net(self, choice: Choice) -> Floats:
        return self._lived(choice)[0]

    def cost(self, choice: Choice) -> float:
        return self._lived(choice)[1]

    def around(self, here: Choice) -> list[tuple[Neighbour, Choice]]:
        """The neighbours that the budget allows."""
        choices: list[tuple[int, Choice]] = []
        for place, at in enumerate(here):
            for other in (at - 1, at + 1):
                choice = (*here[:place], other, *here[place + 1 :])
                if 0 <= other < len(self._worth.targets_ms) and self._affordable(choice):
                    choices.append((place, choice))
        each = 1 - (1 - CONFIDENCE) / max(1, len(choices))
        return [
            (
                Neighbour(
                    self._found.queues[place].queue,
                    self._worth.targets_ms[choice[place]],
                    money(self.net(choice) - self.net(here), each),
                ),
                choice,
            )
            for place, choice in choices
        ]

    def _affordable(self, choice: Choice) -> bool:
        budget = self._worth.budget
        curves = [one.curve for one in self._found.queues]
        cost = sum(float(one.cost[:, at].mean()) for one, at in zip(curves, choice, strict=True))
        return budget is None or cost <= budget * (1 + FINE)

    def _lived(self, choice: Choice) -> tuple[Floats, float]:
        if choice not in self._known:
            scenario = self._staffing.scenario(choice)
            cost = self._staffing.cost(scenario)
            building = Building(scenario)
            days, reader = Days(building), Reader(building)
            worth = [
                self._worth_of(reader.stays(days.lived(self._seed, one), one)) for one in range(self._days)
            ]
            self._known[choice] = (np.array(worth) - cost, cost)
            self._progress(len(self._known))
        return self._known[choice]

    def _worth_of(self, stays: Stays) -> float:
        """What the customers of a day leave behind, as the formulas count it."""
        reached = stays.where(stays.asks == 1)
        total = 0.0
        for place, worth in self._classes:
            own = reached.class_row == place
            answered = reached.waited_ms[own & (reached.answered_ms >= 0)]
            total += worth.value * float(worth.satisfaction.left(answered.astype(np.float64)).sum())
            total -= worth.loss * int((own & (reached.end == End.ABANDONED)).sum())
        return total


def money(by_day: Floats, confidence: float) -> Money:
    """The mean of independent days and its interval (Student). A single day has no interval: all is possible."""
    days, mean = len(by_day), float(by_day.mean())
    if days < 2:
        return Money(mean, -float("inf"), float("inf"))
    half = float(by_day.std(ddof=1)) / sqrt(days) * quantile(days - 1, confidence)
    return Money(mean, mean - half, mean + half)


def checked_answer(found: Checked) -> dict[str, object]:
    """As plain data: money a day, waits in ms."""

    def near(one: Neighbour) -> dict[str, object]:
        return {"queue": one.queue, "wait_ms": one.wait_ms, **_money(one.more)}

    def some(many: Sequence[Neighbour]) -> list[dict[str, object]]:
        return [near(one) for one in many]

    return {
        "days": found.days,
        "confidence": CONFIDENCE,
        "holds": found.holds,
        "settled": found.settled,
        "formulas_ms": found.start_ms,
        "best_ms": found.best_ms,
        "net": _money(found.net),
        "formulas_net": _money(found.start_net),
        "gain": None if found.gain is None else _money(found.gain),
        "today_ms": found.today_ms,
        "today_gain": None if found.today_gain is None else _money(found.today_gain),
        "cost": found.cost,
        "moves": some(found.moves),
        "neighbours": some(found.around),
    }


def _money(one: Money) -> dict[str, object]:
    return {
        "mean": one.mean,
        "low": one.low if np.isfinite(one.low) else None,
        "high": one.high if np.isfinite(one.high) else None,
    }
