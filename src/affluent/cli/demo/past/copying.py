"""Writes what was lived in memory into the tables of an empty centre."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql

from affluent.cli.demo.past.contacts import Row
from affluent.cli.demo.past.memory import Tables
from affluent.storage.database import Conn
from affluent.storage.words import index_past

NUMBERED = (
    "contact",
    "request",
    "file",
    "message",
    "customer",
    "chat",
    "outbox",
    "timer",
    "mail_kept",
    "journal",
)
JSON = frozenset({"data", "mail", "event", "reply_address", "offer_why"})


def first_numbers(conn: Conn) -> dict[str, int]:
    """The next free identifier of each table."""
    found: dict[str, int] = {}
    for table in NUMBERED:
        key = "seq" if table == "journal" else "id"
        query = sql.SQL("select coalesce(max({}), 0) + 1 as first from {}").format(
            sql.Identifier(key), sql.Identifier(table)
        )
        row = conn.execute(query).fetchone()
        assert row is not None
        found[table] = int(row["first"])
    return found


def write(conn: Conn, tables: Tables) -> None:
    """All rows, in the order in which they refer to each other; the identifiers go on after them.

    The words of what is written are indexed behind the scenes: that takes longer than all the rest.
    """
    _copy(conn, "customer", tables.customers.rows.values())
    _copy(conn, "customer_address", tables.customers.addresses)
    _copy(conn, "request", tables.requests.rows.values())
    _copy(conn, "contact", tables.contacts.rows.values())
    _copy(conn, "chat", tables.chats.rows.values())
    _copy(conn, "file", tables.files.rows)
    _copy(conn, "message", tables.messages.rows.values())
    _copy(conn, "message_file", tables.messages.files)
    _copy(conn, "mail_thread", tables.requests.threads.values())
    _copy(conn, "mail_kept", tables.files.kept)
    _copy(conn, "outbox", tables.outbox.rows.values())
    _copy(conn, "timer", tables.timers.rows())
    _copy(conn, "presence", _presence(tables))
    _copy(conn, "journal", tables.journal.rows)
    for table in NUMBERED:
        key = "seq" if table == "journal" else "id"
        conn.execute(
            sql.SQL(
                "select setval(pg_get_serial_sequence({}, {}), greatest(1, (select max({}) from {})))"
            ).format(sql.Literal(table), sql.Literal(key), sql.Identifier(key), sql.Identifier(table))
        )
    index_past(conn)


def _presence(tables: Tables) -> list[Row]:
    return [
        {
            "account_id": one.account_id,
            "state": one.state.value,
            "reason": one.reason,
            "since_ms": one.since_ms,
        }
        for one in tables.people.everyone()
    ]


def _copy(conn: Conn, table: str, rows: Iterable[Row]) -> None:
    listed: Sequence[Row] = list(rows)
    if not listed:
        return
    # Rows name the columns they set; a column that no row names keeps its default.
    names = tuple(dict.fromkeys(name for row in listed for name in row))
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with conn.cursor() as cursor, cursor.copy(statement) as copy:
        for row in listed:
            copy.write_row([_written(name, row.get(name)) for name in names])


def _written(name: str, value: Any) -> Any:
    if name in JSON and value is not None:
        return json.dumps(value, ensure_ascii=False)
    return value
