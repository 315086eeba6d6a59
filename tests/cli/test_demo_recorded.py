"""A day of the demonstration is decided again: the engine was lost, started again, and given other rules."""

import os
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg.rows import DictRow, dict_row

from affluent.centre.deciding_again import ALWAYS_DECIDED
from affluent.cli.demo.people import PASSWORD
from affluent.storage.database import Database
from affluent.storage.recorded import PgRecording, write_recording
from tests.centre.again import told_again
from tests.channels.centre import eventually
from tests.cli.demo_house import Demonstration, demonstration

pytestmark = pytest.mark.timeout(400)
LIVES_S = 120
WRITER_GOES = """
select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
and database = (select oid from pg_database where datname = current_database())"""


def count(dsn: str, query: str) -> int:
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
        row = conn.execute(query.encode()).fetchone()
    return 0 if row is None else int(row["count"])


def more_of(dsn: str, kind: str, more: int = 12) -> Callable[[], bool]:
    query = f"select count(*) as count from journal where kind = '{kind}' and seq > 0"
    before = count(dsn, query)
    return lambda: count(dsn, query) >= before + more


def lost(dsn: str) -> None:
    """The engine's memory goes with its connection to the database."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(WRITER_GOES)


def other_rules(one: Demonstration) -> None:
    """A queue becomes another one, an agent may have less, and the whole is balanced otherwise."""
    headers = {"X-Affluent": "1", "Origin": one.address}
    with httpx.Client(base_url=f"{one.address}/api/v1", headers=headers, timeout=30) as client:
        who = {"email": "claire@affluent.example", "password": PASSWORD}
        done(client.post("/session", json=who))
        for noun, changes in (
            ("queues", {"tier": 3, "offer_ms": 15_000}),
            ("agents", {"capacity": {"chat": 1}}),
            ("defaults", {"agent_order": "longest_idle"}),
        ):
            asked = {"role": "agent"} if noun == "agents" else {}
            row = done(client.get(f"/admin/{noun}", params=asked)).json()["items"][0]
            done(client.patch(f"/admin/{noun}/{row['id']}", json=changes))


def done(answer: httpx.Response) -> httpx.Response:
    assert answer.is_success, answer.text
    return answer


def test_a_day_of_the_demonstration_is_decided_again(dsn: str, tmp_path: Path) -> None:
    with demonstration(dsn, tmp_path, pace="soak") as one:
        eventually(more_of(dsn, "OfferAccepted"), "work", LIVES_S)
        other_rules(one)
        eventually(more_of(dsn, "OfferAccepted"), "work under other rules", LIVES_S)
        lost(dsn)
        eventually(more_of(dsn, "OfferAccepted"), "work after the loss", LIVES_S)
    with demonstration(dsn, tmp_path, pace="soak"):
        eventually(more_of(dsn, "OfferAccepted"), "work after the restart", LIVES_S)
    database = Database(dsn)
    database.open()
    try:
        recording = PgRecording(database)
        same, differences = told_again(recording)
        folder = os.environ.get("AFFLUENT_KEEP_JOURNAL")
        if folder:
            with (Path(folder) / "journal.jsonl").open("w", encoding="utf-8") as out:
                write_recording(recording, out)
    finally:
        database.close()
    kinds = "', '".join(sorted(ALWAYS_DECIDED))
    recorded = f"select count(*) as count from journal where seq > 0 and kind in ('{kinds}')"
    assert differences == []
    assert same == count(dsn, recorded) > 30
    built = count(dsn, "select count(*) as count from journal where kind = 'EngineBuilt'")
    learnt = count(dsn, "select count(*) as count from journal where kind = 'RulesChanged'")
    assert built >= 3, "at the start, after the loss, after the restart"
    assert built + learnt >= 5, "and for two changes of rules, taken up as it ran or by building it anew"
