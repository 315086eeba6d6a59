"""The schema of a database: which one it has, and bringing it to the one this code needs."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from affluent.storage.errors import StorageError
from affluent.storage.server import check_version

# Any number will do, as long as every version of Affluent uses the same.
LOCK = 0x_AFF1_0E17


def migrate(dsn: str) -> None:
    """Bring the schema of the database to the newest. Servers that start together do it one after the other.

    Raises `StorageError`: too_old, database_newer, database_unreachable.
    """
    with _connected(dsn) as guard:
        check_version(guard)
        guard.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        with _engine(dsn).connect() as connection:
            found = _revision(connection)
            if found is not None and found not in known():
                raise StorageError("database_newer", found=found, known=newest())
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()


def current(dsn: str) -> str | None:
    """The revision of the schema in the database; None for an empty database.

    Raises `StorageError` (database_unreachable).
    """
    with _connected(dsn), _engine(dsn).connect() as connection:
        return _revision(connection)


def newest() -> str:
    """The revision this code needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def known() -> frozenset[str]:
    """Every revision this code can bring to the newest."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return frozenset(script.revision for script in scripts)


def _config() -> Config:
    config = Config()
    # Alembic reads "%" as the start of a placeholder.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _engine(dsn: str) -> sqlalchemy.Engine:
    # A creator, not a URL: PostgreSQL's own forms of an address stay valid.
    return sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(dsn), poolclass=sqlalchemy.NullPool
    )


def _revision(connection: sqlalchemy.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _connected(dsn: str) -> Generator[psycopg.Connection[tuple[object, ...]], None, None]:
    try:
        connection = psycopg.connect(dsn, autocommit=True, connect_timeout=10)
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        raise StorageError("database_unreachable", detail=str(error).strip()) from error
    with connection:
        yield connection
