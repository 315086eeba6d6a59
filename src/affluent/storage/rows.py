"""Small pieces of SQL that several rooms of storage share."""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, LiteralString

from psycopg import sql
from psycopg.types.json import Jsonb

from affluent.storage.database import Conn

Params = Mapping[str, Any]
INDEXED_BYTES_MAX = 1_000
_AS_THEY_ARE = frozenset({int, bool, float, type(None)})


def storable(value: Any) -> Any:
    """Text as PostgreSQL can keep it, within JSON as well: no NUL, no lone surrogate. Mail holds both."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is str or isinstance(value, str):
        # Nearly all text is kept as it is.
        if value.isascii() and "\x00" not in value:
            return value
        return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if kind is dict or isinstance(value, Mapping):
        return {storable(key): storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable(one) for one in value]
    return value


def storable_row(columns: Params) -> dict[str, Any]:
    """A row's columns as PostgreSQL can keep them. Their names come from us."""
    return {
        name: value if type(value) in _AS_THEY_ARE else storable(value) for name, value in columns.items()
    }


def as_json(rows: list[Any]) -> bytes:
    """As PostgreSQL can keep it. Nearly all of it can be: what cannot is looked for in the text made of it."""
    text = json.dumps(rows, ensure_ascii=False)
    if "\\u0000" in text:
        text = json.dumps(storable(rows), ensure_ascii=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(storable(rows), ensure_ascii=False).encode()


def adapted(value: Any) -> Any:
    """Dictionaries and lists of dictionaries are JSON columns here."""
    if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
        return Jsonb(storable(value))
    return storable(value) if isinstance(value, str) else value


def indexed(value: str) -> str:
    """An identifier from outside, short enough for an index: a very long one by its digest."""
    kept: str = storable(value)
    encoded = kept.encode()
    return kept if len(encoded) <= INDEXED_BYTES_MAX else f"sha256:{hashlib.sha256(encoded).hexdigest()}"


def insert(conn: Conn, table: str, columns: Params) -> None:
    conn.execute(_insert(table, tuple(columns), "", ""), _adapted(columns))


def insert_returning(conn: Conn, table: str, columns: Params, *, overriding: bool = False) -> int:
    """Inserts a row and returns its identifier."""
    statement = _insert(
        table, tuple(columns), "overriding system value" if overriding else "", "returning id"
    )
    row = conn.execute(statement, _adapted(columns)).fetchone()
    assert row is not None
    return int(row["id"])


def update(
    conn: Conn,
    table: str,
    row_id: int,
    columns: Params,
    *,
    bump: bool = False,
    returning: tuple[str, ...] = (),
) -> dict[str, Any] | None:
    """Sets columns of one row; `bump` raises its version. Returns the `returning` columns as they are then."""
    if not columns:
        return None
    statement = _update(table, tuple(columns), bump, returning)
    cursor = conn.execute(statement, {**_adapted(columns), "row_id": row_id})
    return cursor.fetchone() if returning else None


def _adapted(columns: Params) -> dict[str, Any]:
    return {name: adapted(value) for name, value in columns.items()}


# The text of a statement depends on names alone: made once, it is also prepared once by the server.


@lru_cache(maxsize=1024)
def _insert(table: str, columns: tuple[str, ...], overriding: LiteralString, ending: LiteralString) -> bytes:
    statement = sql.SQL("insert into {} ({}) {} values ({}) {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(overriding),
        sql.SQL(", ").join(map(sql.Placeholder, columns)),
        sql.SQL(ending),
    )
    return statement.as_bytes(None)


@lru_cache(maxsize=1024)
def _update(table: str, columns: tuple[str, ...], bump: bool, returning: tuple[str, ...]) -> bytes:
    assignments: list[sql.Composable] = [
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in columns
    ]
    if bump:
        assignments.append(sql.SQL("version = version + 1"))
    statement = sql.SQL("update {} set {} where id = {}").format(
        sql.Identifier(table), sql.SQL(", ").join(assignments), sql.Placeholder("row_id")
    )
    if returning:
        statement += sql.SQL(" returning ") + sql.SQL(", ").join(map(sql.Identifier, returning))
    return statement.as_bytes(None)
