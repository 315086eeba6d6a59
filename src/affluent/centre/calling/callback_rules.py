"""How a channel of the telephone calls its customers back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import phonenumbers

from affluent.centre.calling.call_hours import CallHours, Window, minute_of
from affluent.facts.instants import MINUTE_MS

CALLBACK_KEY = "1"
"""What a caller presses while they wait, to be called back instead."""
_NEVER_CALLED = frozenset(
    {
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.UAN,
        phonenumbers.PhoneNumberType.PAGER,
    }
)


@dataclass(frozen=True, slots=True)
class CallbackRules:
    """Off unless `offers`. Nobody is called more often than `attempts`, nor sooner again than `every_ms` later."""

    offers: bool = False
    attempts: int = 3
    every_ms: int = 15 * MINUTE_MS
    hours: CallHours = field(default_factory=CallHours)


def callback_rules(settings: Mapping[str, Any]) -> CallbackRules:
    """Those of a channel's settings."""
    usual = CallbackRules()
    from_min, to_min = (
        minute_of(str(settings.get(name) or usual))
        for name, usual in (("callback_from", "08:00"), ("callback_to", "20:00"))
    )
    days = frozenset(range(7 if settings.get("callback_sundays") else 6))
    return CallbackRules(
        bool(settings.get("callback", False)),
        int(settings.get("callback_attempts") or usual.attempts),
        int(settings.get("callback_every_ms") or usual.every_ms),
        CallHours((Window(from_min, to_min, days),), str(settings.get("country") or "")),
    )


def callable_number(number: str, country: str = "") -> bool:
    """Whether a number in E.164 may be called: a real one that costs its owner's caller nothing special.

    `country`: one that somebody typed must be of this country, so that nobody has us call a far and dear line.
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return False
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) in _NEVER_CALLED:
        return False
    return not country or parsed.country_code == phonenumbers.country_code_for_region(country)
