"""Opening hours: when a centre is open, and when a target that runs in open time only is due.

A day's spans are read off the wall clock of the time zone. An exception decides its day; else a public
holiday is closed; else the weekday decides. On the day the clocks go forward a time that does not exist is
the instant of the change; on the day they go back a time that comes twice is its first coming.
Pure: instants in, instants out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays as holiday_calendars

from affluent.facts.instants import DAY_MS, MINUTE_MS

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LOOK_AHEAD_DAYS = 800
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_ENDS = 24 * 60

Span = tuple[int, int]
"""From and to, in minutes of the wall clock since midnight; 1440 is the end of the day."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours, ready to be asked."""

    timezone: str
    weekly: tuple[tuple[Span, ...], ...]
    """Seven days from Monday."""
    holidays: str | None = None
    """A country whose public holidays are closed, such as `FR`."""
    exceptions: tuple[tuple[date, tuple[Span, ...]], ...] = ()

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Hours":
        """From the settings as they are kept: `timezone`, `weekly`, `holidays`, `exceptions`."""
        weekly: Mapping[str, Any] = row["weekly"]
        return cls(
            timezone=row["timezone"],
            weekly=tuple(_spans(weekly.get(day, ())) for day in _DAYS),
            holidays=row.get("holidays"),
            exceptions=tuple(
                (date.fromisoformat(day["date"]), _spans(day["spans"])) for day in row.get("exceptions") or ()
            ),
        )


AnyHours = Hours | Mapping[str, Any]


def is_open(hours: AnyHours, at_ms: int) -> bool:
    """Whether the centre is open at this instant. The instant of closing is closed."""
    return any(start_ms <= at_ms < end_ms for start_ms, end_ms in _from(_ready(hours), at_ms, days=1))


def next_opening_ms(hours: AnyHours, at_ms: int) -> int | None:
    """The first open instant at or after `at_ms`; None when nothing opens for two years."""
    for start_ms, _ in _from(_ready(hours), at_ms):
        return max(start_ms, at_ms)
    return None


def closing_ms(hours: AnyHours, at_ms: int) -> int:
    """The instant at which the open time that holds `at_ms` ends: spans that touch are one."""
    end_ms = at_ms
    for start_ms, span_end_ms in _from(_ready(hours), at_ms):
        if start_ms > end_ms:
            break
        end_ms = max(end_ms, span_end_ms)
    return end_ms


def open_ms(hours: AnyHours, from_ms: int, to_ms: int) -> int:
    """How long it was open between two instants, in milliseconds. Nothing for an empty or turned interval."""
    total_ms = 0
    if from_ms >= to_ms:
        return total_ms
    for start_ms, end_ms in _from(_ready(hours), from_ms, days=(to_ms - from_ms) // DAY_MS + 2):
        if start_ms >= to_ms:
            break
        total_ms += min(end_ms, to_ms) - max(start_ms, from_ms)
    return total_ms


def spans(hours: AnyHours, from_ms: int, to_ms: int) -> Iterator[Span]:
    """The open intervals that touch a period, in order, each whole, in milliseconds."""
    for start_ms, end_ms in _from(_ready(hours), from_ms, days=(to_ms - from_ms) // DAY_MS + 2):
        if start_ms >= to_ms:
            return
        yield start_ms, end_ms


def due_ms(hours: AnyHours, from_ms: int, target_ms: int) -> int:
    """The instant at which `target_ms` of open time have gone by since `from_ms`.

    A centre that never opens again within two years counts around the clock from then on: a target that no
    one can meet must still come due.
    """
    left_ms, at_ms = target_ms, from_ms
    if left_ms <= 0:
        return from_ms
    for start_ms, end_ms in _from(_ready(hours), from_ms):
        at_ms = max(start_ms, from_ms)
        if left_ms <= end_ms - at_ms:
            return at_ms + left_ms
        left_ms -= end_ms - at_ms
        at_ms = end_ms
    return at_ms + left_ms


def _ready(hours: AnyHours) -> Hours:
    return hours if isinstance(hours, Hours) else Hours.of(hours)


def _spans(spans: Any) -> tuple[Span, ...]:
    return tuple(sorted((_minutes(start), _minutes(end)) for start, end in spans))


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _from(hours: Hours, at_ms: int, *, days: int = _LOOK_AHEAD_DAYS) -> Iterator[Span]:
    """Open intervals that end after `at_ms`, in order, in milliseconds."""
    today = (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(_zone(hours.timezone)).date()
    # From the day before: the instant may lie in an hour that came twice around midnight.
    for number in range(-1, days + 1):
        for start_ms, end_ms in _open_on(hours, today + timedelta(days=number)):
            if end_ms > at_ms:
                yield start_ms, end_ms


@lru_cache(maxsize=4096)
def _open_on(hours: Hours, day: date) -> tuple[Span, ...]:
    exceptional = dict(hours.exceptions).get(day)
    if exceptional is not None:
        spans = exceptional
    elif hours.holidays is not None and day in _holidays(hours.holidays, day.year):
        spans = ()
    else:
        spans = hours.weekly[day.weekday()]
    zone = _zone(hours.timezone)
    instants = ((_instant_ms(zone, day, start), _instant_ms(zone, day, end)) for start, end in spans)
    # A span within the hour that the clocks skip has no length.
    return tuple((start_ms, end_ms) for start_ms, end_ms in instants if start_ms < end_ms)


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holiday_calendars.country_holidays(country, years=year))


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _instant_ms(zone: ZoneInfo, day: date, minutes: int) -> int:
    """The instant of a time of the wall clock."""
    midnight = datetime.combine(day + timedelta(days=minutes // _DAY_ENDS), time(), tzinfo=zone)
    wall = midnight.replace(hour=minutes % _DAY_ENDS // 60, minute=minutes % 60)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return _ms(instant)
    return _skipped_at_ms(zone, _ms(wall.replace(fold=1).astimezone(UTC)), _ms(instant))


def _skipped_at_ms(zone: ZoneInfo, before_ms: int, after_ms: int) -> int:
    """The instant, in (before, after], from which the clock of `after_ms` holds."""
    offset = _offset(zone, after_ms)
    while after_ms - before_ms > MINUTE_MS:
        middle_ms = (before_ms + after_ms) // 2 // MINUTE_MS * MINUTE_MS
        if _offset(zone, middle_ms) == offset:
            after_ms = middle_ms
        else:
            before_ms = middle_ms
    return after_ms


def _offset(zone: ZoneInfo, at_ms: int) -> timedelta:
    offset = (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(zone).utcoffset()
    assert offset is not None, "a time zone has an offset"
    return offset


def _ms(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(milliseconds=1)
