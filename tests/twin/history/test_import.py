"""A history in the database: its figures are the file's, it comes once, and it can be taken back whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from affluent.cli.history.telling import Telling
from affluent.measure.computing import Period, together
from affluent.measure.outcomes import NAMES, Stays
from affluent.storage.database import Conn, Database
from affluent.storage.following import OutcomeFollower
from affluent.storage.history.history import HistoryWriter
from affluent.storage.history.imports import Import, NoImport, imports, keep
from affluent.storage.history.undo import take_back
from affluent.storage.outcomes import PgOutcomes, Slice
from affluent.twin.history.facts import facts_of
from affluent.twin.history.mapping import parse
from affluent.twin.history.stays import History, history

COUNTED = ("contact", "request", "customer", "customer_address", "stay", "journal", "queue", "channel", "account",
           "account_brand", "motive", "setting", "contact_words")  # fmt: skip
MAPPING = parse("""
name: other
timezone: Europe/Paris
targets: {default: 30 s}
columns:
  contact: {column: id}
  request: {column: case}
  customer: {column: phone}
  customer_is: phone
  queue: {column: queue}
  agent: {column: agent}
  motive: {column: motive}
  segment: {column: segment}
  arrived: {column: at, format: "%d/%m/%Y %H:%M:%S"}
  answered: {after: arrived, plus: [{column: wait}]}
  ended: {after: answered, plus: [{column: talk}, {column: wrap}]}
  left: {after: arrived, plus: [{column: wait}]}
  wrap: {column: wrap}
  became: {column: result, codes: {"OK": answered, "AB": abandoned}}
""")
HEADER = "id,case,phone,queue,agent,motive,segment,at,wait,talk,wrap,result\n"
JANUARY = (
    HEADER
    + """\
1,c1,01 23 45 67 89,Sales,Zoe,Price,gold,05/01/2026 09:00:00,10,60,20,OK
2,c2,,Sales,,Price,,05/01/2026 09:01:00,45,0,0,AB
3,c1,01 23 45 67 89,Care,Yan,Refund,gold,06/01/2026 10:00:00,40,120,0,OK
"""
)
FEBRUARY = "4,c3,01 23 45 67 89,Care,Zoe,Refund,gold,03/02/2026 10:00:00,5,60,5,OK\n"


@pytest.fixture
def database(dsn: str) -> Iterator[Database]:
    with psycopg.connect(dsn) as conn:
        conn.execute("insert into brand (name) values ('Boutique')")
        conn.execute(
            "insert into queue (brand_id, name, medium, target_ms, short_abandon_ms)"
            " values (1, 'sales', 'voice', 20000, 5000)"
        )
    found = Database(dsn, size_max=3)
    found.open()
    try:
        yield found
    finally:
        found.close()


def told(tmp_path: Path, text: str) -> History:
    file = tmp_path / "log.csv"
    file.write_text(text, encoding="utf-8")
    return history(file, MAPPING)


def brought(database: Database, found: History, digest: str = "d") -> Import:
    writer = HistoryWriter(database, Telling(found), facts_of)
    return writer.write("log.csv", digest, 1, lambda: 7, lambda share: None)


def counts(database: Database) -> dict[str, int]:
    with database.transaction() as conn:
        found = {one: conn.execute(f"select count(*) as n from {one}".encode()).fetchone() for one in COUNTED}
    return {one: row["n"] for one, row in found.items() if row is not None}


def rows(database: Database) -> list[dict[str, int]]:
    found = PgOutcomes(database).stays(Slice(0, 2**60, None)).rows()
    return sorted(
        ({name: getattr(one, name) for name in NAMES} for one in found),
        key=lambda one: (one["contact_id"], one["number"]),
    )


def figures(stays: Stays) -> Any:
    return together(stays, Period(0, 2**59, 2**59))


def test_figures_of_the_database_are_those_of_the_file(database: Database, tmp_path: Path) -> None:
    found = told(tmp_path, JANUARY + FEBRUARY)
    done = brought(database, found)
    assert (done.contacts, done.known, done.open) == (4, 0, 0)
    assert figures(PgOutcomes(database).stays(Slice(0, 2**60, None))) == figures(found.stays)


def test_a_name_means_what_is_there_or_is_made_archived(database: Database, tmp_path: Path) -> None:
    brought(database, told(tmp_path, JANUARY))
    with database.transaction() as conn:
        queues = conn.execute("select name, archived from queue order by id").fetchall()
        agents = conn.execute("select name, active, archived from account order by id").fetchall()
        address = conn.execute("select kind, value from customer_address").fetchall()
        segment = conn.execute("select segment from customer where segment is not null").fetchall()
    assert queues == [{"name": "sales", "archived": False}, {"name": "Care", "archived": True}]
    assert agents == [{"name": name, "active": False, "archived": True} for name in ("Zoe", "Yan")]
    assert address == [{"kind": "phone", "value": "+33123456789"}]
    assert segment == [{"segment": "gold"}]


def test_the_same_file_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    brought(database, told(tmp_path, JANUARY))
    before, stays = counts(database), rows(database)
    again = brought(database, told(tmp_path, JANUARY))
    assert (again.contacts, again.known) == (0, 3)
    assert (counts(database), rows(database)) == (before, stays)


def test_a_longer_file_brings_what_is_new(database: Database, tmp_path: Path) -> None:
    brought(database, told(tmp_path, JANUARY))
    more = brought(database, told(tmp_path, JANUARY + FEBRUARY), "e")
    assert (more.contacts, more.known) == (1, 3)
    assert counts(database)["customer"] == 2
    third = rows(database)[2]
    # The customer of January came again in February: the first import could not know.
    assert third["customer_again_ms"] == rows(database)[3]["arrived_ms"]
    assert rows(database)[0]["again_ms"] == third["arrived_ms"]


def test_the_journal_from_its_beginning_tells_the_same(database: Database, tmp_path: Path) -> None:
    brought(database, told(tmp_path, JANUARY))
    brought(database, told(tmp_path, JANUARY + FEBRUARY), "e")
    before = rows(database)
    follower = OutcomeFollower(database)
    assert follower.follow() == 0, "a history is no news"
    follower.start_anew()
    follower.catch_up()
    assert rows(database) == before


def test_an_import_is_taken_back_whole(database: Database, tmp_path: Path) -> None:
    empty = counts(database)
    first = brought(database, told(tmp_path, JANUARY))
    between, stays = counts(database), rows(database)
    second = brought(database, told(tmp_path, JANUARY + FEBRUARY), "e")
    assert take_back(database, second.id, 9)[1] == 0
    assert (counts(database), rows(database)) == (between, stays)
    take_back(database, first.id, 9)
    assert counts(database) == empty
    with pytest.raises(NoImport):
        take_back(database, first.id, 9)


def test_what_people_worked_on_stays(database: Database, tmp_path: Path) -> None:
    done = brought(database, told(tmp_path, JANUARY))
    with database.transaction() as conn:
        conn.execute(
            "insert into message (contact_id, request_id, direction, author_kind, at_ms)"
            " select id, request_id, 'note', 'agent', 1 from contact order by id limit 1"
        )
    _, kept = take_back(database, done.id, 9)
    assert kept == 1
    assert counts(database)["contact"] == 1


def test_broken_off_it_is_taken_up_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = told(tmp_path, JANUARY)
    monkeypatch.setattr("affluent.storage.history.history.BATCH", 1)

    def cut(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        HistoryWriter(database, Telling(found), facts_of).write("log.csv", "d", 1, lambda: 7, cut)
    assert counts(database)["contact"] == 2
    again = brought(database, found)
    assert (again.id, again.contacts, again.known) == (1, 3, 2)
    assert figures(PgOutcomes(database).stays(Slice(0, 2**60, None))) == figures(found.stays)
    with database.transaction() as conn:
        assert [one.finished_ms for one in imports(conn)] == [7]
    take_back(database, again.id, 9)
    assert counts(database)["stay"] == 0


def test_a_batch_that_was_sent_is_not_committed_without_the_one_before(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = told(tmp_path, JANUARY)
    module = "affluent.storage.history.history"

    def failing(conn: Conn, done: Import) -> None:
        if done.contacts == 2:
            raise RuntimeError("refused")
        keep(conn, done)

    with monkeypatch.context() as patched:
        patched.setattr(f"{module}.BATCH", 1)
        patched.setattr(f"{module}.keep", failing)
        with pytest.raises(RuntimeError):
            brought(database, found)
    assert counts(database)["contact"] == 1
    again = brought(database, found)
    assert (again.contacts, again.known, counts(database)["contact"]) == (3, 1, 3)
    assert figures(PgOutcomes(database).stays(Slice(0, 2**60, None))) == figures(found.stays)


def test_open_contacts_are_not_history(database: Database, tmp_path: Path) -> None:
    mapping = parse("""
