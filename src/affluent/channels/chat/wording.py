"""The chat's sentences in the customer's language."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from affluent.centre.saying import hour_told
from affluent.channels import wording
from affluent.channels.wording import LANGUAGES, language_of

__all__ = ["LANGUAGES", "language_of", "sentence", "told", "wait_told", "words"]

_MINUTE_MS = 60_000
words = partial(wording.words, "chat")
sentence = partial(wording.sentence, "chat")


def told(code: str, language: str, params: Mapping[str, Any], at_ms: int) -> str | None:
    """The text of a line meant for the customer, said at `at_ms`; None when it has none."""
    if code == "queue_closed":
        opens_ms, timezone = params.get("opens_ms"), params.get("timezone")
        own = (params.get("words") or {}).get(language)
        if opens_ms is None or timezone is None:
            return own or words(language)["queue_closed_unknown"]
        if own:
            opens = _opens(opens_ms, at_ms, timezone, language)
            return f"{own} {sentence('opens_again', language, {'opens': opens})}"
        return sentence(code, language, {"opens": _opens(opens_ms, at_ms, timezone, language)})
    if code == "hour_instead":
        hour = hour_told(params["hour_ms"], params["timezone"], language)
        return sentence(code, language, {"hour": hour})
    if code == "known_problem":
        return params.get("text")
    if code == "steer_offered":
        return f"{params.get('text')} {params.get('base')}/move/{params.get('token')}?lang={language}"
    return words(language).get(code)


def wait_told(low_ms: int, high_ms: int, language: str) -> str:
    """A wait as a customer is told it: whole minutes, outwards, so that what is told holds as often as the range."""
    low, high = low_ms // _MINUTE_MS, -(-high_ms // _MINUTE_MS)
    if high <= 1:
        return sentence("wait_short", language)
    return sentence("wait_range" if low else "wait_below", language, {"low": low, "high": high})


def _opens(opens_ms: int, now_ms: int, timezone: str, language: str) -> str:
    """An instant as the customer reads it: by the wall clock of the centre, with its day when it is another."""
    zone = ZoneInfo(timezone)
    opens, now = (datetime.fromtimestamp(ms / 1000, zone) for ms in (opens_ms, now_ms))
    time = f"{opens.hour}\u00a0h\u00a0{opens.minute:02}" if language == "fr" else f"{opens:%H:%M}"
    if opens.date() == now.date():
        return sentence("opens_today", language, {"time": time})
    day = words(language)["days"].split()[opens.weekday()]
    return sentence("opens_on", language, {"day": day, "number": opens.day, "time": time})
