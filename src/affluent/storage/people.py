"""Customers, chats, agents' presence and timers."""

from collections.abc import Sequence
from typing import Any

from psycopg import sql

from affluent.centre.records import Chat, Customer, Presence
from affluent.facts.states import AgentState
from affluent.storage.database import Conn
from affluent.storage.rows import indexed, insert_returning, update


def _customer(row: dict[str, Any] | None) -> Customer | None:
    if row is None:
        return None
    return Customer(row["id"], row["brand_id"], row["name"], row["language"], row["segment"])


class PgCustomers:
    def __init__(self, conn: Conn) -> None:
        self._conn = conn

    def find(self, brand_id: int, kind: str, value: str) -> Customer | None:
        return _customer(
            self._conn.execute(
                "select c.* from customer_address a join customer c on c.id = a.customer_id"
                " where a.brand_id = %s and a.kind = %s and a.value = %s",
                (brand_id, kind, indexed(value)),
            ).fetchone()
        )

    def get(self, customer_id: int) -> Customer | None:
        return _customer(
            self._conn.execute("select * from customer where id = %s", (customer_id,)).fetchone()
        )

    def create(self, brand_id: int, name: str, language: str | None, at_ms: int) -> Customer:
        columns = {"brand_id": brand_id, "name": name, "language": language, "created_ms": at_ms}
        return Customer(insert_returning(self._conn, "customer", columns), brand_id, name, language, None)

    def add_address(self, customer_id: int, brand_id: int, kind: str, value: str) -> None:
        self._conn.execute(
            "insert into customer_address (customer_id, brand_id, kind, value) values (%s, %s, %s, %s)"
            " on conflict do nothing",
            (customer_id, brand_id, kind, indexed(value)),
        )

    def update(self, customer_id: int, columns: dict[str, Any]) -> None:
        update(self._conn, "customer", customer_id, columns)


class PgChats:
    def __init__(self, conn: Conn) -> None:
        self._conn = conn

    def get(self, chat_id: int) -> Chat | None:
        return self._one("id", chat_id)

    def of_contact(self, contact_id: int) -> Chat | None:
        return self._one("contact_id", contact_id)

    def _one(self, column: str, value: int) -> Chat | None:
        statement = sql.SQL(
            "select id, channel_id, customer_id, contact_id, language, connected from chat where {} = %s"
        ).format(sql.Identifier(column))
        row = self._conn.execute(statement, (value,)).fetchone()
        return None if row is None else Chat(**row)

    def create(self, channel_id: int, token_hash: bytes, language: str, page: str, at_ms: int) -> int:
        columns = {
            "channel_id": channel_id,
            "token_hash": token_hash,
            "language": language,
            "page": page,
            "last_seen_ms": at_ms,
            "created_ms": at_ms,
        }
        return insert_returning(self._conn, "chat", columns)

    def update(self, chat_id: int, columns: dict[str, Any]) -> None:
        update(self._conn, "chat", chat_id, columns)


class PgPeople:
    def __init__(self, conn: Conn) -> None:
        self._conn = conn

    def presence(self, account_id: int) -> Presence:
        row = self._conn.execute("select * from presence where account_id = %s", (account_id,)).fetchone()
        if row is None:
            return Presence(account_id, AgentState.OFFLINE, None, 0)
        return Presence(account_id, AgentState(row["state"]), row["reason"], row["since_ms"])

    def set_presence(self, presence: Presence) -> None:
        self._conn.execute(
            "insert into presence (account_id, state, reason, since_ms) values (%s, %s, %s, %s)"
            " on conflict (account_id) do update set state = excluded.state, reason = excluded.reason,"
            " since_ms = excluded.since_ms",
            (presence.account_id, presence.state.value, presence.reason, presence.since_ms),
        )

    def everyone(self) -> Sequence[Presence]:
        rows = self._conn.execute("select * from presence order by account_id").fetchall()
        return [
            Presence(row["account_id"], AgentState(row["state"]), row["reason"], row["since_ms"])
            for row in rows
        ]

    def drop_draft(self, account_id: int, contact_id: int) -> None:
        self._conn.execute(
            "delete from draft where account_id = %s and contact_id = %s", (account_id, contact_id)
        )


class PgTimers:
    def __init__(self, conn: Conn) -> None:
        self._conn = conn

    def set(self, kind: str, contact_id: int, due_ms: int) -> None:
        self._conn.execute(
            "insert into timer (kind, contact_id, due_ms) values (%s, %s, %s)"
            " on conflict (kind, contact_id) do update set due_ms = excluded.due_ms",
            (kind, contact_id, due_ms),
        )

    def clear(self, contact_id: int, *kinds: str) -> None:
        self._conn.execute(
            "delete from timer where contact_id = %(contact)s and (%(all)s or kind = any(%(kinds)s))",
            {"contact": contact_id, "all": not kinds, "kinds": list(kinds)},
        )

    def due(self, now_ms: int) -> Sequence[tuple[str, int]]:
        rows = self._conn.execute(
            "delete from timer where id in"
            " (select id from timer where due_ms <= %s order by due_ms, id limit 100)"
            " returning kind, contact_id, due_ms, id",
            (now_ms,),
        ).fetchall()
        return [
            (row["kind"], row["contact_id"])
            for row in sorted(rows, key=lambda one: (one["due_ms"], one["id"]))
        ]

    def next_ms(self) -> int | None:
        row = self._conn.execute("select min(due_ms) as at from timer").fetchone()
        return None if row is None else row["at"]
