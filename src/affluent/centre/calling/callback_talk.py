"""What is said to a caller who would rather be called back, and what their keys mean. Pure.

Whoever says nothing stays in line: nobody is sent away by mistake.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import phonenumbers

from affluent.centre.calling.callback_rules import callable_number
from affluent.centre.calling.numbers import number_of
from affluent.centre.menus.document import Language
from affluent.centre.menus.phrases import CALLBACK_HOUR, PHRASES
from affluent.centre.menus.turns import Collect, DigitsSpoken, Prompt, SpokenText
from affluent.centre.saying import day_told, time_told

TRIES_MAX = 3
PATIENCE_MS = 8_000
BETWEEN_MS = 4_000
NUMBER_DIGITS_MAX = 16
ONE_KEY: Final = Collect(1, "", PATIENCE_MS, PATIENCE_MS)
A_NUMBER: Final = Collect(NUMBER_DIGITS_MAX, "#", BETWEEN_MS, PATIENCE_MS)

At = Literal["confirm", "type", "when", "hour"]


@dataclass(frozen=True, slots=True)
class Offer:
    """What this caller can be offered. `hours_ms`: at which hours; none: only at their turn.

    `country` is the one whose numbers they may type; `timezone` the one whose clock is told.
    """

    from_number: str
    country: str
    language: Language
    hours_ms: tuple[int, ...] = ()
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Agreed:
    """They are to be called back there, then: at their turn when `hour_ms` is None."""

    number: str
    hour_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    at: At
    number: str = ""
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """What is said next, then heard; `stand` None: the talk is over, and they stay in line unless `agreed`."""

    prompts: tuple[Prompt, ...]
    stand: Stand | None = None
    agreed: Agreed | None = None

    @property
    def collect(self) -> Collect | None:
        if self.stand is None:
            return None
        return A_NUMBER if self.stand.at == "type" else ONE_KEY


def begin(offer: Offer) -> Said:
    """The number is confirmed first: the one they call from, if it can be called."""
    if callable_number(offer.from_number):
        return _confirm(offer, Stand("confirm", offer.from_number))
    return _ask_number(offer, Stand("type"))


def hear(offer: Offer, stand: Stand, keys: str) -> Said:
    """What follows when they pressed `keys`; empty when they pressed none in time."""
    if not keys:
        return _stays(offer)
    match stand.at:
        case "confirm":
            return _confirmed(offer, stand, keys)
        case "type":
            return _typed(offer, stand, keys)
        case "when":
            if keys == "2":
                return _put_hours(offer, replace(stand, at="hour", tries=0))
            return _agreed(offer, stand.number) if keys == "1" else _again(offer, stand, _put_when)
        case "hour":
            chosen = int(keys) - 1 if keys.isdigit() else -1
            if 0 <= chosen < len(offer.hours_ms):
                return _agreed(offer, stand.number, offer.hours_ms[chosen])
            return _again(offer, stand, _put_hours)


def stands(offer: Offer, agreed: Agreed, place: Sequence[Prompt]) -> Said:
    """They asked before, and are called once: they hear how that stands."""
    said = (_text("callback_stands", offer), *place, _text("callback_done", offer))
    return Said(said, None, agreed)


def refused(offer: Offer) -> Said:
    """What was agreed cannot be kept: the last place of an hour has just gone."""
    return Said((_text("callback_full", offer),))


def _confirmed(offer: Offer, stand: Stand, keys: str) -> Said:
    match keys:
        case "1" if offer.hours_ms:
            return _put_when(offer, Stand("when", stand.number))
        case "1":
            return _agreed(offer, stand.number)
        case "2":
            return _ask_number(offer, Stand("type"))
        case "3":
            return _stays(offer)
        case _:
            return _again(offer, stand, _confirm)


def _typed(offer: Offer, stand: Stand, keys: str) -> Said:
    number = number_of(keys, offer.country)
    if callable_number(number, offer.country):
        return _confirm(offer, Stand("confirm", number))
    if stand.tries + 1 >= TRIES_MAX:
        return _stays(offer)
    asked = _ask_number(offer, replace(stand, tries=stand.tries + 1))
    return replace(asked, prompts=(_text("callback_not_called", offer), *asked.prompts))


def _again(offer: Offer, stand: Stand, put: "_Put") -> Said:
    if stand.tries + 1 >= TRIES_MAX:
        return _stays(offer)
    return put(offer, replace(stand, tries=stand.tries + 1))


class _Put:
    """A question that can be put again."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, offer: Offer, stand: Stand) -> Said:
        return Said((_text(self._key, offer),), stand)


def _text(key: str, offer: Offer) -> SpokenText:
    return SpokenText(PHRASES[key][offer.language], offer.language)


def national(number: str) -> str:
    """A number as it is dialled in its own country, digit by digit."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    told = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return "".join(one for one in told if one.isdigit())


class _Confirm(_Put):
    def __call__(self, offer: Offer, stand: Stand) -> Said:
        spoken = DigitsSpoken(national(stand.number), offer.language)
        return Said((_text("callback_number", offer), spoken, _text("callback_confirm", offer)), stand)


class _Hours(_Put):
    def __call__(self, offer: Offer, stand: Stand) -> Said:
        told = (
            SpokenText(
                CALLBACK_HOUR[offer.language].format(
                    day=day_told(at_ms, offer.timezone, offer.language),
                    time=time_told(at_ms, offer.timezone),
                    key=key,
                ),
                offer.language,
            )
            for key, at_ms in enumerate(offer.hours_ms, 1)
        )
        return Said(tuple(told), stand)


_confirm, _put_hours = _Confirm("callback_number"), _Hours("callback_hour")
_put_when, _ask_number = _Put("callback_when"), _Put("callback_type")


def _agreed(offer: Offer, number: str, hour_ms: int | None = None) -> Said:
    return Said((_text("callback_done", offer),), None, Agreed(number, hour_ms))


def _stays(offer: Offer) -> Said:
    return Said((_text("callback_stay", offer),))
