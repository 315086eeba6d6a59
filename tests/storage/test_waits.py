"""Announced waits follow the journal, know after a restart what they knew, and are silent where nobody is on line."""

import json
from collections.abc import Iterator
from typing import Any, LiteralString

import numpy as np
import psycopg
import pytest

from affluent.centre.hub import SettingsChanged
from affluent.storage.database import Database
from affluent.storage.waits import WaitsFollower


@pytest.fixture
def database(dsn: str) -> Iterator[Database]:
    with psycopg.connect(dsn) as conn:
        conn.execute("insert into brand (name) values ('Boutique')")
        conn.execute(
            "insert into queue (brand_id, name, medium, target_ms, short_abandon_ms) values"
            " (1, 'chat', 'chat', 40000, 5000), (1, 'mail', 'email', 14400000, 5000)"
        )
    found = Database(dsn, size_max=2)
    found.open()
    try:
        yield found
    finally:
        found.close()


def written(database: Database, facts: list[tuple[int, str, int, dict[str, int]]]) -> None:
    with database.transaction() as conn:
        for at_ms, kind, contact, data in facts:
            conn.execute(
                "insert into journal (at_ms, kind, contact_id, data) values (%s, %s, %s, %s)",
                [at_ms, kind, contact, json.dumps(data)],
            )


def an_hour(seed: int, queue_id: int = 1) -> list[tuple[int, str, int, dict[str, int]]]:
    """One after the other waits, one in ten in vain; never more than three at once."""
    rng = np.random.default_rng(seed)
    facts: list[tuple[int, str, int, dict[str, int]]] = []
    at_ms = 1_000_000
    for contact in range(400):
        at_ms += 40_000
        facts.append((at_ms, "ContactQueued", contact, {"queue_id": queue_id}))
        end_ms = at_ms + int(rng.exponential(50_000)) + 3_000
        facts.append((end_ms, "ContactAbandoned" if rng.random() < 0.1 else "OfferAccepted", contact, {}))
    return sorted(facts, key=lambda fact: fact[0])


def caught_up(database: Database) -> WaitsFollower:
    follower = WaitsFollower(database)
    while follower.follow():
        pass
    return follower


def test_what_is_announced_survives_a_restart(database: Database) -> None:
    facts = an_hour(1)
    now_ms = facts[-1][0]
    facts.append((now_ms, "ContactQueued", 9_000, {"queue_id": 1}))
    written(database, facts)
    follower = caught_up(database)
    (told,) = follower.told(now_ms + 5_000)
    assert told.waiting == 1
    assert told.held is not None
    assert told.looked_at > 100
    found = follower.range_of(9_000, now_ms + 5_000)
    assert found is not None
    assert 0 <= found.low_ms < found.high_ms < 600_000
    again = caught_up(database)
    assert again.told(now_ms + 5_000) == follower.told(now_ms + 5_000)
    assert again.range_of(9_000, now_ms + 5_000) == found


def test_news_are_followed_and_who_is_served_is_told_nothing_more(database: Database) -> None:
    facts = an_hour(2)
    now_ms = facts[-1][0]
    written(database, facts)
    follower = caught_up(database)
    written(database, [(now_ms, "ContactQueued", 9_000, {"queue_id": 1})])
    assert follower.range_of(9_000, now_ms + 3_000) is None
    assert follower.follow() == 1
    assert follower.range_of(9_000, now_ms + 3_000) is not None
    written(database, [(now_ms + 4_000, "OfferAccepted", 9_000, {})])
    follower.follow()
    assert follower.range_of(9_000, now_ms + 5_000) is None


def test_letters_are_told_no_wait(database: Database) -> None:
    written(database, an_hour(3, queue_id=2))
    assert caught_up(database).told(10**9) == []


def told_rows(database: Database) -> list[dict[str, Any]]:
    with database.reading() as conn:
        return conn.execute("select * from wait_told order by queue_id, at_ms, announced").fetchall()


def changed(database: Database, query: LiteralString) -> None:
    with database.transaction() as conn:
        conn.execute(query)


