"""The schema of a database: which one it has, and bringing it to the one this code needs."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from affluent.storage.errors import StorageError
from affluent.storage.server import check_version

# Any number will do, as long as every version of Affluent uses the same.
LOCK = 0x_AFF1_0E17
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(dsn: str, to: str | None = None) -> None:
    """Bring the schema of the database to the newest, or to the revision `to`, never backwards.

    Servers that start together do it one after the other.

    Raises `StorageError`: too_old, database_newer, database_unreachable.
    """
    with _connected(dsn) as guard:
        check_version(guard)
        guard.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        found = _revision(guard)
        if found == (to or newest()):
            return
        if found is not None and found not in known():
            raise StorageError("database_newer", found=found, known=newest())
        _upgrade(dsn, to or "head")


def current(dsn: str) -> str | None:
    """The revision of the schema in the database; None for an empty database.

    Raises `StorageError` (database_unreachable).
    """
    with _connected(dsn) as connection:
        return _revision(connection)


def newest() -> str:
    """The revision this code needs."""
    return max(known())


def known() -> frozenset[str]:
    """Every revision this code can bring to the newest, as the files in `versions` are numbered."""
    numbered = (re.match(r"v(\d+)_", path.name) for path in (MIGRATIONS / "versions").glob("v*.py"))
    return frozenset(match[1] for match in numbered if match is not None)


def _upgrade(dsn: str, to: str) -> None:
    # Alembic and SQLAlchemy take a second to import, and most starts have nothing to migrate.
    import sqlalchemy  # noqa: PLC0415 - see above
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    # Alembic reads "%" as the start of a placeholder.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    # A creator, not a URL: PostgreSQL's own forms of an address stay valid.
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(dsn), poolclass=sqlalchemy.NullPool
    )
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        connection.commit()


def _revision(connection: psycopg.Connection[tuple[object, ...]]) -> str | None:
    if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


@contextmanager
def _connected(dsn: str) -> Generator[psycopg.Connection[tuple[object, ...]], None, None]:
    try:
        connection = psycopg.connect(dsn, autocommit=True, connect_timeout=10)
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        raise StorageError("database_unreachable", detail=str(error).strip()) from error
    with connection:
        yield connection
