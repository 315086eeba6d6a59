"""Rows that a transaction will write, held back so that they go to the server together.

A command moves the same few rows several times and asks for nothing of it in between. So its writes wait here, by
table and identifier: what changes a row twice is written once, and all of them travel together. Each change
can be taken back, in the order opposite to that in which it came: that is how a refused command undoes only itself.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from affluent.storage.flight import Statement
from affluent.storage.held_files import files_written
from affluent.storage.rows import Params, as_json

EVERY = ""
TIMER = "timer"
_ABSENT: Any = object()


Change = tuple[dict[Any, Any], Hashable, Any]
"""One entry that was set: into what, under which key, and what stood there before. There are dozens a contact."""


class Aloft(NamedTuple):
    """What a transaction knew that was sent and has not been heard of yet."""

    keys: Mapping[Hashable, Any]
    seen: Mapping[tuple[str, int], Any]
    tables: frozenset[str]


_NOTHING = Aloft({}, {}, frozenset())


class Held:
    """What waits to be written, and a memory of how to take it back."""

    def __init__(self) -> None:
        self._inserts: dict[tuple[str, Any], Params] = {}
        self._updates: dict[tuple[str, int], Params] = {}
        self._files: dict[int, Params] = {}
        self._timers: dict[tuple[int, str], int | None] = {}
        self._drafts: dict[tuple[int, int], bool] = {}
        self._log: list[Change] = []
        self._number = 0
        self.keys: dict[Hashable, Any] = {}
        """What a look into the database would not find yet, under keys that its readers choose."""
        self.seen: dict[tuple[str, int], Any] = {}
        """Rows of this transaction as they are by now; nobody else can change them."""
        self.foreseen: dict[Hashable, Any] = {}
        """Answers fetched for commands to come, None for rows that are not there. Newer: `key`."""
        self._aloft = _NOTHING

    def __bool__(self) -> bool:
        return bool(self._inserts or self._updates or self._files or self._timers or self._drafts)

    def put(self, into: dict[Any, Any], key: Hashable, value: Any) -> None:
        """Sets an entry of `into` such that it can be taken back."""
        self._log.append((into, key, into.get(key, _ABSENT)))
        into[key] = value

    def mark(self) -> int:
        return len(self._log)

    def take_back(self, mark: int) -> list[Change]:
        """Undoes what came after `mark`; what it returns can be `done_again`."""
        undone: list[Change] = []
        while len(self._log) > mark:
            into, key, value = self._log.pop()
            undone.append((into, key, into[key]))
            if value is _ABSENT:
                del into[key]
            else:
                into[key] = value
        undone.reverse()
        return undone

    def see(self, key: tuple[str, int], value: Any) -> None:
        self.put(self.seen, key, value)

    def saw(self, key: tuple[str, int]) -> Any:
        """A row as this transaction left it, or the one still on its way; None when neither did."""
        return self.seen[key] if key in self.seen else self.earlier(key)

    def earlier(self, key: tuple[str, int]) -> Any:
        """A row as the transaction left it that is on its way, or was when this one began."""
        return self._aloft.seen.get(key)

    def sights(self) -> Iterator[Any]:
        """All of them, the latest of each last."""
        yield from self._aloft.seen.values()
        yield from self.seen.values()

    def key(self, key: Hashable) -> Any:
        """What was noted under a key by this transaction or the one still on its way."""
        found = self.keys.get(key)
        return self._aloft.keys.get(key) if found is None else found

    def do_again(self, changes: Iterable[Change]) -> None:
        for change in changes:
            self.put(*change)

    def insert(self, table: str, row_id: int, columns: Params) -> None:
        self.put(self._inserts, (table, row_id), columns)

    def add(self, table: str, columns: Params) -> None:
        """A row whose identifier nobody asks for. One that is there already stays as it is."""
        self._number += 1
        self.put(self._inserts, (table, f"#{self._number}"), columns)

    def replace(self, table: str, key: int, columns: Params) -> None:
        """The one row of `key` in a table of states: inserted, or put in the place of the one there."""
        self.put(self._inserts, (table, key), columns)

    def update(self, table: str, row_id: int, columns: Params) -> None:
        into: dict[Any, Any] = self._inserts if (table, row_id) in self._inserts else self._updates
        self.put(into, (table, row_id), {**into.get((table, row_id), {}), **columns})

    def touches(self, table: str) -> bool:
        """Whether it changes or adds rows of a table."""
        return table in self._tables()

    def _tables(self) -> set[str]:
        touched = {of for rows in (self._inserts, self._updates) for of, _ in rows}
        return touched | {TIMER} if self._timers else touched

    def aloft_touches(self, table: str) -> bool:
        return table in self._aloft.tables

    def take_off(self) -> None:
        """What is held is on its way: it counts as seen until `landed`, and can no longer be taken back."""
        self._aloft = Aloft(dict(self.keys), dict(self.seen), frozenset(self._tables()))
        self.forget()

    def landed(self) -> None:
        """It arrived. What it knew stays until the next begins: answers of that moment may lack it."""
        self._aloft = self._aloft._replace(tables=frozenset())

    def begin(self, *, aloft: bool) -> None:
        self.forget()
        if not aloft:
            self._aloft = _NOTHING

    def forget_earlier(self) -> None:
        """What was on its way was refused; or it arrived, and rows may change by other ways now."""
        self._aloft = _NOTHING
        # Fetched beside it: they may lack what it wrote.
        self.foreseen.clear()

    def file(self, row_id: int, columns: Params) -> None:
        self.put(self._files, row_id, columns)

    def timer(self, contact_id: int, kind: str, due_ms: int | None) -> None:
        """Sets a timer, or clears it for None; the kind `EVERY` clears all of a contact."""
        if kind == EVERY:
            for pair in [one for one in self._timers if one[0] == contact_id]:
                self.put(self._timers, pair, None)
        self.put(self._timers, (contact_id, kind), due_ms)

    def forget_draft(self, account_id: int, contact_id: int) -> None:
        self.put(self._drafts, (account_id, contact_id), True)

    def set_timers(self) -> list[tuple[int, str, int]]:
        return [(*pair, due_ms) for pair, due_ms in self._timers.items() if due_ms is not None]

    def statements(self) -> list[Statement]:
        """What writes all that is held, in an order that foreign keys allow."""
        groups: dict[tuple[str, str, tuple[str, ...]], list[Mapping[str, Any]]] = {}
        for (table, _), columns in self._inserts.items():
            groups.setdefault(("insert", table, _in_order(tuple(columns))), []).append(columns)
        for (table, row_id), columns in self._updates.items():
            row = {"id": row_id, **columns}
            groups.setdefault(("update", table, _in_order(tuple(row))), []).append(row)
        # Within a kind and a table in an order of its own: the same rows are always written alike.
        parts = sorted(groups, key=lambda part: (part[0], _ORDER.get(part[1], len(_ORDER)), part))
        return [
            *files_written(list(self._files.values())),
            *(Statement(_statement(*part), (as_json(groups[part]),)) for part in parts),
            *self._timer_statements(),
            *self._draft_statements(),
        ]

    def _timer_statements(self) -> Iterator[Statement]:
        cleared = [pair for pair, due_ms in self._timers.items() if due_ms is None]
        if emptied := [contact_id for contact_id, kind in cleared if kind == EVERY]:
            yield Statement(b"delete from timer where contact_id = any($1::bigint[])", (_array(emptied),))
        if pairs := [pair for pair in cleared if pair[1] != EVERY]:
            yield Statement(
                b"delete from timer t using unnest($1::bigint[], $2::text[]) x (contact_id, kind)"
                b" where t.contact_id = x.contact_id and t.kind = x.kind",
                _columns(pairs),
            )
        if timers := self.set_timers():
            yield Statement(
                b"insert into timer (contact_id, kind, due_ms)"
                b" select * from unnest($1::bigint[], $2::text[], $3::bigint[])"
                b" on conflict (kind, contact_id) do update set due_ms = excluded.due_ms",
                _columns(timers),
            )

    def _draft_statements(self) -> Iterator[Statement]:
        if self._drafts:
            yield Statement(
                b"delete from draft where (account_id, contact_id) in"
                b" (select * from unnest($1::bigint[], $2::bigint[]))",
                _columns(list(self._drafts)),
            )

    def written(self) -> None:
        """Nothing waits any more, and nothing before this can be taken back."""
        for one in (self._inserts, self._updates, self._files, self._timers, self._drafts, self.keys):
            one.clear()
        # Fetched before these rows were there.
        self.foreseen.clear()
        self._log.clear()

    def forget(self) -> None:
        """All of it was undone, or is over."""
        self.written()
        self.seen.clear()


def _array(values: Sequence[int | str]) -> bytes:
    """An array as PostgreSQL reads it. Texts are quoted: those that come here hold no quotes."""
    return "{{{}}}".format(",".join(map(str, values))).encode()


def _columns(rows: Sequence[tuple[int | str, ...]]) -> list[bytes]:
    return [_array(column) for column in zip(*rows, strict=True)]


@lru_cache(maxsize=1024)
def _in_order(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(names))


_ORDER = {
    table: at
    for at, table in enumerate(
        ("customer", "customer_address", "request", "contact", "message", "message_file", "mail_thread")
    )
}
"""Whoever is pointed at comes first; tables that are not here point at these, and at none of each other."""
_INSERTED = {
    "customer_address": "on conflict do nothing",
    "mail_thread": "on conflict do nothing",
    "message_file": "on conflict do nothing",
    "presence": "on conflict (account_id) do update set state = excluded.state, reason = excluded.reason,"
    " since_ms = excluded.since_ms, lifted = excluded.lifted, lifted_until_ms = excluded.lifted_until_ms",
}


@lru_cache(maxsize=1024)
def _statement(kind: str, table: str, columns: tuple[str, ...]) -> bytes:
    # Names come from this code, never from outside.
    rows = f"json_populate_recordset(null::{table}, $1) x"
    if kind == "insert":
        names = ", ".join(columns)
        values = ", ".join(f"x.{name}" for name in columns)
        ending = _INSERTED.get(table, "")
        text = f"insert into {table} ({names}) overriding system value select {values} from {rows} {ending}"
    else:
        values = ", ".join(f"{name} = x.{name}" for name in columns if name != "id")
        text = f"update {table} t set {values} from {rows} where t.id = x.id"
    return text.encode()
