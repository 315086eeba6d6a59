"""Migrations: to the newest schema, once, whatever starts together, and never backwards."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from tests.support.versions import EVERY_POSTGRES

from affluent.storage.errors import StorageError
from affluent.storage.migrate import MIGRATIONS, current, known, migrate, newest


@EVERY_POSTGRES
def test_an_empty_database_reaches_the_newest_schema(empty_dsn: str) -> None:
    assert current(empty_dsn) is None
    migrate(empty_dsn)
    assert current(empty_dsn) == newest()


@EVERY_POSTGRES
def test_servers_that_start_together_migrate_once(empty_dsn: str) -> None:
    with ThreadPoolExecutor(6) as starting:
        list(starting.map(migrate, [empty_dsn] * 6))
    assert current(empty_dsn) == newest()


def test_migrating_again_changes_nothing(dsn: str) -> None:
    before = _tables(dsn)
    migrate(dsn)
    assert _tables(dsn) == before


def test_a_database_newer_than_the_code_is_refused_and_left_alone(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError) as refused:
        migrate(dsn)
    assert refused.value.code == "database_newer"
    assert "9999" in refused.value.text("fr")
    assert current(dsn) == "9999"


def test_an_unreachable_database_says_so() -> None:
    with pytest.raises(StorageError) as refused:
        migrate("host=/nowhere dbname=affluent")
    assert refused.value.code == "database_unreachable"


def test_files_are_numbered_as_alembic_orders_them() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert known() == {script.revision for script in scripts.walk_revisions()}
    assert newest() == scripts.get_current_head()


def _tables(dsn: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT relname, reltuples FROM pg_class ORDER BY oid").fetchall()
