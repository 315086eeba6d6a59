"""What the commands say, in the language of `AFFLUENT_LOCALE`."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def words(locale: str) -> dict[str, str]:
    """The sentences of a language, by code."""
    folder = files("affluent.cli.operate").joinpath("words")
    return json.loads(folder.joinpath(f"{locale}.json").read_text(encoding="utf-8"))


def say(locale: str, code: str, **params: Any) -> str:
    return words(locale)[code].format(**params)


def size(count: int, locale: str) -> str:
    """Bytes as people say them."""
    units = ("o", "ko", "Mo", "Go", "To") if locale == "fr" else ("B", "kB", "MB", "GB", "TB")
    amount, at = float(count), 0
    while amount >= 1000 and at < len(units) - 1:
        amount, at = amount / 1000, at + 1
    text = f"{amount:.1f}" if at and amount < 100 else f"{amount:.0f}"
    return f"{text.replace('.', ',') if locale == 'fr' else text}\N{NO-BREAK SPACE}{units[at]}"
