"""The writer's connection: it holds rows back (`held.py`), and lets nobody read past them.

A transaction that only writes what is held goes to the server in one piece (`flight.py`), and the next one may begin
before its outcome is known. Whatever else is done on the connection waits for that outcome first.
"""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, LiteralString, NoReturn

from psycopg import Connection, Cursor, ServerCursor, Transaction
from psycopg.pq import ConnStatus, TransactionStatus
from psycopg.rows import DictRow, tuple_row

from affluent.centre.ports import EarlierSpoiled, Spoiled
from affluent.storage.flight import Flight
from affluent.storage.held import Held
from affluent.storage.kept import Recent

NUMBERS_AT_ONCE = 256
PREPARED_MAX = 400
KEPT_MAX = 20_000
STREAM_ROWS = 5_000
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
        self.beside: Callable[[], Connection[DictRow]] | None = None
        """Opens a second connection, for questions while the first is busy. None: they wait."""
        self.spoke_s = time.monotonic()
        """When the server last answered."""
        self._flight = Flight(self.pgconn)
        self._reader: Connection[DictRow] | None = None
        self._numbers: dict[str, list[int]] = {}
        self._kept = Recent(KEPT_MAX)
        self._keeps = True
        self._begun = False
        self._open: AbstractContextManager[Any] | None = None
        """The server's transaction, once one was needed before the end."""
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
        cursor = self._ready()
        self._kept.clear()
        self.held.forget_earlier()
        return cursor

    def act(self, query: LiteralString | bytes, params: Any) -> "Cursor[DictRow]":
        """Executes a statement that changes no contact, no request and nobody's presence."""
        return self._ready().execute(query, params)

    def _ready(self) -> "Cursor[DictRow]":
        self._open_up()
        if self.held or (self._mark is not None and not self._saved):
            self.flush()
        self.spoke_s = time.monotonic()
        return super().cursor()

    def look(
        self, query: LiteralString | bytes, params: Any, *, after: tuple[str, ...] = ()
    ) -> "Cursor[DictRow]":
        """Executes a question that nothing held can answer otherwise, but for changed rows of the tables `after`."""
        if any(self.held.touches(table) for table in after):
            self.flush()
        if any(self.held.aloft_touches(table) for table in after):
            self.land()
        reader = self._asked_beside() if self._flight.aloft else None
        self.spoke_s = time.monotonic()
        return (super().cursor() if reader is None else reader.cursor()).execute(query, params)

    def _asked_beside(self) -> Connection[DictRow] | None:
        """Where questions go meanwhile: what is on its way is seen there or not, and known here anyhow."""
        if self._reader is None:
            if self.beside is None:
                self.land()
                return None
            self._reader = self.beside()
        return self._reader

    def stream(self, query: bytes) -> Iterator[tuple[Any, ...]]:
        """The rows of a long answer, fetched a piece at a time."""
        self._ready()
        with ServerCursor(self, "stream", row_factory=tuple_row) as cursor:
            cursor.itersize = STREAM_ROWS
            yield from cursor.execute(query)

    def known(self, key: tuple[str, int]) -> Any:
        """What this transaction, or an earlier one of this writer, saw under `key`; None when neither did.

        Contacts, the contacts of a request and presences are written by the one writer alone, through its facts:
        so what it knows of them stays true until it writes them again.
        """
        if key in self.held.seen:
            return self.held.seen[key]
        # Asked before what is kept: that can be forgotten at any time, and the database may not have this yet.
        earlier = self.held.earlier(key)
        return self._kept.get(key) if earlier is None else earlier

    def forget(self) -> None:
        """What was known of rows may be so no more."""
        self._kept.clear()

    def _keep(self) -> None:
        """At the end: what this transaction saw is how things are."""
        if not self._keeps:
            return
        self._kept.update((key, value) for key, value in self.held.seen.items() if key[0] in KEPT)

    def number(self, table: str) -> int:
        """An identifier for a new row. They are fetched by the hundred: a stop of the centre leaves a gap."""
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
        self._flight.forget()
        self.held.forget()
        self._kept.clear()

    @contextmanager
    def begin(self) -> Generator[None]:
        """The whole transaction: at its end it is on its way, and `land` tells what became of it.

        Raises `Spoiled` when the server refuses it at once, `EarlierSpoiled` when it refused the one before.
        """
        self.held.begin(aloft=self._flight.aloft)
        self._standing, self._keeps, self._begun = False, True, True
        try:
            yield
            self._send()
            self._keep()
        except BaseException as error:
            self._kept.clear()
            opened, self._open = self._open, None
            if opened is not None:
                self._flight.forget()
                opened.__exit__(type(error), error, error.__traceback__)
            raise
        finally:
            self._begun = False
            self.held.forget()

    def _send(self) -> None:
        self.land()
        if self._open is None:
            if self.held:
                self._flight.send(self.held.statements())
                self._keep()
                self.held.take_off()
            return
        try:
            self.flush()
        except Exception as error:
            self._raise_unless_spoiled(error, Spoiled)
        opened, self._open = self._open, None
        opened.__exit__(None, None, None)

    def _open_up(self) -> None:
        """The server's transaction, from here to the end."""
        self.land()
        if self._begun and self._open is None:
            opened = super().transaction()
            opened.__enter__()
            self._open = opened

    def landed(self) -> bool:
        """Whether nothing is on its way any more, without waiting. Raises `EarlierSpoiled` as `land` does."""
        return self._heard(self._flight.landed)

    def land(self) -> None:
        """Waits for what is on its way. Raises `EarlierSpoiled` when the server refused it."""
        if self._flight.aloft:
            self._heard(self._flight.land)

    def _heard(self, ask: Callable[[], bool | None]) -> bool:
        try:
            ask()
        except Exception as error:
            self.held.forget_earlier()
            self._kept.clear()
            self._raise_unless_spoiled(error, EarlierSpoiled)
        if self._flight.aloft:
            return False
        self.spoke_s = time.monotonic()
        self.held.landed()
        return True

    def _raise_unless_spoiled(self, error: Exception, spoiled: type[Spoiled]) -> NoReturn:
        if self.pgconn.status != ConnStatus.OK:
            raise error
        raise spoiled from error

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
        self._open_up()
        if self._mark is not None and not self._saved:
            inner = self.held.take_back(self._mark)
            self._write()
            again = "release savepoint command; " if self._standing else ""
            super().cursor().execute(again + "savepoint command", prepare=False)
            self._saved = self._standing = True
            self.held.do_again(inner)
        self._write()

    def _write(self) -> None:
        """Within the server's transaction, and waits for it."""
        if self.held:
            self._flight.send(self.held.statements())
            self._flight.land()
            self.held.written()

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        super().close()
