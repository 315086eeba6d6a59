"""Customers, chats, agents' presence and timers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, LiteralString

from affluent.centre.records import Chat, Customer, Presence, Steering
from affluent.facts.states import AgentState
from affluent.storage.held import EVERY, TIMER
from affluent.storage.kept import Kept
from affluent.storage.routing_rules import SERVING
from affluent.storage.rows import indexed, insert_returning, storable_row
from affluent.storage.writing import Writing

_CUSTOMER: LiteralString = (
    "select c.*, array(select skill_id from customer_wish w where w.customer_id = c.id order by 1) as wishes"
    " from customer c"
)


_SEEN = ("name", "language", "segment", "named_agent_id")


class PgCustomers:
    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def find(self, brand_id: int, kind: str, value: str) -> Customer | None:
        key = indexed(value)
        held: int | None = self._conn.held.key(("address", brand_id, kind, key))
        if held is not None:
            return self.get(held)
        if ("address", brand_id, kind, key) in self._conn.held.foreseen:
            foreseen: dict[str, Any] | None = self._conn.held.foreseen["address", brand_id, kind, key]
            return None if foreseen is None else self._seen_or(foreseen)
        row = self._conn.look(
            _CUSTOMER + " join customer_address a on a.customer_id = c.id"
            " where a.brand_id = %s and a.kind = %s and a.value = %s",
            (brand_id, kind, key),
        ).fetchone()
        return None if row is None else self._seen_or(row)

    def get(self, customer_id: int) -> Customer | None:
        seen: Customer | None = self._conn.held.saw(("customer", customer_id))
        if seen is not None:
            return seen
        row = self._conn.look(_CUSTOMER + " where c.id = %s", (customer_id,)).fetchone()
        return None if row is None else self._seen_or(row)

    def _seen_or(self, row: dict[str, Any]) -> Customer:
        seen: Customer | None = self._conn.held.saw(("customer", row["id"]))
        kept = ("id", "brand_id", "name", "language", "segment", "named_agent_id")
        return seen or Customer(**{name: row[name] for name in kept}, wishes=tuple(row["wishes"]))

    def create(self, brand_id: int, name: str, language: str | None, at_ms: int) -> Customer:
        customer_id = self._conn.number("customer")
        columns = storable_row(
            {"id": customer_id, "brand_id": brand_id, "name": name, "language": language, "created_ms": at_ms}
        )
        self._conn.held.insert("customer", customer_id, columns)
        customer = Customer(customer_id, brand_id, columns["name"], columns["language"], None)
        self._conn.held.see(("customer", customer_id), customer)
        return customer

    def add_address(self, customer_id: int, brand_id: int, kind: str, value: str) -> None:
        key = indexed(value)
        row = {"customer_id": customer_id, "brand_id": brand_id, "kind": kind, "value": key}
        self._conn.held.add("customer_address", row)
        self._conn.held.put(self._conn.held.keys, ("address", brand_id, kind, key), customer_id)

    def update(self, customer_id: int, columns: dict[str, Any]) -> None:
        before = self.get(customer_id)
        if before is None:
            return
        changes = storable_row(columns)
        self._conn.held.update("customer", customer_id, changes)
        known = {name: value for name, value in changes.items() if name in _SEEN}
        self._conn.held.see(("customer", customer_id), replace(before, **known))


class PgChats:
    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def get(self, chat_id: int) -> Chat | None:
        return self._one("id", chat_id)

    def of_contact(self, contact_id: int) -> Chat | None:
        return self._one("contact_id", contact_id)

    def _one(self, column: str, value: int) -> Chat | None:
        statement = _CHAT_BY[column]
        row = self._conn.look(statement, (value,), after=("chat",)).fetchone()
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
        self._conn.held.update("chat", chat_id, columns)


class PgSteerings:
    """`Steerings` on the writer's connection."""

    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def offer(self, token: str, contact_id: int, channel_id: int, at_ms: int) -> None:
        self._conn.act("insert into steering values (%s, %s, %s, %s)", (token, contact_id, channel_id, at_ms))

    def get(self, token: str) -> Steering | None:
        row = self._conn.execute(
            "select contact_id, channel_id, offered_ms from steering where token = %s", (indexed(token),)
        ).fetchone()
        return None if row is None else Steering(**row)

    def of(self, contact_id: int) -> str | None:
        row = self._conn.execute("select token from steering where contact_id = %s", (contact_id,)).fetchone()
        return None if row is None else row["token"]


