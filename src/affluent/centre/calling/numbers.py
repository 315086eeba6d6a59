"""Telephone numbers as they come from a line, in the form that is compared and the form that is read."""

import phonenumbers

_DEAR = frozenset({phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST})
WITHHELD = frozenset({"", "anonymous", "unavailable", "unknown", "restricted", "private", "asterisk"})


def number_of(text: str, country: str) -> str:
    """A number in E.164 when it is one of `country` or has its country's code; else as it was, without signs.

    Short numbers and the extensions of a house stay what they are; a withheld one is empty.
    """
    bare = text.strip().removeprefix("tel:").removeprefix("sip:").split("@")[0].split(";")[0]
    if bare.casefold() in WITHHELD:
        return ""
    try:
        parsed = phonenumbers.parse(bare, country)
    except phonenumbers.NumberParseException:
        return bare[:80]
    if not phonenumbers.is_possible_number(parsed):
        return bare[:80]
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def dear_number(text: str, country: str) -> bool:
    """Whether calling this number costs its caller more than a usual call (premium rate, shared cost)."""
    try:
        parsed = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(parsed) in _DEAR


def told(number: str) -> str:
    """A number as people write it: +33 6 12 34 56 78."""
    if not number.startswith("+"):
        return number
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
