"""The slots of a switchback, by the wall clock of its time zone."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from affluent.centre.calendar import local
from affluent.facts.instants import HOUR_MS, MINUTE_MS
from affluent.measure.outcomes import Ints

SLOTS_MS = (30 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS, 4 * HOUR_MS, 6 * HOUR_MS)
"""How long a slot may be: an even number of them makes a day, so that squares come out even."""
_FINE_MS = 15 * MINUTE_MS
"""Every clock of the world is ahead by a multiple of it."""


class Slot(NamedTuple):
    """A slot of a local day: days are counted from the year 1, slots from midnight."""

    day: int
    slot: int


def slot_at(zone: ZoneInfo, at_ms: int, slot_ms: int) -> Slot:
    """The slot of an instant. When clocks change, one slot of the night is longer or shorter."""
    wall = local(zone, at_ms)
    return Slot(wall.toordinal(), (wall.hour * HOUR_MS + wall.minute * MINUTE_MS) // slot_ms)


def slots_at(zone: ZoneInfo, at_ms: Ints, slot_ms: int) -> tuple[Ints, Ints]:
    """The days and slots of many instants."""
    fine, place = np.unique(at_ms // _FINE_MS, return_inverse=True)
    found = [slot_at(zone, int(one) * _FINE_MS, slot_ms) for one in fine]
    days, slots = (np.array([one[side] for one in found], np.int64) for side in (0, 1))
    return days[place], slots[place]
