"""What the centre itself writes to customers, in their language: the hours it names, by the clock that they read."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

LANGUAGES = ("fr", "en")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def language_of(tag: str | None) -> str:
    """The language of ours that is nearest to a tag such as `fr-BE`; English when none is."""
    short = (tag or "").split("-")[0].lower()
    return short if short in LANGUAGES else "en"


@cache
def _words(language: str) -> dict[str, str]:
    text = files("affluent.centre").joinpath("words", f"{language}.json").read_text(encoding="utf-8")
    return json.loads(text)


def said(code: str, language: str | None, params: Mapping[str, Any] | None = None) -> str:
    """A text by its code."""
    return _words(language_of(language))[code].format_map(dict(params or {}))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_known(name: str) -> bool:
    """Whether there is a time zone of this name. Never asks the disk for a name that a stranger made up."""
    return name in _zones()


def hour_told(at_ms: int, timezone: str, language: str | None) -> str:
    """An hour with its day and its time zone, as in `Tuesday 24 November at 15:00 (Europe/Paris)`.

    On the night the clocks go back, an hour that comes twice says which of the two it is.
    """
    params = {
        "day": day_told(at_ms, timezone, language),
        "time": time_told(at_ms, timezone),
        "timezone": timezone.replace("_", " "),
    }
    return said("hour", language, params)


def day_told(at_ms: int, timezone: str, language: str | None) -> str:
    """The day of an instant, as in `Tuesday 24 November`."""
    words, wall = _words(language_of(language)), _wall(at_ms, timezone)
    return f"{words['days'].split()[wall.weekday()]} {wall.day} {words['months'].split()[wall.month - 1]}"


def time_told(at_ms: int, timezone: str) -> str:
    """The wall clock at an instant, as in `15:00`."""
    wall = _wall(at_ms, timezone)
    return f"{wall:%H:%M}{_which(wall)}"


def _wall(at_ms: int, timezone: str) -> datetime:
    return (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(ZoneInfo(timezone))


def _which(wall: datetime) -> str:
    """The offset of a time that comes twice, empty for any other."""
    first, second = (wall.replace(fold=fold).utcoffset() for fold in (0, 1))
    # The clocks go forward where the second is the larger one: that time does not exist at all.
    if first is None or second is None or first <= second:
        return ""
    offset = f"{wall:%z}"
    return f" UTC{offset[:3]}:{offset[3:]}"
