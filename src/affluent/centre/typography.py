"""What people typed in settings for customers to read, set as French is set: its tall signs keep to their word."""

import re

NBSP = "\u00a0"
_SPACE = "[ \u00a0\u202f]"
_BEFORE_SIGN = re.compile(rf"{_SPACE}+(?=[;:?!»])")
# Only where the sign ends its word: "https://", "10:30" and "?a=b" are none of ours.
_NO_SPACE = re.compile(r"(?<=[\w)\]”’'\"])(?=[;:?!]+(?:\s|$))")
_AFTER_QUOTE = re.compile(rf"«{_SPACE}*")


def in_french(text: str) -> str:
    """The text with a space that does not break before ; : ? ! and », and after «."""
    spaced = _NO_SPACE.sub(NBSP, _BEFORE_SIGN.sub(NBSP, text))
    return _AFTER_QUOTE.sub(f"«{NBSP}", spaced)


def either(french: str, english: str, language: str | None) -> str:
    """What a reader of this language is told, in the other one where nothing was written in theirs."""
    chosen = (english or french) if language == "en" else (french or english)
    return in_french(chosen) if chosen and chosen == french else chosen
