"""Simulated people live by the real doors: contacts come by each, are answered and closed, and a restart goes on."""

from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.rows import DictRow, dict_row

from affluent.cli.demo import simulation
from affluent.cli.demo.people import AGENTS
from tests.channels.centre import eventually
from tests.cli.demo_house import Demonstration, demonstration

pytestmark = pytest.mark.timeout(300)
LIVES_S = 120
MEDIA = ("chat", "email", "form")


def _contacts(dsn: str) -> list[dict[str, Any]]:
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
        return conn.execute("select id, medium, state, outcome, motive_id from contact").fetchall()


def _closed(dsn: str) -> Counter[str]:
    return Counter(row["medium"] for row in _contacts(dsn) if row["state"] == "closed")


def test_contacts_of_every_door_are_closed_and_a_restart_goes_on(
    dsn: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with demonstration(dsn, tmp_path, pace="soak"):
        eventually(
            lambda: all(_closed(dsn)[medium] >= 2 for medium in MEDIA),
            "closed contacts of every door",
            LIVES_S,
        )
    before = _contacts(dsn)
    with demonstration(dsn, tmp_path, pace="soak") as again:
        eventually(lambda: len(_contacts(dsn)) > len(before) + 3, "contacts after the restart", LIVES_S)
        held = {row["id"] for row in before if row["state"] in ("waiting", "offered", "in_hand")}
        eventually(
            lambda: not held & {row["id"] for row in _contacts(dsn) if row["state"] in ("waiting", "offered")},
            "what was open before is taken up", LIVES_S,
        )  # fmt: skip
        refused = {name: count for name, count in again.simulation.status.counts.items() if "failed" in name}
    assert not refused
    assert any(row["motive_id"] for row in before)
    told = capfd.readouterr()
    assert "[error" not in told.err + told.out
    assert "demonstration," not in told.err


def _at_desk(one: Demonstration) -> frozenset[str]:
    return one.simulation.status.desks


def test_a_simulated_agent_steps_aside_for_a_visitor(
    dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulation, "LEAVES_S", 2.0)
    monkeypatch.setattr(simulation, "COMES_S", 10.0)
    with demonstration(dsn, tmp_path, pace="usual") as one:
        eventually(lambda: len(_at_desk(one)) >= 3, "the crew", 60)
        email = sorted(_at_desk(one))[0]
        with httpx.Client(base_url=one.address, headers={"Origin": one.address}, timeout=60) as visitor:
            assert visitor.post("/demo/signin", data={"email": email}).status_code == 303
            with visitor.stream("GET", "/api/v1/stream") as stream:
                assert stream.status_code == 200
                eventually(lambda: email not in _at_desk(one), "the simulated agent gone", 20)
                assert visitor.get("/demo/now").json()["seats"][email]["state"] == "taken"
        eventually(lambda: email in _at_desk(one), "the simulated agent back", 40)
        assert not one.simulation.seats()


def test_everybody_holds_still_in_a_pause(dsn: str, tmp_path: Path) -> None:
    with demonstration(dsn, tmp_path, pace="usual") as one:
        eventually(lambda: len(_at_desk(one)) >= 3, "the crew", 60)
        with httpx.Client(base_url=one.address, headers={"Origin": one.address}, timeout=60) as visitor:
            assert visitor.post("/demo/pace", data={"pace": "paused"}).status_code == 303
            assert visitor.post("/demo/pace", data={"pace": "backwards"}).status_code == 404
            elsewhere = {"Origin": "https://elsewhere.example"}
            assert visitor.post("/demo/pace", data={"pace": "rush"}, headers=elsewhere).status_code == 403

            def held() -> bool:
                seats = visitor.get("/demo/now").json()["seats"].values()
                return bool(seats) and not any(seat["state"] in ("ready", "contact") for seat in seats)

            eventually(held, "everybody away", 30)
    with demonstration(dsn, tmp_path) as again:
        assert again.simulation.pace == "paused", "the pace is kept"


def test_every_agent_is_there_at_some_hour_of_the_week() -> None:
    from affluent.cli.demo import rhythm  # noqa: PLC0415 -- this test only
    from affluent.cli.demo.life.crew import CREW_MIN, planned  # noqa: PLC0415 -- this test only
    from affluent.facts.instants import HOUR_MS  # noqa: PLC0415 -- this test only

    monday_ms = 1_793_574_000_000
    seen: set[str] = set()
    for hour in range(0, 7 * 24):
        at_ms = monday_ms + hour * HOUR_MS
        seen |= {one.email for one in AGENTS if rhythm.presence_at(one, at_ms)[0] != "offline"}
        there = [state for state, _ in planned(at_ms).values() if state != "offline"]
        assert len(there) >= CREW_MIN
        assert rhythm.lively_rate(at_ms) >= rhythm.QUIET_MIN * rhythm.USUAL_HOUR
    assert seen == {one.email for one in AGENTS}
    week = sum(rhythm.hourly_rate(monday_ms + hour * HOUR_MS) for hour in range(7 * 24))
    assert 3_000 < week < 4_500
