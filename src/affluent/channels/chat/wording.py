"""The door's sentences in the customer's language."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("fr", "en")


def language_of(tag: str | None) -> str:
    """The language of ours that is nearest to a tag such as `fr-BE`; English when none is."""
    short = (tag or "").split("-")[0].lower()
    return short if short in LANGUAGES else "en"


@cache
def words(language: str) -> dict[str, str]:
    text = files("affluent.channels.chat").joinpath("words", f"{language}.json").read_text(encoding="utf-8")
    return json.loads(text)


def sentence(code: str, language: str, params: dict[str, Any] | None = None) -> str:
    """What to tell the customer; a code without a sentence of its own gets a general one."""
    catalogue = words(language)
    return catalogue.get(code, catalogue["refused"]).format_map(params or {})


def told(code: str, language: str) -> str | None:
    """The text of a line meant for the customer, or None when it has none."""
    return words(language).get(code)
