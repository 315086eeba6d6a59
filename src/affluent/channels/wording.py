"""The sentences that doors say to customers, in the customer's language: one catalogue a door."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("fr", "en")


def language_of(tag: str | None) -> str:
    """The language of ours that is nearest to a tag such as `fr-BE`; English when none is."""
    short = (tag or "").split("-")[0].lower()
    return short if short in LANGUAGES else "en"


@cache
def words(door: str, language: str) -> dict[str, str]:
    """The sentences of a door, by code: `channels/DOOR/words/LANGUAGE.json`."""
    text = (
        files(f"affluent.channels.{door}").joinpath("words", f"{language}.json").read_text(encoding="utf-8")
    )
    return json.loads(text)


def sentence(door: str, code: str, language: str, params: Mapping[str, Any] | None = None) -> str:
    """What to tell the customer; a code without a sentence of its own gets a general one."""
    catalogue = words(door, language)
    return catalogue.get(code, catalogue["refused"]).format_map(dict(params or {}))
