"""Days lived, one after the other, on one core: each from the same morning, with its own draws."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from affluent.measure.outcomes import Ints
from affluent.routing.held import Holder
from affluent.twin.living import entries
from affluent.twin.living.compiled import INTERPRETED
from affluent.twin.running.building import Building
from affluent.twin.running.mornings import kept, longer, put_back


@dataclass(frozen=True, slots=True)
class Day:
    """What was noted of a day: see `world` for the columns. `ended_ms`: when the last agent went."""

    outcomes: Ints
    presence: Ints
    ended_ms: int


class Days:
    """One world, and its mornings."""

    def __init__(self, building: Building) -> None:
        self._world = building.world()
        self._morning = kept(self._world)
        self._hold()

    def lived(self, seed: int, replication: int) -> Day:
        """A day. The same seed and replication give the same one, whatever was lived before it.

        Raises `TooMany`.
        """
        day = self.glimpsed(seed, replication)
        return Day(day.outcomes.copy(), day.presence.copy(), day.ended_ms)

    def glimpsed(self, seed: int, replication: int) -> Day:
        """The same, not copied: the next day is written over it. Raises `TooMany`."""
        put_back(self._world, self._morning)
        # Interpreted, words of 64 bits overflow aloud.
        with np.errstate(over="ignore"):
            entries.begin(self._at, seed, replication)
            while short := entries.live(self._at):
                self._world, self._morning = longer(self._world, short), longer(self._morning, short)
                self._hold()
        clock: Any = self._world.clock
        notes: Any = self._world.notes
        return Day(
            notes.outcomes[: clock.outcomes[0]], notes.presence[: clock.presence[0]], int(clock.now_ms[0])
        )

    def _hold(self) -> None:
        self._holder = None if INTERPRETED else Holder(self._world)
        assert self._holder is None or self._holder.kind == entries.KIND, "a world is laid out otherwise"
        self._at: Any = self._world if self._holder is None else self._holder.address
