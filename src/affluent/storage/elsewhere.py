"""What another process committed, read from the journal and from what stands beside it."""

from collections.abc import Iterable
from typing import Any, LiteralString

from affluent.centre import hub
from affluent.storage.contacts import as_contact
from affluent.storage.database import Conn, Database
from affluent.storage.people import as_presence

MOST = 500
FAR_BEHIND = 5_000
"""So many facts are not told one by one: the whole is read anew."""
_DIRECTIONS = {"MessageReceived": "in", "MessageAnswered": "out", "NoteAdded": "note"}


class PgElsewhere:
    """`Elsewhere` on PostgreSQL. Contacts and people are told as they stand when one looks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seq = 0
        self._beside: dict[str, Any] = {}

    def skip(self) -> None:
        with self._database.transaction() as conn:
            self._beside = _beside(conn)
            self._seq = _last(conn)

    def news(self) -> list[hub.Announcement]:
        with self._database.transaction() as conn:
            last = _last(conn)
            if last - self._seq > FAR_BEHIND:
                self._seq = last
                return [hub.BoardChanged("levers")]
            found = self._changed_beside(conn)
            facts = conn.execute(_FACTS, (self._seq, MOST)).fetchall() if last > self._seq else []
            told = [*_contacts(conn, facts), *_people(conn, facts), *found]
        if facts:
            self._seq = facts[-1]["seq"]
        return told

    def _changed_beside(self, conn: Conn) -> list[hub.Announcement]:
        before, self._beside = self._beside, _beside(conn)
        found: list[hub.Announcement] = []
        for name in ("alerts", "notices"):
            if before[name] != self._beside[name]:
                found.append(hub.BoardChanged(name))
        if before["levers"] != self._beside["levers"]:
            found.append(hub.BoardChanged("levers"))
        rows = conn.execute(
            "select distinct noun from audit where id > %s order by noun", (before["audit"],)
        ).fetchall()
        return [*found, *(hub.SettingsChanged(row["noun"]) for row in rows)]


def _last(conn: Conn) -> int:
    row = conn.execute("select coalesce(max(seq), 0) as seq from journal").fetchone()
    assert row is not None
    return int(row["seq"])


def _beside(conn: Conn) -> dict[str, Any]:
    row = conn.execute(_BESIDE).fetchone()
    assert row is not None
    return row


def _contacts(conn: Conn, facts: list[dict[str, Any]]) -> Iterable[hub.Announcement]:
    moved = {one["contact_id"]: one["at_ms"] for one in facts if one["contact_id"]}
    if not moved:
        return
    rows = conn.execute("select * from contact where id = any(%s)", (sorted(moved),)).fetchall()
    contacts = {row["id"]: as_contact(row) for row in rows}
    for contact_id, at_ms in sorted(moved.items(), key=lambda one: (one[1], one[0])):
        one = contacts.get(contact_id)
        if one is not None:
            yield hub.ContactMoved(at_ms, one)
            yield hub.ContactChanged(one.id, one.request_id, one.brand_id, one.version)
    for fact in facts:
        if fact["kind"] == "OfferPulledBack":
            yield hub.PulledBack(fact["agent_id"], fact["contact_id"])
        direction, one = _DIRECTIONS.get(fact["kind"]), contacts.get(fact["contact_id"])
        if direction is not None and one is not None:
            message_id = int(fact["data"]["message_id"])
            yield hub.MessageAdded(one.id, one.request_id, one.brand_id, message_id, direction)


def _people(conn: Conn, facts: list[dict[str, Any]]) -> Iterable[hub.Announcement]:
    agents = sorted({one["agent_id"] for one in facts if one["agent_id"]})
    there = sorted({one["agent_id"] for one in facts if one["agent_id"] and not one["contact_id"]})
    rows = conn.execute(
        "select * from presence where account_id = any(%s) order by account_id",
        (there,),
    ).fetchall()
    for row in rows:
        yield hub.AgentMoved(as_presence(row))
    yield from (hub.DeskChanged(one) for one in agents)


_FACTS: LiteralString = (
    "select seq, at_ms, kind, contact_id, agent_id, data from journal where seq > %s order by seq limit %s"
)
_BESIDE: LiteralString = """
select (select coalesce(max(id), 0) from audit) as audit,
  (select coalesce(array_agg(row(id, level, params, seen_ms)::text order by id), '{}') from alert
    where ended_ms is null) as alerts,
  (select coalesce(array_agg(row(n.id, n.until_ms, n.read)::text order by n.id), '{}') from (
    select n.id, n.until_ms, count(r.read_ms) as read from notice n left join notice_reader r on r.notice_id = n.id
    group by n.id order by n.id desc limit 50) n) as notices,
  (select coalesce(array_agg(l.text order by l.text), '{}') from (
    select row('c', id, until_ms)::text as text from channel_closure where opened_ms is null
    union all select row('q', id, tier, until_ms)::text from queue_raise where ended_ms is null) l) as levers"""
