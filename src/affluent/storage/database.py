"""The way to PostgreSQL: one pool, one kind of connection."""

from collections.abc import Generator
from contextlib import contextmanager

from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

Conn = Connection[DictRow]


class Database:
    """A pool of connections with dictionary rows. Every use is one transaction."""

    def __init__(self, dsn: str, *, size_max: int = 12) -> None:
        self.dsn = dsn
        self._pool: ConnectionPool[Connection[DictRow]] = ConnectionPool(
            dsn,
            min_size=1,
            max_size=size_max,
            open=False,
            kwargs={"row_factory": dict_row},
            connection_class=Connection[DictRow],
            check=ConnectionPool[Connection[DictRow]].check_connection,
            name="affluent",
        )

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
        """A connection of its own, for one that lives long: the runner, a listener."""
        return Connection[DictRow].connect(self.dsn, row_factory=dict_row)
