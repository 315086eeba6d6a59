"""Rows that a transaction will write, held back so that they go to the server together.

A command moves the same few rows several times and asks for nothing of it in between. So its writes wait here, by
table and identifier: what changes a row twice is written once, and all of them travel in one statement. Each change
can be taken back, in the order opposite to that in which it came: that is how a refused command undoes only itself.
"""

import json
from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from affluent.storage.rows import Params, storable

EVERY = ""
_ABSENT: Any = object()


class Change(NamedTuple):
    """One entry that was set, and what stood there before."""

    into: dict[Any, Any]
    key: Hashable
    value: Any


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

    def __bool__(self) -> bool:
        return bool(self._inserts or self._updates or self._files or self._timers or self._drafts)

    def put(self, into: dict[Any, Any], key: Hashable, value: Any) -> None:
        """Sets an entry of `into` such that it can be taken back."""
        self._log.append(Change(into, key, into.get(key, _ABSENT)))
        into[key] = value

    def mark(self) -> int:
        return len(self._log)

    def take_back(self, mark: int) -> list[Change]:
        """Undoes what came after `mark`; what it returns can be `done_again`."""
        undone: list[Change] = []
        while len(self._log) > mark:
            change = self._log.pop()
            undone.append(Change(change.into, change.key, change.into[change.key]))
            if change.value is _ABSENT:
                del change.into[change.key]
            else:
                change.into[change.key] = change.value
        undone.reverse()
        return undone

    def see(self, key: tuple[str, int], value: Any) -> None:
        self.put(self.seen, key, value)

    def do_again(self, changes: Iterable[Change]) -> None:
        for change in changes:
            self.put(change.into, change.key, change.value)

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

    def updates(self, table: str) -> bool:
        return any(of == table for of, _ in self._updates)

    def adds(self, table: str) -> bool:
        return any(of == table for of, _ in self._inserts)

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

    def cleared_timers(self) -> list[tuple[int, str]]:
        return [pair for pair, due_ms in self._timers.items() if due_ms is None]

    def set_timers(self) -> list[tuple[int, str, int]]:
        return [(*pair, due_ms) for pair, due_ms in self._timers.items() if due_ms is not None]

    def drafts(self) -> list[tuple[int, int]]:
        return list(self._drafts)

    def files(self) -> list[Params]:
        return list(self._files.values())

    def statement(self) -> tuple[bytes, str] | None:
        """One statement that writes all held rows, with its parameter; None when there are none."""
        groups: dict[tuple[str, str, tuple[str, ...]], list[Mapping[str, Any]]] = {}
        for (table, _), columns in self._inserts.items():
            groups.setdefault(("insert", table, tuple(sorted(columns))), []).append(columns)
        for (table, row_id), columns in self._updates.items():
            row = {"id": row_id, **columns}
            groups.setdefault(("update", table, tuple(sorted(columns))), []).append(row)
        if not groups:
            return None
        # In an order of its own, so that the same kinds of rows make the same statement, prepared once.
        parts = sorted(groups)
        return _statement(tuple(parts)), _json([groups[part] for part in parts])

    def written(self) -> None:
        """Nothing waits any more, and nothing before this can be taken back."""
        for one in (self._inserts, self._updates, self._files, self._timers, self._drafts, self.keys):
            one.clear()
        self._log.clear()

    def forget(self) -> None:
        """All of it was undone, or is over."""
        self.written()
        self.seen.clear()


def _json(rows: list[Any]) -> str:
    """As PostgreSQL can keep it. Nearly all of it can be: what cannot is looked for in the text made of it."""
    text = json.dumps(rows, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(storable(rows), ensure_ascii=False)
    return json.dumps(storable(rows), ensure_ascii=False) if "\\u0000" in text else text


_INSERTED = {
    "customer_address": "on conflict do nothing",
    "mail_thread": "on conflict do nothing",
    "message_file": "on conflict do nothing",
    "presence": "on conflict (account_id) do update set state = excluded.state, reason = excluded.reason,"
    " since_ms = excluded.since_ms",
}


@lru_cache(maxsize=1024)
def _statement(parts: tuple[tuple[str, str, tuple[str, ...]], ...]) -> bytes:
    # Names come from this code, never from outside.
    written: list[str] = []
    for number, (kind, table, columns) in enumerate(parts):
        rows = f"json_populate_recordset(null::{table}, (select j -> {number} from held)) x"
        if kind == "insert":
            names = ", ".join(columns)
            values = ", ".join(f"x.{name}" for name in columns)
            written.append(
                f"insert into {table} ({names}) overriding system value select {values} from {rows}"
                f" {_INSERTED.get(table, '')}"
            )
        else:
            values = ", ".join(f"{name} = x.{name}" for name in columns)
            written.append(f"update {table} t set {values} from {rows} where t.id = x.id")
    ctes = ", ".join(f"w{number} as ({one})" for number, one in enumerate(written))
    return f"with held as materialized (select %s::json as j), {ctes} select 1".encode()
