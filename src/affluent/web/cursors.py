"""Cursors: where the next page of a list begins. Lists go by an identifier that only grows, so that what is
added meanwhile moves nothing that was or will be read."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query

Cursor = Annotated[
    str | None, Query(pattern="^[0-9]{1,15}$", description="`next` of the page before; absent for the first.")
]
Limit = Annotated[int, Query(ge=1, le=100, description="The most items on a page.")]


def position(cursor: str | None) -> int:
    """The identifier after which the page begins; 0 for the first."""
    return int(cursor) if cursor else 0


def page_of(rows: Sequence[dict[str, Any]], limit: int, id_: str = "id") -> dict[str, Any]:
    """The answer for a page of which one row too many was read: that one tells whether there is a next."""
    page = rows[:limit]
    return {"items": page, "next": str(page[-1][id_]) if len(rows) > limit else None}
