"""The hours in which customers may be called, by the clocks of where they are. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
import phonenumbers
import phonenumbers.timezone

MINUTES = 24 * 60
LOOK_DAYS = 40
"""So far ahead an hour is looked for: no series of holidays is longer."""
EVERY_DAY = frozenset(range(7))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNKNOWN = phonenumbers.timezone.UNKNOWN_TIMEZONE


@dataclass(frozen=True, slots=True)
class Window:
    """On these days (Monday is 0), from a minute of the day up to, without, another."""

    from_min: int
    to_min: int
    days: frozenset[int] = EVERY_DAY


@dataclass(frozen=True, slots=True)
class CallHours:
    """When calls are allowed; on public holidays of `country` only if `holidays`."""

    windows: tuple[Window, ...] = field(default=(Window(8 * 60, 20 * 60, frozenset(range(6))),))
    country: str = ""
    holidays: bool = False


def minute_of(clock: str) -> int:
    """The minute of the day of a time such as `08:30`."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def zones_of(number: str, usual: str = "UTC") -> tuple[str, ...]:
    """The time zones in which a number may be, in order; `usual` where its numbering plan does not say."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return (usual,)
    found = phonenumbers.timezone.time_zones_for_number(parsed)
    return tuple(sorted(one for one in found if one != UNKNOWN)) or (usual,)


def zone_of_country(country: str) -> str:
    """A time zone in which telephones of a country (ISO 3166) stand, the usual one of its landlines."""
    example = phonenumbers.example_number(country)
    if example is None:
        return "UTC"
    return zones_of(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164))[0]


def country_of(number: str) -> str:
    """The country of a number in E.164 (ISO 3166); empty when it has none."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, None)) or ""
    except phonenumbers.NumberParseException:
        return ""


def allowed(hours: CallHours, zones: Sequence[str], at_ms: int) -> bool:
    """Whether a call may be made at this instant: by the clocks of all the zones in which they may be."""
    return all(_allowed_in(hours, zone, at_ms) for zone in zones)


def next_allowed(hours: CallHours, zones: Sequence[str], from_ms: int) -> int | None:
    """The first instant from `from_ms` on at which a call may be made; None when there is none in sight."""
    if allowed(hours, zones, from_ms):
        return from_ms
    starts = sorted({at_ms for zone in zones for at_ms in _starts(hours, zone, from_ms)})
    return next((at_ms for at_ms in starts if allowed(hours, zones, at_ms)), None)


def _allowed_in(hours: CallHours, zone: str, at_ms: int) -> bool:
    wall = (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(ZoneInfo(zone))
    minute = wall.hour * 60 + wall.minute
    inside = any(wall.weekday() in one.days and one.from_min <= minute < one.to_min for one in hours.windows)
    return inside and (hours.holidays or not is_holiday(hours.country, wall.date()))


def _starts(hours: CallHours, zone: str, from_ms: int) -> Iterator[int]:
    here = ZoneInfo(zone)
    first = (_EPOCH + timedelta(milliseconds=from_ms)).astimezone(here).date()
    for ahead in range(LOOK_DAYS):
        day = first + timedelta(days=ahead)
        for window in hours.windows:
            if day.weekday() not in window.days:
                continue
            begins = datetime.combine(day, time(window.from_min // 60, window.from_min % 60), here)
            at_ms = round((begins - _EPOCH).total_seconds() * 1000)
            if at_ms >= from_ms:
                yield at_ms


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


def is_holiday(country: str, day: date) -> bool:
    """Whether it is a public holiday of the country; never of one whose holidays are not known."""
    return bool(country) and day in _holidays(country, day.year)
