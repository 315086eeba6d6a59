"""A backup holds everything of one instant, and comes back as it was: elsewhere, later, and quiet."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from tests.centre.replay import replayed
from tests.centre.stage import START_MS, MadeClock, Stage, staged
from tests.support.postgres import Databases
from tests.support.versions import EVERY_POSTGRES

from affluent.centre import answering
from affluent.centre.holding_back import Waiting
from affluent.centre.hub import Hub
from affluent.centre.runner import Runner
from affluent.storage import outbound
from affluent.storage.backup import back_up, put_away_old, tables
from affluent.storage.backup_file import extra, verify
from affluent.storage.database import Database
from affluent.storage.errors import StorageError
from affluent.storage.migrate import current, newest
from affluent.storage.post import PgPost
from affluent.storage.restore import NUMBERS_APART, restore
from affluent.storage.store import PgPartition

OURS = ("setting",)
"""Where a backup and a restore write down themselves."""


def everything(dsn: str) -> dict[str, list[Any]]:
    """All rows of all tables, as text, in one order."""
    with psycopg.Connection[dict[str, Any]].connect(dsn, row_factory=dict_row) as conn:
        return {
            name: sorted(
                str(row["row"])
                for row in conn.execute(
                    sql.SQL("select t::text as row from {} t").format(sql.Identifier(name))
                )
            )
            for name in tables(conn)
            if name not in OURS
        }


def saved(dsn: str, path: Path, now_ms: int = START_MS) -> Path:
    back_up(dsn, path, version="1", now_ms=now_ms, extras={"note": b"beside"})
    return path


@EVERY_POSTGRES
def test_all_tables_come_back_row_for_row(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh() as dsn, databases.fresh(migrated=False) as other:
        with staged(dsn) as stage:
            live(stage)
        path = saved(dsn, tmp_path / "one.backup")
        assert path.stat().st_mode & 0o777 == 0o600
        assert extra(path, "note") == b"beside"
        restore(other, path, now_ms=START_MS + 1, replace=False)
        assert current(other) == newest()
        before, after = everything(dsn), everything(other)
        assert before == after
        assert sum(map(len, before.values())) > 50
        with psycopg.connect(other) as conn:
            made = conn.execute("insert into brand (name) values ('New') returning id").fetchone()
        assert made is not None
        assert made[0] > NUMBERS_APART, "numbers given out since the backup are not given out again"


def live(stage: Stage) -> None:
    """Some contacts of each kind; Ada holds one chat and answers a mail."""
    for number in range(3):
        stage.mail(subject=f"Mail {number}\twith a tab, \\N and é", raw=b"\x00\xff raw")
        stage.form(f"form-{number}")
        stage.chat()
    stage.ready(stage.ids.ada)
    for row in stage.query("select id, medium from contact where agent_id = %s order by id", stage.ids.ada):
        stage.in_hand_of(stage.ids.ada, row["id"])
        if row["medium"] == "email":
            answer(stage, row["id"])


def answer(stage: Stage, contact_id: int) -> None:
    stage.do(
        answering.reply,
        contact_id=contact_id,
        agent_id=stage.ids.ada,
        text="Here it is.",
        key=f"key-{contact_id}",
    )


def test_a_backup_made_while_contacts_arrive_is_of_one_instant(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh() as dsn, databases.fresh(migrated=False) as other:
        with staged(dsn) as stage:
            stage.ready(stage.ids.ada, stage.ids.bob)
            busy = threading.Event()
            done = threading.Event()

            def arrive() -> None:
                number = 0
                while not done.is_set():
                    stage.mail(subject=f"while {number}")
                    number += 1
                    if number == 20:
                        busy.set()

            coming = threading.Thread(target=arrive)
            coming.start()
            try:
                assert busy.wait(30)
                path = saved(dsn, tmp_path / "busy.backup")
            finally:
                done.set()
                coming.join(30)
        restore(other, path, now_ms=START_MS, replace=False)
        facts = rows(
            other, "select kind, contact_id, agent_id, data from journal where contact_id > 0 order by seq"
        )
        states = {row["id"]: row["state"] for row in rows(other, "select id, state from contact")}
        assert replayed(facts) == states, "the journal and the states are of the same instant"
        assert 20 <= len(states) <= len(rows(dsn, "select id from contact"))
        # And the centre goes on.
        database = Database(other)
        database.open()
        clock = MadeClock()
        runner = Runner(PgPartition(database), clock, Hub())
        runner.start()
        try:
            assert runner.wait_until_leading(20)
            before = {row["id"]: row["state"] for row in rows(other, "select id, state from contact")}
            assert before.keys() == states.keys()
        finally:
            runner.stop()
            database.close()


def rows(dsn: str, query: str) -> list[dict[str, Any]]:
    with psycopg.Connection[dict[str, Any]].connect(dsn, row_factory=dict_row) as conn:
        return conn.execute(query.encode()).fetchall()


def test_a_restored_centre_sends_nothing_before_it_is_released_and_then_asks(
    databases: Databases, tmp_path: Path
) -> None:
    with databases.fresh() as dsn, databases.fresh(migrated=False) as other:
        with staged(dsn) as stage:
            live(stage)
        assert len(rows(dsn, "select id from outbox where state = 'due'")) == 3
        path = saved(dsn, tmp_path / "one.backup")
        restore(other, path, now_ms=START_MS + 5, replace=False)
        database = Database(other)
        database.open()
        try:
            post = PgPost(database)
            late_ms = START_MS + 1_000_000
            assert post.due(late_ms, 10) == []
            assert post.next_due_ms() is None
            with database.transaction() as conn:
                assert outbound.release(conn, send_all=False) == Waiting(START_MS + 5, START_MS, 3, 3, 0)
            assert post.due(late_ms, 10) == []
            assert len(post.interrupted()) == 3, "the postman shows them to agents as unconfirmed"
            with database.transaction() as conn:
                assert outbound.outbound(conn).held_ms is None
        finally:
            database.close()


def test_two_restored_databases_write_mails_under_different_numbers(
    databases: Databases, tmp_path: Path
) -> None:
    with databases.fresh() as dsn:
        with staged(dsn) as stage:
            live(stage)
        database = Database(dsn)
        database.open()
        before = PgPost(database).installation()
        database.close()
        path = saved(dsn, tmp_path / "one.backup")
        restore(dsn, path, now_ms=START_MS + 5, replace=True)
        database = Database(dsn)
        database.open()
        assert PgPost(database).installation() != before
        database.close()


def test_what_stands_there_is_kept_unless_told_and_until_the_new_is_whole(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with databases.fresh() as dsn, databases.fresh() as other:
        with staged(dsn) as stage:
            live(stage)
        with staged(other) as stage:
            stage.mail(subject="of the other")
        before = everything(other)
        path = saved(dsn, tmp_path / "one.backup")
        assert refused(lambda: restore(other, path, now_ms=1, replace=False)) == "target_not_empty"
        with monkeypatch.context() as broken:
            broken.setattr("affluent.storage.restore._begin_anew", fail)
            with pytest.raises(ZeroDivisionError):
                restore(other, path, now_ms=1, replace=True)
        assert everything(other) == before
        restore(other, path, now_ms=1, replace=True)
        assert everything(other) == everything(dsn)
        assert rows(other, "select nspname from pg_namespace where nspname like 'affluent%'") == []


def fail(*_: object) -> None:
    raise ZeroDivisionError


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(StorageError) as error:
        work()
    for locale in ("en", "fr"):
        assert "{" not in error.value.text(locale)
    return error.value.code


def test_after_a_restore_everybody_signs_in_again(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh() as dsn:
        with staged(dsn) as stage:
            ada = stage.ids.ada
        with psycopg.connect(dsn) as conn:
            conn.execute(
                "insert into session (token_hash, account_id, created_ms, last_seen_ms, expires_ms)"
                " values ('x', %s, 1, 1, 9)",
                [ada],
            )
        path = saved(dsn, tmp_path / "one.backup")
        restore(dsn, path, now_ms=START_MS, replace=True)
        assert rows(dsn, "select revoked from session") == [{"revoked": True}]


def test_who_does_not_own_the_database_is_told_so(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh() as dsn:
        path = saved(dsn, tmp_path / "one.backup")
        with psycopg.connect(dsn) as conn:
            conn.execute("drop role if exists somebody")
            conn.execute("create role somebody login")
            conn.execute("grant all on all tables in schema public to somebody")
        theirs = dsn.replace("user=affluent", "user=somebody")
        assert refused(lambda: restore(theirs, path, now_ms=1, replace=True)) == "not_owner"
        with psycopg.connect(dsn) as conn:
            conn.execute("drop owned by somebody")
            conn.execute("drop role somebody")


def test_what_must_not_be_restored_is_refused(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh() as dsn, databases.fresh(migrated=False) as other:
        path = saved(dsn, tmp_path / "one.backup")
        assert refused(lambda: saved(dsn, path)) == "backup_exists"
        assert refused(lambda: verify(tmp_path / "no")) == "backup_missing"
        whole = path.read_bytes()
        cut, turned, foreign = (tmp_path / name for name in ("cut", "turned", "foreign"))
        cut.write_bytes(whole[: len(whole) // 2])
        turned.write_bytes(whole[:500] + bytes([whole[500] ^ 1]) + whole[501:])
        foreign.write_bytes(b"a text")
        for bad in (cut, turned, foreign):
            assert refused(lambda bad=bad: restore(other, bad, now_ms=1, replace=False)) == "backup_damaged"
        with psycopg.connect(dsn) as conn:
            conn.execute("update alembic_version set version_num = '9999'")
        newer = saved(dsn, tmp_path / "newer.backup")
        assert refused(lambda: restore(other, newer, now_ms=1, replace=False)) == "backup_newer"
        assert refused(lambda: saved(other, tmp_path / "none")) == "nothing_to_back_up"
        with psycopg.connect(other) as conn:
            conn.execute("create table somebody_elses (id int)")
        assert refused(lambda: restore(other, path, now_ms=1, replace=True)) == "target_not_ours"
        assert list(tmp_path.glob("*.part")) == []


def test_a_running_centre_is_not_restored_over(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh() as dsn, staged(dsn) as stage:
        stage.mail()
        path = saved(dsn, tmp_path / "one.backup")
        assert refused(lambda: restore(dsn, path, now_ms=1, replace=True)) == "centre_running"


def test_old_backups_go_but_nothing_else(tmp_path: Path) -> None:
    for day in range(1, 6):
        (tmp_path / f"affluent-2026010{day}T000000Z.backup").touch()
    (tmp_path / "kept-by-hand.backup").touch()
    assert [one.name[9:17] for one in put_away_old(tmp_path, 3)] == ["20260101", "20260102"]
    assert len(list(tmp_path.iterdir())) == 4
