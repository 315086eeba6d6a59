"""The writer's connection: it holds rows back (`held.py`), and lets nobody read past them."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString, NoReturn

from psycopg import Connection, Cursor, Transaction
from psycopg.pq import ConnStatus, TransactionStatus
from psycopg.rows import DictRow

from affluent.centre.ports import Spoiled
from affluent.storage.held import EVERY, Held
from affluent.storage.rows import adapted

NUMBERS_AT_ONCE = 64
PREPARED_MAX = 400
KEPT_MAX = 20_000
KEPT = frozenset({"contact", "contacts_of", "presence"})


class Writing(Connection[DictRow]):
    """One connection of the one writer.

    Whoever executes a statement on it finds everything written: what is held back goes first. Those who know that
    their question does not depend on it `look` instead.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.held = Held()
        self.prepared_max = PREPARED_MAX
        self.prepare_threshold = 2
        self._numbers: dict[str, list[int]] = {}
        self._kept: dict[tuple[str, int], Any] = {}
        self._keeps = True
        self._mark: int | None = None
        """Where the command at work began, in what is held; None outside of commands."""
        self._saved = False
        """Whether a savepoint of the server stands at that place."""
        self._standing = False
        """Whether one stands anywhere in this transaction."""

    def cursor(self, *given: Any, **named: Any) -> Any:
        """Writes what is held first, so that every statement sees it; within a command it can be undone."""
        # Whoever comes this way may write anything: what is known of rows is known no more.
        self._keeps = False
        self._kept.clear()
        return self._ready()

    def act(self, query: LiteralString | bytes, params: Any) -> "Cursor[DictRow]":
        """Executes a statement that changes no contact, no request and nobody's presence."""
        return self._ready().execute(query, params)

    def _ready(self) -> "Cursor[DictRow]":
        if self.held or (self._mark is not None and not self._saved):
            self.flush()
        return super().cursor()

    def look(
        self, query: LiteralString | bytes, params: Any, *, after: tuple[str, ...] = ()
    ) -> "Cursor[DictRow]":
        """Executes a question that nothing held can answer otherwise, but for changed rows of the tables `after`."""
        if any(self.held.updates(table) or self.held.adds(table) for table in after):
            self.flush()
        return super().cursor().execute(query, params)

    def known(self, key: tuple[str, int]) -> Any:
        """What this transaction, or an earlier one of this writer, saw under `key`; None when neither did.

        Contacts, the contacts of a request and presences are written by the one writer alone, through its facts:
        so what it knows of them stays true until it writes them again.
        """
        seen = self.held.seen
        return seen[key] if key in seen else self._kept.get(key)

    def forget(self) -> None:
        """What was known of rows may be so no more."""
        self._kept.clear()

    def _keep(self) -> None:
        """After a commit: what this transaction saw is how things are."""
        if not self._keeps:
            return
        if len(self._kept) > KEPT_MAX:
            self._kept.clear()
        self._kept.update((key, value) for key, value in self.held.seen.items() if key[0] in KEPT)

    def number(self, table: str) -> int:
        """An identifier for a new row. They are fetched by the dozen: a stop of the centre leaves a gap."""
        numbers = self._numbers.get(table)
        if not numbers:
            rows = self.look(
                "select nextval(pg_get_serial_sequence(%s, 'id')) as id from generate_series(1, %s)",
                (table, NUMBERS_AT_ONCE),
            ).fetchall()
            numbers = self._numbers[table] = sorted((int(row["id"]) for row in rows), reverse=True)
        return numbers.pop()

    @contextmanager
    def transaction(self, *given: Any, **named: Any) -> Generator[Transaction]:
        """A block that someone undoes by themselves: what is held is written before it, and at its end."""
        self.flush()
        try:
            with super().transaction(*given, **named) as block:
                yield block
                self.flush()
        except BaseException:
            self._forget_all()
            raise

    def _forget_all(self) -> None:
        self.held.forget()
        self._kept.clear()

    @contextmanager
    def begin(self) -> Generator[None]:
        """The whole transaction, which is committed at its end. Raises `Spoiled` when the server refuses it."""
        self.held.forget()
        self._standing, self._keeps = False, True
        try:
            with super().transaction():
                yield
                try:
                    self.flush()
                except Exception as error:
                    self._raise_unless_spoiled(error)
            self._keep()
        except BaseException:
            self._kept.clear()
            raise
        finally:
            self.held.forget()

    def _raise_unless_spoiled(self, error: Exception) -> NoReturn:
        if self.pgconn.status != ConnStatus.OK:
            raise error
        raise Spoiled from error

    @contextmanager
    def command(self) -> Generator[None]:
        """A part of the transaction that is undone when it is left by an exception, and then only it.

        Raises `Spoiled` when the server has given the whole transaction up.
        """
        if self._mark is not None:
            with self.transaction():
                yield
            return
        self._mark, self._saved = self.held.mark(), False
        try:
            yield
        except BaseException as error:
            self._undo(error)
            raise
        finally:
            self._mark = None

    def _undo(self, error: BaseException) -> None:
        assert self._mark is not None
        if self._saved:
            self._forget_all()
            super().cursor().execute("rollback to savepoint command")
        elif self.pgconn.transaction_status == TransactionStatus.INERROR:
            raise Spoiled from error
        else:
            self.held.take_back(self._mark)

    def flush(self) -> None:
        """Writes what is held. Within a command, behind a savepoint of the server's."""
        if self._mark is not None and not self._saved:
            inner = self.held.take_back(self._mark)
            self._write()
            again = "release savepoint command; " if self._standing else ""
            super().cursor().execute(again + "savepoint command", prepare=False)
            self._saved = self._standing = True
            self.held.do_again(inner)
        self._write()

    def _write(self) -> None:
        held = self.held
        if not held:
            return
        cursor = super().cursor()
        for file in held.files():
            names = ", ".join(file)
            marks = ", ".join(["%s"] * len(file))
            statement = f"insert into file ({names}) overriding system value values ({marks})"
            cursor.execute(statement.encode(), [adapted(value) for value in file.values()])
        statement = held.statement()
        if statement is not None:
            cursor.execute(statement[0], (statement[1],))
        self._write_timers(cursor)
        if drafts := held.drafts():
            cursor.execute(
                "delete from draft where (account_id, contact_id) in"
                " (select * from unnest(%s::bigint[], %s::bigint[]))",
                _columns(drafts),
            )
        held.written()

    def _write_timers(self, cursor: "Cursor[DictRow]") -> None:
        cleared = self.held.cleared_timers()
        if emptied := [contact_id for contact_id, kind in cleared if kind == EVERY]:
            cursor.execute("delete from timer where contact_id = any(%s)", (emptied,))
        if pairs := [pair for pair in cleared if pair[0] not in emptied]:
            cursor.execute(
                "delete from timer where (contact_id, kind) in"
                " (select * from unnest(%s::bigint[], %s::text[]))",
                _columns(pairs),
            )
        if timers := self.held.set_timers():
            cursor.execute(
                "insert into timer (contact_id, kind, due_ms)"
                " select * from unnest(%s::bigint[], %s::text[], %s::bigint[])"
                " on conflict (kind, contact_id) do update set due_ms = excluded.due_ms",
                _columns(timers),
            )


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
