"""What a comparison says, in words: one sentence a medium, of what it gains, what it costs, and what stays."""

from affluent.measure.definitions import DEFINITIONS, words
from affluent.measure.indicators import Unit
from affluent.twin.running.comparing import Comparison, Difference

SAID = ("service_level", "abandonment", "asa")
"""The indicators that a sentence speaks of, the most important first."""
LEAST = {Unit.SHARE: 0.001, Unit.MS: 500.0, Unit.CONTACTS: 0.05}
"""Smaller ones are told from nothing by enough days, and matter to nobody: a tenth of a point, half a second."""
_EN = {
    "voice": "calls", "chat": "chats", "email": "e-mails", "sms": "SMS", "message": "messages",
    "social": "social media", "form": "forms", "post": "letters", "fax": "faxes", "video": "video calls",
}  # fmt: skip
_FR = {
    "voice": "appels", "chat": "tchats", "email": "e-mails", "sms": "SMS", "message": "messages",
    "social": "réseaux sociaux", "form": "formulaires", "post": "courriers", "fax": "fax", "video": "visios",
}  # fmt: skip
MEDIA_WORDS = {"en": _EN, "fr": _FR}
_RISES = {"en": ("raises", "lowers"), "fr": ("augmente", "diminue")}
_BETTER = {"en": ("better", "worse"), "fr": ("en mieux", "en moins bien")}
_STAYS = {"en": "nothing measurable changes", "fr": "rien de mesurable ne change"}
_BY = {
    "en": "{verb} {name} by {amount} ({low} to {high}, {judged})",
    "fr": "{verb} « {name} » de {amount} ({low} à {high}, {judged})",
}
_MEDIUM = {"en": "{medium}: {what}.", "fr": "{medium} : {what}."}
_POINTS = {"en": "points", "fr": "points"}


def sentences(found: Comparison, locale: str) -> list[str]:
    """One for each medium."""
    media = dict.fromkeys(one.medium for one in found.differences if one.medium is not None)
    said: list[str] = []
    for medium in media:
        told = [
            _said(one, locale)
            for key in SAID
            for one in found.differences
            if one.medium == medium and one.key == key and certain(one) and matters(one)
        ]
        name = MEDIA_WORDS[locale].get(medium, medium)
        what = (", ".join(told)) or _STAYS[locale]
        said.append(_MEDIUM[locale].format(medium=name[0].upper() + name[1:], what=what))
    return said


def certain(one: Difference) -> bool:
    """Whether the interval leaves out no difference at all."""
    return one.low is not None and one.high is not None and (one.low > 0 or one.high < 0)


def matters(one: Difference) -> bool:
    """Whether it is large enough to be spoken of."""
    return one.difference is not None and abs(one.difference) >= LEAST[DEFINITIONS[one.key].unit]


def _said(one: Difference, locale: str) -> str:
    assert one.difference is not None and one.low is not None and one.high is not None
    unit = DEFINITIONS[one.key].unit
    rises = one.difference > 0
    ends = sorted((abs(one.low), abs(one.high)))
    better = (DEFINITIONS[one.key].better == "high") == rises
    return _BY[locale].format(
        verb=_RISES[locale][0 if rises else 1],
        name=_in_sentence(words(locale)[one.key].name) if locale == "en" else words(locale)[one.key].name,
        amount=_amount(abs(one.difference), unit, locale),
        low=_number(ends[0], unit, locale),
        high=_number(ends[1], unit, locale),
        judged=_BETTER[locale][0 if better else 1],
    )


def _in_sentence(name: str) -> str:
    """Without the capital of a title; abbreviations keep theirs."""
    return name[:1].lower() + name[1:]


def _amount(value: float, unit: Unit, locale: str) -> str:
    name = {Unit.SHARE: _POINTS[locale], Unit.MS: "s", Unit.CONTACTS: ""}[unit]
    return f"{_number(value, unit, locale)}\N{NO-BREAK SPACE}{name}".rstrip()


def _number(value: float, unit: Unit, locale: str) -> str:
    scaled = {Unit.SHARE: 100 * value, Unit.MS: value / 1000, Unit.CONTACTS: value}[unit]
    text = f"{scaled:.1f}"
    return text.replace(".", ",") if locale == "fr" else text
