"""The hours that a queue can promise: within its opening hours, far enough ahead, and while there is room.

Pure: the instant, the opening hours and what is held already go in, the hours that can be asked for come out. Within an
open span the hours follow each other in real time from its beginning, so that on the night the clocks change none is
promised twice and none that does not exist; an hour that the closing would cut short is not offered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from affluent.centre.hours import AnyHours, spans
from affluent.facts.instants import DAY_MS

OFFERED_MOST = 400
"""As many hours are offered at once: weeks of half-hours."""


@dataclass(frozen=True, slots=True)
class Promises:
    """What a queue promises. Each of its hours lasts `every_ms` and holds `most` customers."""

    most: int
    every_ms: int
    notice_ms: int
    """An hour begins no sooner than so long after it is asked for."""
    days: int
    """So many days ahead hours can be asked for."""
    remind_ms: int | None = None
    """The customer is reminded so long before; None: not at all."""


@dataclass(frozen=True, slots=True)
class HoursOffered:
    """What a door shows: the hours with room, in order, each lasting `every_ms`, and the centre's time zone."""

    queue_id: int
    timezone: str
    every_ms: int
    hours_ms: tuple[int, ...]


def free_hours(
    promises: Promises, hours: AnyHours | None, held: Mapping[int, int], now_ms: int
) -> tuple[int, ...]:
    """The hours that can be promised now, in order; `hours` None: it is always open."""
    free = (at_ms for at_ms in _every(promises, hours, now_ms) if held.get(at_ms, 0) < promises.most)
    return tuple(islice(free, OFFERED_MOST))


def exists(promises: Promises, hours: AnyHours | None, hour_ms: int, now_ms: int) -> bool:
    """Whether this is one of the hours, be there room in it or not."""
    return any(at_ms == hour_ms for at_ms in _every(promises, hours, now_ms))


def _every(promises: Promises, hours: AnyHours | None, now_ms: int) -> Iterator[int]:
    first_ms, last_ms = now_ms + promises.notice_ms, now_ms + promises.days * DAY_MS
    every_ms = promises.every_ms
    if hours is None:
        yield from range(-(-first_ms // every_ms) * every_ms, last_ms, every_ms)
        return
    for start_ms, end_ms in spans(hours, first_ms, last_ms):
        for at_ms in range(start_ms, end_ms - every_ms + 1, every_ms):
            if first_ms <= at_ms < last_ms:
                yield at_ms
