"""What a fit says, in the language of `AFFLUENT_LOCALE`, with numbers as people write them."""

import json
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from affluent.cli.history.wording import number as whole

_NARROW = "\N{NARROW NO-BREAK SPACE}"
_NO_BREAK = "\N{NO-BREAK SPACE}"


@cache
def words(locale: str) -> dict[str, str]:
    """The sentences of a language, by code."""
    folder = files("affluent.cli.fitting").joinpath("words")
    return json.loads(folder.joinpath(f"{locale}.json").read_text(encoding="utf-8"))


def say(locale: str, code: str, **params: Any) -> str:
    return words(locale)[code].format(**params)


def number(value: float, locale: str) -> str:
    return whole(round(value), locale)


def decimal(value: float, locale: str) -> str:
    """Three digits that matter."""
    text = whole(round(value), locale) if abs(value) >= 100 else f"{value:.3g}"
    return text.replace(".", ",") if locale == "fr" else text


def percent(share: float, locale: str) -> str:
    text = f"{100 * share:.3g}" if 0 < 100 * share < 100 else f"{100 * share:.0f}"
    return f"{text.replace('.', ',')}{_NARROW}%" if locale == "fr" else f"{text}%"


def lasting(ms: float, locale: str) -> str:
    """A duration in two units at most: 4 min 10 s."""
    seconds = ms / 1000
    if seconds < 10:
        text = f"{seconds:.2g}"
        return f"{text.replace('.', ',') if locale == 'fr' else text}{_NO_BREAK}s"
    left = round(seconds)
    told: list[str] = []
    for unit, size in ((words(locale)["unit_day"], 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            told.append(f"{count}{_NO_BREAK}{unit}")
        if len(told) == 2:
            break
    return " ".join(told)


def clock(at_ms: int, zone: ZoneInfo, locale: str, *, day: bool = True) -> str:
    """An instant of a log on its own clock: 14/02/1999 21:00."""
    at = datetime.fromtimestamp(at_ms / 1000, zone)
    hour = at.strftime("%H:%M") if locale != "fr" else f"{at.hour}{_NO_BREAK}h{_NO_BREAK}{at.minute:02}"
    return f"{at.strftime('%d/%m/%Y' if locale == 'fr' else '%Y-%m-%d')} {hour}" if day else hour
