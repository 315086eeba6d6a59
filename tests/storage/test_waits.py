"""Announced waits follow the journal, know after a restart what they knew, and are silent where nobody is on line."""

import json
from collections.abc import Iterator

import numpy as np
import psycopg
import pytest

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
