"""What the commands of the telephone say, in the language of `AFFLUENT_LOCALE`."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def words(locale: str) -> dict[str, str]:
    """The sentences of a language, by code."""
    folder = files("affluent.cli.voice").joinpath("words")
    return json.loads(folder.joinpath(f"{locale}.json").read_text(encoding="utf-8"))


def say(locale: str, code: str, **params: Any) -> str:
    return words(locale)[code].format(**params)