class PgPeople:
    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def presence(self, account_id: int) -> Presence:
        seen: Presence | None = self._conn.known(("presence", account_id))
        if seen is not None:
            return seen
        row = self._conn.look("select * from presence where account_id = %s", (account_id,)).fetchone()
        if row is None:
            return Presence(account_id, AgentState.OFFLINE, None, 0)
        presence = as_presence(row)
        self._conn.held.see(("presence", account_id), presence)
        return presence

    def set_presence(self, presence: Presence) -> None:
        row = {
            "account_id": presence.account_id,
            "state": presence.state.value,
            "reason": presence.reason,
            "since_ms": presence.since_ms,
            "lifted": presence.lifted,
            "lifted_until_ms": presence.lifted_until_ms,
        }
        self._conn.held.replace("presence", presence.account_id, row)
        self._conn.held.see(("presence", presence.account_id), presence)

    def everyone(self) -> Sequence[Presence]:
        rows = self._conn.act("select * from presence order by account_id", ()).fetchall()
        return [as_presence(row) for row in rows]

    def at_hand(
        self, brand_id: int, *, team_id: int | None = None, skill_id: int | None = None, level: int = 1
    ) -> Sequence[int]:
        asked = {"brand": brand_id, "team": team_id, "skill": skill_id, "level": level}
        rows = self._conn.act(_AT_HAND, {**asked, "serving": list(SERVING)}).fetchall()
        return [row["id"] for row in rows]

    def drop_draft(self, account_id: int, contact_id: int) -> None:
        self._conn.held.forget_draft(account_id, contact_id)


def as_presence(row: dict[str, Any]) -> Presence:
    return Presence(
        row["account_id"],
        AgentState(row["state"]),
        row["reason"],
        row["since_ms"],
        row["lifted"],
        row["lifted_until_ms"],
    )


_AT_HAND: LiteralString = """
select a.id from account a join presence p on p.account_id = a.id and p.state = 'ready'
where a.active and not a.archived and a.role = any(%(serving)s)
  and (exists (select from account_brand b where b.account_id = a.id and b.brand_id = %(brand)s)
    or (a.role = 'administrator' and not exists (select from account_brand b where b.account_id = a.id)))
  and (%(team)s::bigint is null or a.team_id = %(team)s)
  and (%(skill)s::bigint is null or exists (select from agent_level l
    where l.account_id = a.id and l.skill_id = %(skill)s and l.level >= %(level)s))
order by (select count(*) from contact c where c.agent_id = a.id and c.state in ('offered', 'in_hand')),
  p.since_ms, a.id"""


class PgTimers:
    def __init__(self, conn: Writing, kept: Kept) -> None:
        self._conn = conn
        self._kept = kept

    def set(self, kind: str, contact_id: int, due_ms: int) -> None:
        self._conn.held.timer(contact_id, kind, due_ms)
        if self._kept.next_timer_ms is None or due_ms < self._kept.next_timer_ms:
            self._kept.next_timer_ms = due_ms

    def clear(self, contact_id: int, *kinds: str) -> None:
        for kind in kinds or (EVERY,):
            self._conn.held.timer(contact_id, kind, None)

    def due(self, now_ms: int) -> Sequence[tuple[str, int]]:
        self._kept.timers_known = False
        rows = self._conn.act(
            "delete from timer where id in"
            " (select id from timer where due_ms <= %s order by due_ms, id limit 100)"
            " returning kind, contact_id, due_ms, id",
            (now_ms,),
        ).fetchall()
        return [
            (row["kind"], row["contact_id"])
            for row in sorted(rows, key=lambda one: (one["due_ms"], one["id"]))
        ]

    def after(self, now_ms: int) -> Sequence[tuple[str, int, int]]:
        rows = self._conn.act(
            "select kind, contact_id, due_ms from timer where due_ms > %s order by contact_id, kind",
            (now_ms,),
        ).fetchall()
        return [(row["kind"], row["contact_id"], row["due_ms"]) for row in rows]

    def next_ms(self) -> int | None:
        if not self._kept.timers_known:
            row = self._conn.look("select min(due_ms) as at from timer", (), after=(TIMER,)).fetchone()
            self._kept.next_timer_ms = None if row is None else row["at"]
            self._kept.timers_known = True
        return self._kept.next_timer_ms


_CHAT: LiteralString = "select id, channel_id, customer_id, contact_id, language, connected from chat"
_CHAT_BY: dict[str, LiteralString] = {
    "id": _CHAT + " where id = %s",
    "contact_id": _CHAT + " where contact_id = %s",
}
