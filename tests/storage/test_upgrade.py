"""A centre of any released schema comes to the newest with all it held; none goes back."""

from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg.rows import dict_row
from tests.centre.replay import replayed
from tests.centre.stage import START_MS, MadeClock, furnish
from tests.support.postgres import Databases

from affluent.centre.hub import Hub
from affluent.centre.runner import Runner
from affluent.storage import words
from affluent.storage.backup import back_up, tables
from affluent.storage.database import Database
from affluent.storage.errors import StorageError
from affluent.storage.migrate import current, known, migrate, newest
from affluent.storage.restore import restore
from affluent.storage.store import PgPartition

SCHEMAS = sorted(known())
OLD = [one for one in SCHEMAS if one != newest()]

# Written for the first schema, in its columns only: later ones add to it.
LIFE: LiteralString = """
insert into hours (name, timezone, weekly) values ('Week', 'Europe/Paris', '{"mon": [["09:00", "18:00"]]}');
update queue set hours_id = (select min(id) from hours);
insert into customer (brand_id, name, language, created_ms)
  select id, 'Zoé Œuvrard', 'fr', 1 from brand where name = 'North';
insert into customer_address (customer_id, brand_id, kind, value)
  select id, brand_id, 'email', 'zoe@customer.example' from customer;
insert into request (brand_id, customer_id, subject, opened_ms)
  select brand_id, id, 'Colis perdu', 1790000000000 from customer, generate_series(1, 3);
insert into contact (request_id, brand_id, customer_id, channel_id, medium, queue_id, state, subject,
    arrived_ms, queued_ms)
  select r.id, r.brand_id, r.customer_id, c.id, 'email', c.queue_id, 'waiting', r.subject, r.opened_ms, r.opened_ms
  from request r join channel c on c.public_key = 'mail_door';
insert into file (brand_id, filename, content_type, size, sha256, content, created_ms)
  select id, 'reçu.pdf', 'application/pdf', 3, '\\x01', '\\x00ff0a', 1 from brand where name = 'North';
insert into message (contact_id, request_id, direction, author_kind, at_ms, text, new_text)
  select id, request_id, 'in', 'customer', arrived_ms, E'Où est-il ?\\tMerci\\\\', 'Où est-il ?' from contact;
insert into message_file (message_id, file_id) select max(m.id), max(f.id) from message m, file f;
insert into journal (at_ms, kind, contact_id, data) select arrived_ms, 'ContactReceived', id,
  jsonb_build_object('at_ms', arrived_ms, 'contact_id', id, 'request_id', request_id, 'customer_id', customer_id,
    'brand_id', brand_id, 'channel_id', channel_id, 'medium', medium) from contact order by id;
insert into journal (at_ms, kind, contact_id, data) select arrived_ms, 'ContactQueued', id,
  jsonb_build_object('at_ms', arrived_ms, 'contact_id', id, 'queue_id', queue_id) from contact order by id;
insert into outbox (kind, message_id, contact_id, state, due_ms, created_ms)
  select 'mail', id, contact_id, 'due', 1, 1 from message;
insert into setting values ('of_then', '{"kept": true}');
"""


def filled(dsn: str, revision: str) -> None:
    migrate(dsn, revision)
    furnish(dsn)
    with psycopg.connect(dsn) as conn:
        conn.execute(LIFE)


