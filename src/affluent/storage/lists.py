"""Lists of a setting that are tables of their own: skills of a queue, ranks of an agent."""

from dataclasses import dataclass

from psycopg.sql import SQL, Identifier

from affluent.centre.administration.ports import Row
from affluent.storage.database import Conn


@dataclass(frozen=True, slots=True)
class Listed:
    """A field that holds a list: its table, the column that names the owner, and those of an entry.

    With `plain` an entry is the value itself, and not an object.
    """

    field: str
    table: str
    owner: str
    columns: tuple[str, ...]
    plain: bool = False


_ASKED = ("skill_id", "required", "level", "weight", "relax_after_ms", "floor")
_RANK = ("queue_id", "rank")
LISTS: dict[str, tuple[Listed, ...]] = {
    "queues": (Listed("skills", "queue_skill", "queue_id", _ASKED),),
    "teams": (Listed("ranks", "team_rank", "team_id", _RANK),),
    "groups": (Listed("skills", "skill_group_skill", "group_id", ("skill_id", "level")),),
    "segments": (
        Listed("skills", "segment_skill", "segment_id", ("skill_id", "level", "weight", "relax_after_ms")),
    ),
    "agents": (
        Listed("brand_ids", "account_brand", "account_id", ("brand_id",), plain=True),
        Listed("skills", "agent_skill", "account_id", ("skill_id", "level")),
        Listed("group_ids", "agent_skill_group", "account_id", ("group_id",), plain=True),
        Listed("ranks", "agent_rank", "account_id", _RANK),
    ),
}
"""The lists of each noun."""


def write_list(conn: Conn, listed: Listed, row_id: int, values: Row) -> None:
    """Makes the list what `values` says; leaves it as it is when they do not name it."""
    if listed.field not in values:
        return
    table, owner = Identifier(listed.table), Identifier(listed.owner)
    conn.execute(SQL("delete from {} where {} = %s").format(table, owner), [row_id])
    columns = (listed.owner, *listed.columns)
    statement = SQL("insert into {} ({}) values ({})").format(
        table, SQL(", ").join(map(Identifier, columns)), SQL(", ").join([SQL("%s")] * len(columns))
    )
    for entry in values[listed.field]:
        row = [entry] if listed.plain else [entry[name] for name in listed.columns]
        conn.execute(statement, [row_id, *row])
