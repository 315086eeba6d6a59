"""Who takes part in contacts, with their names: as pages read it."""

from collections.abc import Mapping, Sequence
from typing import Any

from affluent.centre.views import Json
from affluent.storage.database import Conn

Kept = Sequence[Mapping[str, Any]] | None
"""The column `parts` of a contact."""


def names(conn: Conn, parts: Mapping[int, Kept]) -> dict[int, list[Json]]:
    """Those of each contact, by its identifier, in the order in which the row keeps them."""
    ids = {one[who] for kept in parts.values() for one in kept or () for who in ("agent_id", "by_id")}
    called: dict[int, str] = {}
    if ids:
        rows = conn.execute("select id, name from account where id = any(%s)", (sorted(ids),)).fetchall()
        called = {row["id"]: row["name"] for row in rows}

    def named(account_id: int) -> Json:
        return {"id": account_id, "name": called.get(account_id, "")}

    return {
        contact_id: [
            {
                "agent": named(one["agent_id"]),
                "by": named(one["by_id"]),
                "part": one["part"],
                "joined_ms": one["joined_ms"],
                "expires_ms": one["expires_ms"],
            }
            for one in kept or ()
        ]
        for contact_id, kept in parts.items()
    }
