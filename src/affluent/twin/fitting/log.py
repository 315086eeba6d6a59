"""What a fit reads: stays in columns, with the names of things and the days on the centre's clock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from affluent.measure.outcomes import Ints, Stays
from affluent.twin.history.rows import UNKNOWN_AGENT
from affluent.twin.history.stays import History

SECOND_MS = 1_000


@dataclass(frozen=True, slots=True)
class Log:
    """`known` are the customers who can be told apart; `strangers` the agents who stand for nobody in particular."""

    name: str
    stays: Stays
    queues: Mapping[int, str]
    agents: Mapping[int, str]
    known: np.ndarray
    """By customer: whether it is somebody who would be known again."""
    strangers: frozenset[int]
    zone: ZoneInfo
    resolutions: bool = True
    """Whether it says what was resolved."""

    @property
    def step_ms(self) -> int:
        """The step of the clock by which the log was written."""
        waited = self.stays.waited_ms
        return SECOND_MS if len(waited) and not (waited[waited > 0] % SECOND_MS).any() else 1

    def days(self) -> list[date]:
        """All days from the first arrival to the last."""
        if not len(self.stays):
            return []
        first, last = (self.day(int(at)) for at in (self.stays.entered_ms.min(), self.stays.entered_ms.max()))
        return [first + timedelta(days=at) for at in range((last - first).days + 1)]

    def day(self, at_ms: int) -> date:
        return datetime.fromtimestamp(at_ms / 1000, self.zone).date()

    def midnight_ms(self, day: date) -> int:
        return int(datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp() * 1000)

    def between(self, from_ms: int, to_ms: int) -> "Log":
        """The stays that began from one instant up to, without, another."""
        began = self.stays.entered_ms
        return self.where((began >= from_ms) & (began < to_ms))

    def where(self, kept: np.ndarray) -> "Log":
        """Some of the stays."""
        return replace(self, stays=self.stays.where(kept))


def of_history(told: History) -> Log:
    """A file's history."""
    agents = dict(enumerate(told.names.get("agent", []), 1))
    known = np.append(False, np.array([bool(name) for name in told.customers], np.bool_))
    return Log(
        told.mapping.name, told.stays, dict(enumerate(told.names.get("queue", []), 1)), agents, known,
        frozenset(number for number, name in agents.items() if name == UNKNOWN_AGENT), told.mapping.zone,
        told.mapping.columns.resolution is not None,
    )  # fmt: skip


def in_order(stays: Stays, order: Ints) -> Stays:
    """The same stays, by their places."""
    return Stays({name: column[order] for name, column in stays.columns.items()})


def by_day(log: Log, days: list[date], at_ms: Ints) -> Ints:
    """The place of each instant's day."""
    edges = np.array([log.midnight_ms(one) for one in days], np.int64)
    return np.searchsorted(edges, at_ms, side="right") - 1
