"""Contacts, requests and the journal."""

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Any, LiteralString

from psycopg import sql
from psycopg.types.json import Jsonb

from affluent.centre.records import Contact, Placing
from affluent.facts.agent import AgentFact
from affluent.facts.contact import ContactFact, DeliverySetAside
from affluent.facts.media import Medium
from affluent.facts.states import LIVE, ContactState
from affluent.storage.database import Conn
from affluent.storage.rows import indexed, insert_returning, storable, update

_NAMES = tuple(one.name for one in fields(Contact))
_COLUMNS = sql.SQL(", ").join(map(sql.Identifier, _NAMES))
_IN_LIVE = sql.SQL(", ").join(sql.Literal(state.value) for state in sorted(LIVE))


@cache
def _select(rest: LiteralString) -> bytes:
    """A query for contacts: `rest` begins after the columns. Its text is made once."""
    return (sql.SQL("select {}").format(_COLUMNS) + sql.SQL(rest).format(live=_IN_LIVE)).as_bytes(None)


def as_contact(row: dict[str, Any]) -> Contact:
    values: dict[str, Any] = {one.name: row[one.name] for one in fields(Contact)}
    values |= {"medium": Medium(row["medium"]), "state": ContactState(row["state"])}
    return Contact(**values)


class PgJournal:
    """Facts as rows: kind is the fact's class, data its other fields."""

    def __init__(self, conn: Conn) -> None:
        self._conn = conn

    def append(self, fact: ContactFact | AgentFact | DeliverySetAside, dedupe_key: str | None) -> None:
        data = {one.name: getattr(fact, one.name) for one in fields(fact)}
        at_ms = data.pop("at_ms")
        contact_id, agent_id = data.pop("contact_id", None), data.pop("agent_id", None)
        self._conn.execute(
            "insert into journal (at_ms, kind, contact_id, agent_id, data, dedupe_key)"
            " values (%s, %s, %s, %s, %s, %s)",
            (
                at_ms,
                type(fact).__name__,
                contact_id,
                agent_id,
                Jsonb(storable(data)),
                None if dedupe_key is None else indexed(dedupe_key),
            ),
        )

    def known(self, dedupe_key: str) -> int | None:
        row = self._conn.execute(
            "select contact_id from journal where dedupe_key = %s", (indexed(dedupe_key),)
        ).fetchone()
        return None if row is None else int(row["contact_id"] or 0)


_ONE = _select(" from contact where id = %s for update")


class PgContacts:
    """Contacts of one transaction. A row that it has locked is not read again: nobody else can change it."""

    def __init__(self, conn: Conn) -> None:
        self._conn = conn
        self._locked: dict[int, Contact] = {}

    def next_id(self) -> int:
        row = self._conn.execute("select nextval(pg_get_serial_sequence('contact', 'id')) as id").fetchone()
        assert row is not None
        return int(row["id"])

    def insert(self, contact_id: int, columns: dict[str, Any]) -> None:
        insert_returning(self._conn, "contact", {"id": contact_id, **columns}, overriding=True)

    def get(self, contact_id: int) -> Contact | None:
        known = self._locked.get(contact_id)
        if known is None:
            row = self._conn.execute(_ONE, (contact_id,)).fetchone()
            if row is None:
                return None
            known = self._locked[contact_id] = as_contact(row)
        return known

    def update(self, contact_id: int, columns: dict[str, Any]) -> None:
        row = update(self._conn, "contact", contact_id, columns, bump=True, returning=_NAMES)
        if row is not None:
            self._locked[contact_id] = as_contact(row)

    def forget(self) -> None:
        """What was read is no longer so: a savepoint was undone."""
        self._locked.clear()

    def of_agent(self, agent_id: int) -> Sequence[Contact]:
        statement = _select(
            " from contact where agent_id = %s and state in ('offered', 'in_hand', 'sleeping') order by id"
        )
        return [as_contact(row) for row in self._conn.execute(statement, (agent_id,)).fetchall()]

    def of_request(self, request_id: int) -> Sequence[Contact]:
        statement = _select(" from contact where request_id = %s order by id")
        return [as_contact(row) for row in self._conn.execute(statement, (request_id,)).fetchall()]

    def live(self) -> Sequence[tuple[Contact, Placing]]:
        statement = _select(
            ", offer_expires_ms, place_ms, kept_for, kept_until_ms from contact"
            " where state in ({live}) order by id"
        )
        rows = self._conn.execute(statement).fetchall()
        return [
            (
                as_contact(row),
                Placing(
                    row["place_ms"] or row["arrived_ms"],
                    row["offer_expires_ms"],
                    row["kept_for"],
                    row["kept_until_ms"],
                ),
            )
            for row in rows
        ]


class PgRequests:
    def __init__(self, conn: Conn) -> None:
        self._conn = conn

    def open(self, brand_id: int, customer_id: int, subject: str, at_ms: int) -> int:
        columns = {"brand_id": brand_id, "customer_id": customer_id, "subject": subject, "opened_ms": at_ms}
        return insert_returning(self._conn, "request", columns)

    def update(self, request_id: int, columns: dict[str, Any]) -> None:
        update(self._conn, "request", request_id, columns)

    def of_mail(self, brand_id: int, message_ids: Sequence[str]) -> int | None:
        row = self._conn.execute(
            "select request_id from mail_thread where brand_id = %s and message_id = any(%s)"
            " order by array_position(%s, message_id) limit 1",
            (brand_id, [indexed(one) for one in message_ids], [indexed(one) for one in message_ids]),
        ).fetchone()
        return None if row is None else int(row["request_id"])

    def remember_mail(self, brand_id: int, message_id: str, request_id: int, contact_id: int) -> None:
        self._conn.execute(
            "insert into mail_thread (brand_id, message_id, request_id, contact_id) values (%s, %s, %s, %s)"
            " on conflict do nothing",
            (brand_id, indexed(message_id), request_id, contact_id),
        )