def test_how_announcements_went_is_counted_once_whoever_follows(database: Database) -> None:
    facts = an_hour(4)
    written(database, facts[:600])
    caught_up(database)
    first = told_rows(database)
    assert sum(row["looked_at"] for row in first) > 100
    caught_up(database)
    assert told_rows(database) == first, "a restart counts nothing twice"
    follower, other = caught_up(database), caught_up(database)
    written(database, facts[600:])
    for one in (follower, other, follower, other):
        one.follow()
    rows = told_rows(database)
    counted = sum(row["looked_at"] for row in rows)
    assert counted > sum(row["looked_at"] for row in first)
    with database.transaction() as conn:
        conn.execute("truncate wait_told")
        conn.execute("update followed set seq = 0 where follower = 'waits'")
    caught_up(database)
    assert sum(row["looked_at"] for row in told_rows(database)) == counted
    silent = sum(row["silent"] for row in rows)
    assert 20 < silent < counted, "the first forty were told nothing"
    assert sum(row["silent"] for row in told_rows(database)) == silent
    held = sum(row["held"] for row in rows)
    assert 0.65 < held / counted < 0.95
    assert all(row["announced"] and row["width_ms"] == row["bare_width_ms"] for row in rows)


def test_a_queue_that_announces_nothing_tells_customers_nothing_and_counts_what_it_would_have_said(
    database: Database,
) -> None:
    facts = an_hour(5)
    now_ms = facts[-1][0]
    written(database, [*facts, (now_ms, "ContactQueued", 9_000, {"queue_id": 1})])
    changed(database, "update queue set announces = false, announce_share = 0.9")
    follower = caught_up(database)
    assert follower.range_of(9_000, now_ms + 5_000) is None
    (told,) = follower.told(now_ms + 5_000)
    assert told.next is not None, "the board knows all the same"
    assert (told.rule.announces, told.rule.share) == (False, 0.9)
    assert {row["announced"] for row in told_rows(database)} == {False}
    changed(database, "update queue set announces = true, cushion_ms = 120000")
    follower.follow()
    assert follower.range_of(9_000, now_ms + 5_000) is None, "it has not heard of it yet"
    follower.heard(SettingsChanged("queues"))
    follower.follow()
    found = follower.range_of(9_000, now_ms + 5_000)
    assert found is not None
    assert found.high_ms > 120_000


def test_a_trial_gives_some_another_cushion_and_a_switchback_everyone(database: Database) -> None:
    facts = an_hour(6)
    now_ms = facts[-1][0]
    written(database, facts)
    changed(
        database,
        "insert into trial (name, noun, noun_id, subject, mode, changes, before, metric, smallest, unit,"
        " share_permille, slot_ms, washout_ms, apart_days, timezone, days, state, arm, created_ms) values"
        " ('Coussin', 'queues', 1, 'chat', 'share', '{\"cushion_ms\": 300000}', '{}', 'abandonment', 0.1, 'customer',"
        " 500, 3600000, 0, 1, 'Europe/Paris', 7, 'running', 0, 1)",
    )
    follower = caught_up(database)
    drawn = {"trial_id": 1, "unit_id": 5}
    written(
        database,
        [
            (now_ms, "ContactDrawn", 9_000, {**drawn, "arm": 1}),
            (now_ms, "ContactQueued", 9_000, {"queue_id": 1}),
            (now_ms, "ContactDrawn", 9_001, {**drawn, "arm": 0}),
            (now_ms, "ContactQueued", 9_001, {"queue_id": 1}),
        ],
    )
    follower.follow()
    tried, present = (follower.range_of(one, now_ms + 5_000) for one in (9_000, 9_001))
    assert tried is not None
    assert present is not None
    assert tried.high_ms >= 300_000 > present.high_ms
    changed(database, "update trial set changes = '{\"announces\": false}'")
    follower.heard(SettingsChanged("trials"))
    follower.follow()
    assert follower.range_of(9_000, now_ms + 5_000) is None
    assert follower.range_of(9_001, now_ms + 5_000) == present
    changed(database, "update trial set mode = 'switchback', arm = 1, changes = '{\"cushion_share\": 1}'")
    follower.heard(SettingsChanged("trials"))
    follower.follow()
    everyone = follower.range_of(9_001, now_ms + 5_000)
    assert everyone is not None
    assert everyone.high_ms == pytest.approx(2 * present.high_ms, abs=3)
