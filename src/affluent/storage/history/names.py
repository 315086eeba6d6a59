"""The names of a log and the queues, agents, motives and channels of this centre that they mean.

A name is looked for among what there is. What is not found is made, archived: figures can name it, and nobody can
be routed to it.
"""

import secrets
from typing import Any, LiteralString, Protocol

from affluent.facts.media import Medium
from affluent.measure.outcomes import MEDIA, Stays
from affluent.storage.database import Conn


class Told(Protocol):
    """A history as its writer asks for it: numbers are the log's own."""

    @property
    def source(self) -> str: ...
    @property
    def contacts(self) -> int: ...
    @property
    def customers(self) -> int: ...
    @property
    def stays(self) -> Stays:
        """All columns, by contact, and contacts in the order of their arrival, numbered from 1."""
        ...

    @property
    def short_ms(self) -> int: ...

    def key(self, contact: int) -> str:
        """What tells this contact from all others, of other logs too."""
        ...

    def names(self, kind: str) -> list[str]:
        """The names of queues, agents and motives, by number less 1."""
        ...

    def queues(self) -> list[tuple[int, Medium, int]]:
        """Each pair of queue and medium that comes in the log, with its target in milliseconds."""
        ...

    def address(self, customer: int) -> tuple[str, str] | None:
        """The kind and value of what a customer is known by."""
        ...

    def called(self, customer: int) -> str: ...
    def segment(self, customer: int) -> str | None: ...


class Names:
    """Identifiers by the numbers of a log."""

    def __init__(self, conn: Conn, told: Told, brand_id: int, now_ms: int) -> None:
        self._conn, self._told, self._brand_id = conn, told, brand_id
        self._now_ms = now_ms
        self.made: dict[str, list[int]] = {}
        self._queues: dict[tuple[int, int], int] = {}
        self._channels: dict[int, int] = {}
        for number, medium, target_ms in told.queues():
            code = MEDIA.index(medium)
            self._queues[number, code] = self._queue(told.names("queue")[number - 1], medium, target_ms)
            if code not in self._channels:
                self._channels[code] = self._channel(medium)
        self._ids: dict[str, list[int]] = {
            "agent": [self._agent(name) for name in told.names("agent")],
            "motive": [self._motive(name) for name in told.names("motive")],
        }

    def queue(self, number: int, medium: int) -> int:
        return self._queues[number, medium]

    def channel(self, medium: int) -> int:
        return self._channels[medium]

    def of(self, kind: str, number: int) -> int | None:
        return None if number < 1 else self._ids[kind][number - 1]

    def unmake(self, conn: Conn) -> None:
        """Takes back what was made, when nothing came of it."""
        for table, ids in self.made.items():
            if table == "agent":
                conn.execute("delete from account_brand where account_id = any(%s)", [ids])
            conn.execute(_DELETE[table], [ids])

    def _queue(self, name: str, medium: Medium, target_ms: int) -> int:
        found = self._one(
            "select id from queue where brand_id = %s and lower(name) = lower(%s) and medium = %s"
            " order by archived, id limit 1",
            [self._brand_id, name, medium.value],
        )
        return found or self._make(
            "queue",
            "insert into queue (brand_id, name, medium, target_ms, short_abandon_ms, archived)"
            " values (%s, %s, %s, %s, %s, true) returning id",
            [self._brand_id, name, medium.value, max(1, target_ms), self._told.short_ms],
        )

    def _channel(self, medium: Medium) -> int:
        name = f"{self._told.source} · {medium.value}"
        found = self._one(
            "select id from channel where brand_id = %s and name = %s and medium = %s and archived"
            " order by id limit 1",
            [self._brand_id, name, medium.value],
        )
        return found or self._make(
            "channel",
            "insert into channel (brand_id, medium, name, active, public_key, archived)"
            " values (%s, %s, %s, false, %s, true) returning id",
            [self._brand_id, medium.value, name, f"history-{secrets.token_hex(12)}"],
        )

    def _agent(self, name: str) -> int:
        found = self._one(
            "select a.id from account a where (lower(a.name) = lower(%(name)s) or lower(a.email) = lower(%(name)s))"
            " and exists (select from account_brand w where w.account_id = a.id and w.brand_id = %(brand)s)"
            " order by a.archived, a.id limit 1",
            {"name": name, "brand": self._brand_id},
        )
        if found:
            return found
        made = self._make(
            "agent",
            "insert into account (email, name, role, active, archived, created_ms)"
            " values (%s, %s, 'agent', false, true, %s) returning id",
            [f"history-{secrets.token_hex(6)}@invalid", name, self._now_ms],
        )
        self._conn.execute("insert into account_brand values (%s, %s)", [made, self._brand_id])
        return made

    def _motive(self, name: str) -> int:
        found = self._one(
            "select id from motive where (brand_id = %(brand)s or brand_id is null)"
            " and lower(%(name)s) in (lower(name_fr), lower(name_en)) order by archived, brand_id, id limit 1",
            {"brand": self._brand_id, "name": name},
        )
        return found or self._make(
            "motive",
            "insert into motive (brand_id, name_fr, name_en, active, archived) values (%s, %s, %s, false, true)"
            " returning id",
            [self._brand_id, name, name],
        )

    def _one(self, query: LiteralString, params: Any) -> int | None:
        row = self._conn.execute(query, params).fetchone()
        return None if row is None else int(row["id"])

    def _make(self, kind: str, query: LiteralString, params: Any) -> int:
        row = self._conn.execute(query, params).fetchone()
        assert row is not None, "an insert returns its row"
        self.made.setdefault(kind, []).append(int(row["id"]))
        return int(row["id"])


_DELETE: dict[str, LiteralString] = {
    "queue": "delete from queue where id = any(%s)",
    "channel": "delete from channel where id = any(%s)",
    "motive": "delete from motive where id = any(%s)",
    "agent": "delete from account where id = any(%s)",
}
