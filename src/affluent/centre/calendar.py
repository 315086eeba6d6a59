"""The calendar of a time zone: a period cut into its hours, days, weeks and months, as its clocks tell them.

A day is from one local midnight to the next: 23 hours when the clocks go forward, 25 when they go back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from affluent.facts.instants import HOUR_MS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Step(StrEnum):
    """How long an interval is."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Interval:
    """From `from_ms` up to, without, `to_ms`; `day` and `hour` are the local date and hour of its beginning."""

    from_ms: int
    to_ms: int
    day: date
    hour: int


def local(zone: ZoneInfo, at_ms: int) -> datetime:
    """The wall clock of the zone at an instant."""
    return (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(zone)


def midnight_ms(zone: ZoneInfo, day: date) -> int:
    """The instant at which a local day begins."""
    return (datetime.combine(day, time(), tzinfo=zone) - _EPOCH) // timedelta(milliseconds=1)


def intervals(zone: ZoneInfo, from_ms: int, to_ms: int, step: Step) -> list[Interval]:
    """The whole local intervals that a period touches, in order. They may begin before it and end after it."""
    starts = list(_starts(zone, from_ms, to_ms, step))
    return [Interval(one, after, *_clock(zone, one)) for one, after in pairwise(starts)]


def _clock(zone: ZoneInfo, at_ms: int) -> tuple[date, int]:
    wall = local(zone, at_ms)
    return wall.date(), wall.hour


def _starts(zone: ZoneInfo, from_ms: int, to_ms: int, step: Step) -> Iterator[int]:
    """Beginnings of intervals: the one that holds `from_ms`, and on to the first at or after `to_ms`."""
    day = _first_day(local(zone, from_ms).date(), step)
    last_ms = midnight_ms(zone, day)
    if step is Step.HOUR:
        # Hours are steps of real time from midnight: the hour that comes twice is two, the skipped one none.
        last_ms += (from_ms - last_ms) // HOUR_MS * HOUR_MS
    yield last_ms
    while last_ms < to_ms:
        if step is Step.HOUR:
            tomorrow_ms = midnight_ms(zone, local(zone, last_ms).date() + timedelta(days=1))
            last_ms = min(last_ms + HOUR_MS, tomorrow_ms)
        else:
            day = _next_day(day, step)
            last_ms = midnight_ms(zone, day)
        yield last_ms


def _first_day(day: date, step: Step) -> date:
    match step:
        case Step.WEEK:
            return day - timedelta(days=day.weekday())
        case Step.MONTH:
            return day.replace(day=1)
        case Step.HOUR | Step.DAY:
            return day


def _next_day(day: date, step: Step) -> date:
    match step:
        case Step.WEEK:
            return day + timedelta(days=7)
        case Step.MONTH:
            return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        case Step.HOUR | Step.DAY:
            return day + timedelta(days=1)
