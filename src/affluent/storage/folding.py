"""Words looked for as a reader sees them: case and accents are the same."""

from typing import LiteralString

from psycopg.sql import SQL, Composable, Placeholder

_FOLDED = SQL("regexp_replace(normalize(lower({}), NFD), '[\\u0300-\\u036f]', '', 'g')")


def holds(words: str, text: LiteralString) -> tuple[Composable, dict[str, str]]:
    """That `text` has each of the words somewhere, as a condition and its parameters; true for no word."""
    params = {f"word{number}": word for number, word in enumerate(words.split())}
    parts = [
        SQL("position({} in {}) > 0").format(_folded(name), _FOLDED.format(SQL(text))) for name in params
    ]
    return SQL(" and ").join(parts) if parts else SQL("true"), params


def begins(typed: str, text: LiteralString) -> tuple[Composable, dict[str, str]]:
    """That one of the words of `text` begins with what was typed, and goes on as that does."""
    spaced = SQL("position(' ' || {} in ' ' || {}) > 0")
    return spaced.format(_folded("typed"), _FOLDED.format(SQL(text))), {"typed": typed}


def _folded(name: str) -> Composable:
    return _FOLDED.format(SQL("{}::text").format(Placeholder(name)))
