"""The database of a centre, whether the centre runs or not."""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from psycopg.rows import DictRow, dict_row

from affluent.cli.settings import Settings
from affluent.storage.database import Conn, served
from affluent.storage.sealing import Sealer
from affluent.storage.server import choose, running_dsn


@contextmanager
def reached(settings: Settings) -> Generator[str]:
    """Its DSN. A PostgreSQL of our own that is down runs for the block only. Raises `StorageError`."""
    url = settings.database_url.get_secret_value() if settings.database_url else None
    running = url or running_dsn(settings.data_dir)
    if running is not None:
        yield running
        return
    provider = choose(settings.data_dir, url=url, kind=settings.postgres)
    try:
        yield provider.start()
    finally:
        provider.stop()


@contextmanager
def owned(settings: Settings) -> Generator[str]:
    """As `reached`, but no centre may run on it. Raises `StorageError`: data_dir_in_use and those of `reached`."""
    url = settings.database_url.get_secret_value() if settings.database_url else None
    provider = choose(settings.data_dir, url=url, kind=settings.postgres)
    try:
        yield provider.start()
    finally:
        provider.stop()


@contextmanager
def connected(dsn: str) -> Generator[Conn]:
    """One transaction. Raises `Away` when the database cannot be had."""
    with served(), psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row, connect_timeout=10) as conn:
        yield conn


def sealer_at_hand(settings: Settings) -> Sealer:
    """The keys there are, without making one."""
    keys = settings.secret_keys()
    path = settings.data_dir / "secret.key"
    if keys:
        return Sealer(keys)
    return Sealer(file=path) if settings.database_url is None and path.exists() else Sealer()
