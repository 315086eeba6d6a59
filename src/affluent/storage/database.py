"""The way to PostgreSQL: one pool, one kind of connection."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TypeVar
from weakref import WeakKeyDictionary

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from affluent.centre.ports import Spoiled
from affluent.centre.refusals import Away

Conn = Connection[DictRow]
C = TypeVar("C", bound=Connection[DictRow])
CHECK_EVERY_S = 1.0
WAIT_S_MAX = 8.0
RECONNECT_S_MAX = 2.5
"""How long the pool tries for one connection. Short: its pauses double, and each new use begins anew at once."""
# A cut cable says nothing: what does not answer within seconds is given up.
LIVELY = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 12_000,
}


class _Served:
    """Without a state, and no generator: every command of the writer passes through it."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if not isinstance(fault, psycopg.Error | Spoiled):
            return
        cause = fault.__cause__ if isinstance(fault, Spoiled) else fault
        if isinstance(cause, psycopg.errors.DiskFull):
            raise Away("disk_full") from cause
        if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError) and _absent(cause):
            raise Away from cause


_SERVED = _Served()


def served() -> _Served:
    """What a server's absence or its full disk looks like becomes `Away`; all else stays what it is."""
    return _SERVED


def _absent(fault: psycopg.Error) -> bool:
    """Whether the server went, or has no means: not what it has against one statement."""
    return fault.sqlstate is None or fault.sqlstate.startswith(("08", "25P03", "53", "57P", "58"))


class Database:
    """A pool of connections with dictionary rows."""

    def __init__(self, dsn: str, *, size_max: int = 12) -> None:
        # What the operator said of a connection goes before what we say.
        self.dsn = make_conninfo("", **{**LIVELY, **conninfo_to_dict(dsn)})
        self._checked_s: WeakKeyDictionary[Conn, float] = WeakKeyDictionary()
        self._pool: ConnectionPool[Connection[DictRow]] = ConnectionPool(
            self.dsn,
            min_size=1,
            max_size=size_max,
            open=False,
            kwargs={"row_factory": dict_row, "autocommit": True},
            timeout=WAIT_S_MAX,
            reconnect_timeout=RECONNECT_S_MAX,
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
        """A connection whose work is committed at the end, or rolled back on an exception.

        Raises `Away` when the server cannot be had, or has no room.
        """
        with served(), self._pool.connection() as conn, conn.transaction():
            yield conn

    @contextmanager
    def reading(self) -> Generator[Conn]:
        """A connection for questions, each a transaction of its own: none waits for a begin and a commit.

        Raises `Away` as `transaction` does.
        """
        with served(), self._pool.connection() as conn:
            yield conn

    def connect(self) -> Conn:
        """A connection of its own, for one that lives long: the postman, a listener. Raises `Away`."""
        return self.connect_as(Connection[DictRow])

    def connect_as(self, kind: type[C]) -> C:
        with served():
            return kind.connect(self.dsn, row_factory=dict_row)
