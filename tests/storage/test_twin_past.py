"""A scenario of today's centre: its policy, its people as they were there, its arrivals, and no other brand."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.centre.stage import Ids, furnish
from tests.support.history import Line, write_history
from tests.web.house import MadeClock

from affluent.centre.twin_runs.today import Today, today
from affluent.facts.media import Medium
from affluent.storage.database import Database
from affluent.storage.following import OutcomeFollower
from affluent.storage.twin_past import PgPast
from affluent.twin.fitting.learning import TooLittle
from affluent.twin.scenario import read_scenario, write_scenario

NOON_MS = int(datetime(2026, 3, 25, 12, tzinfo=UTC).timestamp() * 1000)
MIDNIGHT_MS = NOON_MS - 12 * 3_600_000


@pytest.fixture
def lived(dsn: str) -> Iterator[tuple[Database, Ids]]:
    """Two weeks of contacts of both brands, with agents there from 8 to 19 (UTC)."""
    ids = furnish(dsn)
    database = Database(dsn, size_max=2)
    database.open()
    with database.transaction() as conn:
        lines = [
            Line(ids.chat, ids.chat_door, ids.north, Medium.CHAT, (ids.ada, ids.bob)),
            Line(ids.mail, ids.mail_door, ids.north, Medium.EMAIL, (ids.ada, ids.bob)),
        ]
        write_history(conn, lines, until_ms=MIDNIGHT_MS, days=14, a_day=60)
    OutcomeFollower(database).catch_up()
    yield database, ids
    database.close()


def made(database: Database, brands: list[int], weeks: int = 2) -> Today:
    return today(PgPast(database, MadeClock(NOON_MS)), brands, weeks, None, "Today")


def test_it_has_the_policy_the_people_and_the_arrivals_of_the_centre(lived: tuple[Database, Ids]) -> None:
    database, ids = lived
    found = made(database, [ids.north, ids.south])
    scenario = read_scenario(write_scenario(found.scenario))
    assert {one.name for one in scenario.classes} == {"chat", "mail"}
    assert found.roster and found.days >= 10 and found.contacts == 14 * 60
    per_day = sum(
        rate * length / 3_600_000
        for one in found.scenario.classes
        for rate, length in zip(getattr(one.arrivals, "per_hour"), scenario.periods_ms, strict=True)  # noqa: B009 -- rates or instants
    )
    assert 50 < per_day < 65
    # Two of the agents were there from 8 to 19, and nobody else was.
    hours = sum(
        count * length / 3_600_000
        for group in scenario.groups
        for count, length in zip(group.present, scenario.periods_ms, strict=True)
    )
    assert abs(hours - 2 * 11) < 1
    assert (
        max(sum(group.present[at] for group in scenario.groups) for at in range(len(scenario.periods_ms)))
        == 2
    )
    with database.transaction() as conn:
        row = conn.execute("select target_ms from queue where id = %s", (ids.chat,)).fetchone()
    assert row is not None
    chat = next(queue for queue in scenario.policy.queues if scenario.queue_name(queue.id) == "chat")
    assert chat.target_ms == row["target_ms"]


def test_another_brand_sees_nothing_of_it(lived: tuple[Database, Ids]) -> None:
    database, ids = lived
    with pytest.raises(TooLittle):
        made(database, [ids.south])
    found = made(database, [ids.north])
    names = {found.scenario.queue_name(one.id) for one in found.scenario.policy.queues}
    with database.transaction() as conn:
        rows = conn.execute("select name from queue where brand_id = %s", (ids.south,)).fetchall()
    assert rows
    assert not names & {row["name"] for row in rows}
