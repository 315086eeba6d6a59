"""The history of the demonstration is what a living centre writes: same facts, same states, and the centre goes on."""

from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import fields
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import DictRow, dict_row
from rich.console import Console

from affluent.centre.hub import Hub
from affluent.centre.runner import Runner
from affluent.centre.transaction import Transaction
from affluent.cli.clock import WallClock
from affluent.cli.demo import demo
from affluent.cli.settings import Settings
from affluent.facts import contact as facts
from affluent.facts.contact import ContactFact
from affluent.facts.media import Medium, Outcome
from affluent.facts.states import ContactState, moved
from affluent.storage import words
from affluent.storage.database import Database
from affluent.storage.store import PgPartition
from tests.support.postgres import Databases

pytestmark = pytest.mark.timeout(240)
DAYS = 1.5
KINDS: dict[str, type[ContactFact]] = {
    kind.__name__: kind
    for kind in ContactFact.__args__  # pyright: ignore[reportAttributeAccessIssue] -- a union
}


@pytest.fixture(scope="module")
def past(clusters: Callable[[str], Databases], tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """A furnished centre with a day and a half behind it, for all of these tests: it takes a while."""
    with clusters("embedded").fresh() as dsn:
        _furnish(dsn, tmp_path_factory.mktemp("past"))
        yield dsn


def _furnish(dsn: str, folder: Path) -> None:
    demo.furnish(dsn, Settings(data_dir=folder, port=8799), 2599, Console(quiet=True), days=DAYS)


def _rows(dsn: str, query: str) -> list[dict[str, Any]]:
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
        return conn.execute(query.encode()).fetchall()


def _fact(row: dict[str, Any]) -> ContactFact:
    kind = KINDS[row["kind"]]
    values: dict[str, Any] = {**row["data"], "at_ms": row["at_ms"]}
    values |= {
        name: row[name] for name in ("contact_id", "agent_id") if name in {one.name for one in fields(kind)}
    }
    if kind is facts.ContactReceived:
        values["medium"] = Medium(values["medium"])
    if kind is facts.ContactClosed:
        values["outcome"] = Outcome(values["outcome"])
    return kind(**values)


def test_every_state_follows_from_the_journal(past: str) -> None:
    states: dict[int, ContactState] = {}
    last_ms = 0
    for row in _rows(past, "select * from journal order by seq"):
        assert row["at_ms"] >= last_ms, "facts stand in the order in which they took effect"
        last_ms = row["at_ms"]
        if row["kind"] in KINDS:
            fact = _fact(row)
            states[fact.contact_id] = moved(states.get(fact.contact_id, ContactState.NEW), type(fact))
    contacts = _rows(past, "select id, state from contact")
    assert len(contacts) > 100
    assert {row["id"]: row["state"] for row in contacts} == {
        one: state.value for one, state in states.items()
    }


def test_the_past_holds_what_a_centre_knows(past: str) -> None:
    outcomes = Counter(row["outcome"] for row in _rows(past, "select outcome from contact"))
    assert outcomes["resolved"] > sum(outcomes.values()) / 2
    assert {row["medium"] for row in _rows(past, "select distinct medium from contact")} == {
        "chat",
        "email",
        "form",
    }
    assert not _rows(past, "select id from outbox where state <> 'done'"), "nothing of the past is sent now"
    now_ms = WallClock().now_ms()
    assert not _rows(past, f"select id from contact where arrived_ms > {now_ms} or closed_ms > {now_ms}")
    # No chat is cut in the middle: those who would be there now came by the form.
    live = "('received', 'waiting', 'offered', 'in_hand')"
    assert not _rows(past, f"select id from contact where medium = 'chat' and state in {live}")
    texts = _rows(past, "select text from message where direction <> 'event'")
    assert all(row["text"] and "{" not in row["text"] for row in texts)


def test_a_second_start_lives_through_nothing_again(past: str, tmp_path: Path) -> None:
    before = _rows(past, "select count(*) as n, max(seq) as last from journal")
    _furnish(past, tmp_path)
    assert _rows(past, "select count(*) as n, max(seq) as last from journal") == before


def test_the_centre_takes_over_what_is_open(past: str) -> None:
    database = Database(past)
    database.open()
    runner = Runner(PgPartition(database), WallClock(), Hub())
    runner.start()
    try:
        assert runner.wait_until_leading(60)

        def one_more(tx: Transaction) -> int:
            return tx.store.contacts.next_id()

        newest = _rows(past, "select max(id) as id from contact")[0]["id"]
        assert runner.do(one_more) > newest
    finally:
        runner.stop()
        database.close()


def test_the_words_of_the_past_are_found_in_the_end(past: str) -> None:
    database = Database(past)
    database.open()
    try:
        with database.transaction() as conn:
            before = words.progress(conn)
        # Nothing of the past is found yet; behind is at most what the engine wrote as it was built.
        assert (before.behind < 3, before.past_done) == (True, 0) and before.past_all > 0
        words.WordsFollower(database).catch_up()
        with database.transaction() as conn:
            assert words.progress(conn) == words.Progress(0, 0, 0)
    finally:
        database.close()
    contacts, indexed = (
        _rows(past, f"select count(*) as n from {table}")[0]["n"] for table in ("contact", "contact_words")
    )
    assert contacts == indexed
