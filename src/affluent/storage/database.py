"""The way to PostgreSQL: one pool, one kind of connection."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TypeVar
from weakref import WeakKeyDictionary

from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

Conn = Connection[DictRow]
C = TypeVar("C", bound=Connection[DictRow])
CHECK_EVERY_S = 1.0


class Database:
    """A pool of connections with dictionary rows. Every use is one transaction."""

    def __init__(self, dsn: str, *, size_max: int = 12) -> None:
        self.dsn = dsn
        self._checked_s: WeakKeyDictionary[Conn, float] = WeakKeyDictionary()
        self._pool: ConnectionPool[Connection[DictRow]] = ConnectionPool(
            dsn,
            min_size=1,
            max_size=size_max,
            open=False,
            kwargs={"row_factory": dict_row},
            connection_class=Connection[DictRow],
            check=self._check,
            name="affluent",
        )

    def _check(self, conn: Conn) -> None:
        """Whether the server is still there: asked once a second a connection, not before each use."""
        now_s = time.monotonic()
        if now_s - self._checked_s.get(conn, 0.0) >= CHECK_EVERY_S:
            ConnectionPool[Conn].check_connection(conn)
            self._checked_s[conn] = now_s

    def open(self) -> None:
        """Connects; raises `psycopg_pool.PoolTimeout` when the server cannot be reached in 30 s."""
        self._pool.open(wait=True, timeout=30)

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def transaction(self) -> Generator[Conn]:
        """A connection whose work is committed at the end, or rolled back on an exception."""
        with self._pool.connection() as conn:
            yield conn

    def connect(self) -> Conn:
        """A connection of its own, for one that lives long: the postman, a listener."""
        return self.connect_as(Connection[DictRow])

    def connect_as(self, kind: type[C]) -> C:
        return kind.connect(self.dsn, row_factory=dict_row)