name: tickets
columns:
  contact: {column: id}
  medium: {value: email}
  arrived: {column: at}
  answered: {column: first}
  ended: {column: solved}
""")
    file = tmp_path / "t.csv"
    file.write_text(
        "id,at,first,solved\n1,2026-01-05T09:00,2026-01-05T10:00,2026-01-06T10:00\n2,2026-01-05T09:00,,\n"
    )
    done = brought(database, history(file, mapping))
    assert (done.contacts, done.open) == (1, 1)


def test_who_may_not_switch_triggers_off_imports_as_well(
    database: Database, dsn: str, tmp_path: Path
) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute(
            "do $$ begin if not exists (select from pg_roles where rolname = 'plain_importer') then"
            " create role plain_importer; end if; end $$"
        )
        conn.execute("grant all on all tables in schema public to plain_importer")
        conn.execute("grant all on all sequences in schema public to plain_importer")
    mine = Database(make_conninfo(dsn, options="-c role=plain_importer"), size_max=2)
    mine.open()
    try:
        with mine.transaction() as conn:
            row = conn.execute("select current_setting('is_superuser') as may").fetchone()
            assert row == {"may": "off"}
        assert brought(mine, told(tmp_path, JANUARY)).contacts == 3
        take_back(mine, 1, 9)
    finally:
        mine.close()
    assert counts(database)["contact"] == 0


def test_two_spellings_of_one_number_are_one_customer(database: Database, tmp_path: Path) -> None:
    twice = JANUARY + "5,c5,+33123456789,Care,Zoe,Refund,gold,07/01/2026 10:00:00,5,60,5,OK\n"
    brought(database, told(tmp_path, twice))
    assert counts(database)["customer_address"] == 1
    with database.transaction() as conn:
        rows = conn.execute(
            "select customer_id, count(*) as n from contact group by customer_id order by n"
        ).fetchall()
        again = conn.execute(
            "select customer_again_ms > 0 as again from stay where contact_id = 3"
        ).fetchone()
    assert [row["n"] for row in rows] == [1, 3]
    assert again == {"again": True}


def test_words_that_a_broken_off_import_left_out_come_with_its_end(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = told(tmp_path, JANUARY)
    monkeypatch.setattr("affluent.storage.history.history.BATCH", 1)

    def cut(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        HistoryWriter(database, Telling(found), facts_of).write("log.csv", "d", 1, lambda: 7, cut)
    with database.transaction() as conn:
        conn.execute("delete from contact_words")
    brought(database, found)
    with database.transaction() as conn:
        rows = conn.execute("select count(*) as n from contact_words").fetchall()
    assert rows == [{"n": 2}]
