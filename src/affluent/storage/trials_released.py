"""What trials change of the settings just now, as the centre reads these."""

from typing import Any, LiteralString

from affluent.storage.writing import Writing

RELEASED: LiteralString = """
select id, noun, noun_id, changes, share_permille, unit from trial
where state = 'running' and mode = 'share' order by id"""
_TURNED: LiteralString = """
select noun, noun_id, changes from trial where state = 'running' and mode = 'switchback' and arm = 1"""


def turned(conn: Writing) -> dict[tuple[str, int], dict[str, Any]]:
    """The fields that a switchback has turned to the rule on trial, by noun and identifier."""
    rows = conn.look(_TURNED, (), after=("trial",)).fetchall()
    return {(row["noun"], row["noun_id"]): row["changes"] for row in rows}
