"""Small pieces of SQL that several rooms of storage share."""

from collections.abc import Mapping
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from affluent.storage.database import Conn

Params = Mapping[str, Any]


def adapted(value: Any) -> Any:
    """Dictionaries and lists of dictionaries are JSON columns here."""
    if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
        return Jsonb(value)
    return value


def insert(conn: Conn, table: str, columns: Params) -> None:
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(map(sql.Placeholder, columns)),
    )
    conn.execute(statement, {name: adapted(value) for name, value in columns.items()})


def insert_returning(conn: Conn, table: str, columns: Params, *, overriding: bool = False) -> int:
    """Inserts a row and returns its identifier."""
    statement = sql.SQL("insert into {} ({}) {} values ({}) returning id").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL("overriding system value" if overriding else ""),
        sql.SQL(", ").join(map(sql.Placeholder, columns)),
    )
    row = conn.execute(statement, {name: adapted(value) for name, value in columns.items()}).fetchone()
    assert row is not None
    return int(row["id"])


def update(conn: Conn, table: str, row_id: int, columns: Params, *, bump: bool = False) -> None:
    """Sets columns of one row; `bump` raises its version."""
    if not columns:
        return
    assignments = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in columns]
    if bump:
        assignments.append(sql.SQL("version = version + 1"))
    statement = sql.SQL("update {} set {} where id = {}").format(
        sql.Identifier(table), sql.SQL(", ").join(assignments), sql.Placeholder("row_id")
    )
    conn.execute(statement, {**{name: adapted(value) for name, value in columns.items()}, "row_id": row_id})
