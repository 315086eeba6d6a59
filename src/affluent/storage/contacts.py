"""Contacts, requests and the journal."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, LiteralString

from psycopg import sql

from affluent.centre.parts import people
from affluent.centre.ports import SetAside
from affluent.centre.records import Contact, Standing
from affluent.facts.journal import JournalFact
from affluent.facts.media import Medium
from affluent.facts.states import LIVE, ContactState
from affluent.storage.rows import indexed, storable_row
from affluent.storage.writing import Writing

_NAMES = Contact._fields
_COLUMNS = sql.SQL(", ").join(map(sql.Identifier, _NAMES))
_NAMES_SET = frozenset(_NAMES)
_BLANK: dict[str, Any] = {
    **dict.fromkeys(_NAMES),
    **dict.fromkeys(("place_ms", "kept_for", "kept_until_ms", "offered_ms", "offer_expires_ms", "offer_why")),
    **dict.fromkeys(("demands", "not_before_ms", "parts")),
    **{"preview": "", "awaiting": "us", "wakes_on_customer": False, "wrote": False, "version": 0},
}
"""A new row: every column that is usually set is named, so that most rows are written by one statement."""
_IN_LIVE = sql.SQL(", ").join(sql.Literal(state.value) for state in sorted(LIVE))


@cache
def _select(rest: LiteralString) -> bytes:
    """A query for contacts: `rest` begins after the columns. Its text is made once."""
    return (sql.SQL("select {}").format(_COLUMNS) + sql.SQL(rest).format(live=_IN_LIVE)).as_bytes(None)


def as_contact(row: dict[str, Any]) -> Contact:
    values = [row[name] for name in _NAMES]
    values[_MEDIUM], values[_STATE] = _MEDIA[values[_MEDIUM]], _STATES[values[_STATE]]
    return Contact(*values)


_MEDIA = {one.value: one for one in Medium}
_STATES = {one.value: one for one in ContactState}
_MEDIUM, _STATE = _NAMES.index("medium"), _NAMES.index("state")


class PgJournal:
    """Facts as rows: kind is the fact's class, data its other fields."""

    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def append(
        self,
        fact: JournalFact,
        dedupe_key: str | None,
    ) -> None:
        data = {name: getattr(fact, name) for name in _fields(type(fact))}
        at_ms = data.pop("at_ms")
        contact_id, agent_id = data.pop("contact_id", None), data.pop("agent_id", None)
        key = None if dedupe_key is None else indexed(dedupe_key)
        row = {
            "at_ms": at_ms,
            "kind": type(fact).__name__,
            "contact_id": contact_id,
            "agent_id": agent_id,
            "data": data,
            "dedupe_key": key,
        }
        self._conn.held.add("journal", row)
        if key is not None:
            self._conn.held.put(self._conn.held.keys, ("journal", key), contact_id or 0)

    def known(self, dedupe_key: str) -> int | None:
        key = indexed(dedupe_key)
        held: int | None = self._conn.held.key(("journal", key))
        if held is not None:
            return held
        if ("journal", key) in self._conn.held.foreseen:
            foreseen: int | None = self._conn.held.foreseen["journal", key]
            return foreseen
        query = "select contact_id from journal where dedupe_key = %s"
        row = self._conn.look(query, (key,)).fetchone()
        return None if row is None else int(row["contact_id"] or 0)

    def set_aside(self, since_ms: int) -> Sequence[SetAside]:
        rows = self._conn.execute(_SET_ASIDE, (since_ms,)).fetchall()
        return [SetAside(row["at_ms"], row["kind"], row["contact_id"], row["agent_id"]) for row in rows]


# As the partial index says it: the planner compares the words.
_SET_ASIDE = (
    "select at_ms, kind, contact_id, agent_id from journal where at_ms > %s"
    " and kind in ('OfferDeclined', 'OfferExpired', 'ContactTransferred', 'ContactReturned')"
    " and agent_id is not null order by seq"
)