def content(dsn: str, columns: dict[str, list[str]] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in the columns given or in all."""
    with psycopg.Connection[dict[str, Any]].connect(dsn, row_factory=dict_row) as conn:
        wanted = columns or {name: row["columns"] for name, row in tables(conn).items()}
        found: dict[str, list[dict[str, Any]]] = {}
        for name, names in wanted.items():
            listed = ", ".join(f'"{one}"' for one in names)
            rows = conn.execute(f'select {listed} from "{name}"'.encode()).fetchall()
            found[name] = sorted(rows, key=str)
        return found


def without_calls(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Whoever was there when the telephone came takes one call at a time as well: all else is as it was."""
    limits = found["agent_capacity"]
    calls = [row for row in limits if row["medium"] == "voice"]
    taken = {row["account_id"]: row["limit_count"] for row in calls}
    assert taken in ({}, {row["account_id"]: 1 for row in limits})
    return found | {"agent_capacity": [row for row in limits if row["medium"] != "voice"]}


@pytest.mark.parametrize("revision", OLD)
def test_all_that_an_older_schema_held_is_there_in_the_newest(databases: Databases, revision: str) -> None:
    with databases.fresh(migrated=False) as dsn:
        filled(dsn, revision)
        before = content(dsn)
        assert current(dsn) == revision
        migrate(dsn)
        assert current(dsn) == newest()
        columns = {name: list(rows[0]) for name, rows in before.items() if rows}
        after = content(dsn, columns)
        # A follower of the journal that came with a newer schema begins at its first fact.
        if "followed" in after:
            after["followed"] = [
                row for row in after["followed"] if row in before["followed"] or row["seq"] != 0
            ]
        assert without_calls(after) == {name: before[name] for name in columns}


def test_a_centre_begun_with_the_first_schema_goes_on_with_the_newest(databases: Databases) -> None:
    with databases.fresh(migrated=False) as dsn:
        filled(dsn, SCHEMAS[0])
        migrate(dsn)
        database = Database(dsn)
        database.open()
        runner = Runner(PgPartition(database), MadeClock(), Hub())
        runner.start()
        try:
            assert runner.wait_until_leading(20)
            assert [runner.position(row["id"]) for row in content(dsn)["contact"]] == [0, 1, 2]
        finally:
            runner.stop()
            database.close()
        rows = content(dsn)
        facts = sorted(rows["journal"], key=lambda one: one["seq"])
        states = replayed([one for one in facts if one["contact_id"]])
        assert states == {one["id"]: one["state"] for one in rows["contact"]}


def test_the_words_of_what_was_there_before_the_search_are_found_in_the_end(databases: Databases) -> None:
    with databases.fresh(migrated=False) as dsn:
        filled(dsn, "0003")
        migrate(dsn)
        database = Database(dsn)
        database.open()
        try:
            with database.transaction() as conn:
                assert words.progress(conn) == words.Progress(0, 0, 3)
            words.WordsFollower(database).catch_up()
            with database.transaction() as conn:
                assert words.progress(conn) == words.Progress(0, 0, 0)
        finally:
            database.close()
        found = content(dsn, {"contact_words": ["contact_id", "words"]})["contact_words"]
        assert len(found) == 3 and all("'colis'" in one["words"] for one in found)


def test_an_upgraded_schema_is_the_one_a_new_centre_has(databases: Databases) -> None:
    shape: LiteralString = (
        "select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns"
        " where table_schema = 'public' union all select tablename, indexname, indexdef, '', '' from pg_indexes"
        " where schemaname = 'public' order by 1, 2"
    )
    with databases.fresh() as new, databases.fresh(migrated=False) as old:
        filled(old, SCHEMAS[0])
        migrate(old)
        with psycopg.connect(new) as one, psycopg.connect(old) as other:
            assert one.execute(shape).fetchall() == other.execute(shape).fetchall()


def test_a_backup_of_the_first_schema_is_restored_into_the_newest(
    databases: Databases, tmp_path: Path
) -> None:
    path = tmp_path / "old.backup"
    with databases.fresh(migrated=False) as old, databases.fresh(migrated=False) as new:
        filled(old, SCHEMAS[0])
        before = content(old)
        back_up(old, path, version="0.1.0", now_ms=START_MS, extras={})
        restore(new, path, now_ms=START_MS + 1, replace=False)
        assert current(new) == newest()
        columns = {name: list(rows[0]) for name, rows in before.items() if rows and name != "setting"}
        assert without_calls(content(new, columns)) == {name: before[name] for name in columns}


def test_there_is_no_way_down(databases: Databases) -> None:
    with databases.fresh() as dsn:
        with psycopg.connect(dsn) as conn:
            conn.execute("update alembic_version set version_num = '9999'")
        with pytest.raises(StorageError) as refused:
            migrate(dsn)
        assert (refused.value.code, current(dsn)) == ("database_newer", "9999")
        for locale in ("en", "fr"):
            text = refused.value.text(locale)
            assert "9999" in text
            assert newest() in text
