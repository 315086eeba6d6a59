"""What trials change of the settings just now, as the centre reads these."""

from collections.abc import Callable
from typing import Any, LiteralString

from psycopg import Cursor
from psycopg.rows import DictRow

RELEASED: LiteralString = """
select id, noun, noun_id, changes, share_permille, unit from trial
where state = 'running' and mode = 'share' order by id"""
_TURNED: LiteralString = """
select noun, noun_id, changes from trial where state = 'running' and mode = 'switchback' and arm = 1"""


def turned(
    ask: Callable[[LiteralString, tuple[()]], Cursor[DictRow]],
) -> dict[tuple[str, int], dict[str, Any]]:
    """The fields that a switchback has turned to the rule on trial, by noun and identifier."""
    rows = ask(_TURNED, ()).fetchall()
    return {(row["noun"], row["noun_id"]): row["changes"] for row in rows}