@cache
def _fields(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


_ONE = _select(" from contact where id = %s for update")
_OF_AGENT = _select(
    " from contact where agent_id = %s and state in ('offered', 'in_hand', 'sleeping') order by id"
)
# As the partial index says it.
_BESIDE = _select(" from contact where parts is not null and parts @> %s::jsonb order by id")
_WRAPPING = _select(" from contact where agent_id = %s and wraps_until_ms is not null order by id")
_WAITING_IN = _select(" from contact where queue_id = %s and state in ('waiting', 'offered') order by id")
_UNMARKED = _select(
    ", coalesce((select string_agg(m.new_text || ' ' || m.text, ' ' order by m.id) from message m"
    " where m.contact_id = contact.id and m.direction = 'in'), '') as words from contact"
    " where state in ('waiting', 'offered') and problem_id is null and id > %(after)s"
    " and (%(brand)s::bigint is null or brand_id = %(brand)s) order by id limit %(most)s"
)
_HELD_UP = _select(
    " from contact where problem_id = %s and home_queue_id is not null and state in ('waiting', 'offered')"
    " order by state desc, id limit %s"
)
_TO_TAKE = _select(
    " from contact where queue_id = %s and state = 'waiting' and coalesce(not_before_ms, 0) <= %s"
    " and (kept_for is null or kept_for = %s or kept_until_ms <= %s) order by id"
)
_ASKED_BEFORE = (
    "select 1 from contact where customer_id = %s and motive_id = %s and closed_ms > %s and request_id <> %s"
    " and outcome in ('resolved', 'unresolved', 'no_reply') limit 1"
)
_OF_REQUEST = _select(" from contact where request_id = %s order by id")
_LIVE = (
    sql.SQL(
        "select id, brand_id, queue_id, state, agent_id, demands, not_before_ms, wraps_until_ms,"
        " coalesce(place_ms, arrived_ms), offer_expires_ms, kept_for, kept_until_ms, queued_ms, parts from contact"
        " where state in ({live}) or wraps_until_ms is not null order by coalesce(place_ms, arrived_ms), id"
    )
    .format(live=_IN_LIVE)
    .as_bytes(None)
)
_IN_LINE = (ContactState.WAITING, ContactState.OFFERED)
_AT_WORK = (ContactState.OFFERED, ContactState.IN_HAND, ContactState.SLEEPING)


class PgContacts:
    """Contacts. One that was read is not read again: nobody but the writer changes them."""

    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def next_id(self) -> int:
        return self._conn.number("contact")

    def insert(self, contact_id: int, columns: dict[str, Any]) -> None:
        row: dict[str, Any] = {**_BLANK, **storable_row(columns), "id": contact_id}
        self._conn.held.insert("contact", contact_id, row)
        contact = self._see(as_contact(row))
        siblings: tuple[int, ...] | None = self._conn.known(("contacts_of", contact.request_id))
        if siblings is not None:
            self._conn.held.see(("contacts_of", contact.request_id), (*siblings, contact_id))

    def get(self, contact_id: int) -> Contact | None:
        seen: Contact | None = self._conn.known(("contact", contact_id))
        if seen is not None:
            return seen
        row = self._conn.look(_ONE, (contact_id,)).fetchone()
        return None if row is None else self._see(as_contact(row))

    def update(self, contact_id: int, columns: dict[str, Any]) -> Contact | None:
        before = self.get(contact_id)
        if before is None:
            return None
        changes = storable_row(columns)
        changes["version"] = before.version + 1
        self._conn.held.update("contact", contact_id, changes)
        known = {name: value for name, value in changes.items() if name in _NAMES_SET}
        if "state" in known:
            known["state"] = _STATES[known["state"]]
        after = self._see(before._replace(**known))
        if after.request_id != before.request_id:
            for request_id in (before.request_id, after.request_id):
                self._conn.held.see(("contacts_of", request_id), None)
        return after

    def _see(self, contact: Contact) -> Contact:
        self._conn.held.see(("contact", contact.id), contact)
        return contact

    def _now(self, rows: Iterable[dict[str, Any]], belongs: Callable[[Contact], bool]) -> list[Contact]:
        """Rows as read, under what this transaction made of them; those of its own with them."""
        found = {row["id"]: as_contact(row) for row in rows}
        for one in self._conn.held.sights():
            if isinstance(one, Contact) and (one.id in found or belongs(one)):
                found[one.id] = one
        return [one for _, one in sorted(found.items()) if belongs(one)]

    def of_agent(self, agent_id: int) -> Sequence[Contact]:
        rows = self._conn.look(_OF_AGENT, (agent_id,)).fetchall()
        return self._now(rows, lambda one: one.agent_id == agent_id and one.state in _AT_WORK)

    def beside(self, agent_id: int) -> Sequence[Contact]:
        rows = self._conn.look(_BESIDE, (f'[{{"agent_id": {int(agent_id)}}}]',)).fetchall()
        return self._now(rows, lambda one: agent_id in people(one))

    def of_request(self, request_id: int) -> Sequence[Contact]:
        known: tuple[int, ...] | None = self._conn.known(("contacts_of", request_id))
        if known is not None:
            return [one for contact_id in known if (one := self.get(contact_id)) is not None]
        rows = self._conn.look(_OF_REQUEST, (request_id,)).fetchall()
        return self._now(rows, lambda one: one.request_id == request_id)

    def live(self) -> Iterable[Standing]:
        for id_, brand_id, queue_id, state, *rest in self._conn.stream(_LIVE):
            yield Standing(id_, brand_id, queue_id, _STATES[state], *rest)

    def wrapping(self, agent_id: int) -> Sequence[Contact]:
        rows = self._conn.look(_WRAPPING, (agent_id,)).fetchall()
        return self._now(rows, lambda one: one.agent_id == agent_id and one.wraps_until_ms is not None)

    def waiting_in(self, queue_id: int) -> Sequence[Contact]:
        rows = self._conn.look(_WAITING_IN, (queue_id,)).fetchall()
        return self._now(rows, lambda one: one.queue_id == queue_id and one.state in _IN_LINE)

    def unmarked_after(
        self, contact_id: int, brand_id: int | None, most: int
    ) -> Sequence[tuple[Contact, str]]:
        rows = self._conn.execute(
            _UNMARKED, {"after": contact_id, "brand": brand_id, "most": most}
        ).fetchall()
        return [(as_contact(row), f"{row['subject']}\n{row['words']}") for row in rows]

    def held_up_by(self, problem_id: int, most: int) -> Sequence[Contact]:
        return [as_contact(row) for row in self._conn.execute(_HELD_UP, (problem_id, most)).fetchall()]

    def to_take(self, queue_id: int, agent_id: int, now_ms: int) -> Sequence[Contact]:
        rows = self._conn.act(_TO_TAKE, (queue_id, now_ms, agent_id, now_ms)).fetchall()
        return [as_contact(row) for row in rows]

    def asked_before(self, customer_id: int, motive_id: int, since_ms: int, request_id: int) -> bool:
        row = self._conn.look(_ASKED_BEFORE, (customer_id, motive_id, since_ms, request_id)).fetchone()
        return row is not None


class PgRequests:
    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def open(self, brand_id: int, customer_id: int, subject: str, at_ms: int) -> int:
        columns = {"brand_id": brand_id, "customer_id": customer_id, "subject": subject, "opened_ms": at_ms}
        request_id = self._conn.number("request")
        self._conn.held.insert("request", request_id, {"id": request_id, "state": "open", **columns})
        self._conn.held.see(("contacts_of", request_id), ())
        return request_id

    def update(self, request_id: int, columns: dict[str, Any]) -> None:
        self._conn.held.update("request", request_id, columns)

    def of_mail(self, brand_id: int, message_ids: Sequence[str]) -> int | None:
        row = self._conn.look(
            "select request_id from mail_thread where brand_id = %s and message_id = any(%s)"
            " order by array_position(%s, message_id) limit 1",
            (brand_id, [indexed(one) for one in message_ids], [indexed(one) for one in message_ids]),
            after=("mail_thread",),
        ).fetchone()
        return None if row is None else int(row["request_id"])

    def remember_mail(self, brand_id: int, message_id: str, request_id: int, contact_id: int) -> None:
        row = {
            "brand_id": brand_id,
            "message_id": indexed(message_id),
            "request_id": request_id,
            "contact_id": contact_id,
        }
        self._conn.held.add("mail_thread", row)
