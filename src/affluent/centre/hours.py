"""Opening hours: when the centre is open, and when a target counted in open time falls due.

Hours are what an administrator wrote: `timezone`, `weekly` spans by day, a country's public `holidays`, and
`exceptions` by date, which replace the day's spans. Spans are wall-clock times in the zone, so a day on which the
clock changes is as long as it really is.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays as calendars

Hours = Mapping[str, Any]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZON_DAYS = 400
"""A centre that does not open within this many days is taken as closed for good."""


def is_open(hours: Hours, at_ms: int) -> bool:
    """Whether the instant lies in a span of opening (its start is in it, its end is not)."""
    day = _local(hours, at_ms).date()
    return any(start <= at_ms < end for start, end in spans_of(hours, day))


def next_opening_ms(hours: Hours, at_ms: int) -> int | None:
    """The first open instant from `at_ms` on; `at_ms` itself when it is open; None when there is none."""
    for start, end in _spans_from(hours, at_ms):
        if end > at_ms:
            return max(start, at_ms)
    return None


def due_ms(hours: Hours, from_ms: int, target_ms: int) -> int:
    """When `target_ms` of open time have passed since `from_ms`.

    For a centre that does not open often enough within the horizon, plain time counts: a promise must have an end.
    """
    left = target_ms
    for start, end in _spans_from(hours, from_ms):
        start = max(start, from_ms)
        if end <= start:
            continue
        if end - start >= left:
            return start + left
        left -= end - start
    return from_ms + target_ms


def spans_of(hours: Hours, day: date) -> list[tuple[int, int]]:
    """The open spans of a local day as instants, in order."""
    zone = ZoneInfo(hours["timezone"])
    return [
        (_instant(day, start, zone), _instant(day, end, zone)) for start, end in sorted(_written(hours, day))
    ]


def _spans_from(hours: Hours, at_ms: int) -> Iterator[tuple[int, int]]:
    day = _local(hours, at_ms).date()
    for offset in range(HORIZON_DAYS):
        yield from spans_of(hours, day + timedelta(days=offset))


def _written(hours: Hours, day: date) -> list[tuple[str, str]]:
    for exception in hours.get("exceptions") or []:
        if exception["date"] == day.isoformat():
            return [(start, end) for start, end in exception.get("spans") or []]
    country = hours.get("holidays")
    if country and day in _calendar(country, day.year):
        return []
    weekly: Mapping[str, Any] = hours.get("weekly") or {}
    return [(start, end) for start, end in weekly.get(DAYS[day.weekday()]) or []]


@lru_cache(maxsize=256)
def _calendar(country: str, year: int) -> frozenset[date]:
    return frozenset(calendars.country_holidays(country, years=year))


def _local(hours: Hours, at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(hours["timezone"]))


def _instant(day: date, clock: str, zone: ZoneInfo) -> int:
    hour, _, minute = clock.partition(":")
    wall = datetime(day.year, day.month, day.day, tzinfo=zone)
    if hour == "24":
        wall = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
    else:
        wall = wall.replace(hour=int(hour), minute=int(minute))
    return round(wall.timestamp() * 1000)
