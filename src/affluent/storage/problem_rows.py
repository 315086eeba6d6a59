"""Known problems as rows."""

from typing import Any, LiteralString

from affluent.centre.records import Problem

PROBLEM: LiteralString = (
    "select id, name, brand_id, message_fr, message_en, words, motive_ids, from_queue_ids, queue_ids, replies,"
    " owner_id, begins_ms, ends_ms, archived, live, seen_contact from known_problem"
)


def as_problem(row: dict[str, Any]) -> Problem:
    listed = ("words", "motive_ids", "from_queue_ids", "queue_ids")
    values: dict[str, Any] = {**row, **{name: tuple(row[name]) for name in listed}}
    return Problem(**values)
