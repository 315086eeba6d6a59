"""Simulated people on the telephone: one calls through the centre, presses keys, is answered, talks and hangs up."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import psycopg
import pytest
from aioice import ice

from affluent.channels.voice.relay import ways
from affluent.cli.demo import rhythm, stories
from affluent.cli.demo.doors import STANDARD, keys_of
from affluent.cli.demo.life.callers import Callers
from affluent.cli.demo.life.desk import Desk
from affluent.cli.demo.life.pace import Tempo
from affluent.cli.demo.life.seats import Tokens
from affluent.cli.demo.life.street import Doors, Street
from affluent.cli.demo.people import AGENTS, ARVENE
from affluent.facts.instants import MINUTE_MS
from tests.cli.demo_house import Demonstration, demonstration

pytestmark = pytest.mark.timeout(300)
LIVES_S = 30


def _states(dsn: str) -> list[tuple[str, str]]:
    with psycopg.connect(dsn) as conn:
        rows = conn.execute("select state, outcome from contact where medium = 'voice'").fetchall()
    return [(state, outcome) for state, outcome in rows]


async def _one_call(one: Demonstration, folder: Path) -> Counter[str]:
    keys = keys_of(one.centre)
    assert STANDARD in keys[ARVENE]
    doors = Doors(one.address.removeprefix("http://"), one.settings.mail_port or 0, str(folder), keys, 1)
    street = Street(doors, Tempo("soak"), random.Random(1), telephones=True)
    person = next(agent for agent in AGENTS if agent.email.startswith("camille@"))
    desk = Desk(street, person, Tokens(folder / "sessions.json"))
    sits = asyncio.create_task(desk.sit(lambda: ("ready", None)))
    callers = Callers(street)
    try:
        while not desk.present:
            await asyncio.sleep(0.05)
        await callers.call(stories.somebody(street.chance, brand=ARVENE, medium="chat"))
        async with asyncio.timeout(LIVES_S):
            while not street.counts["closed"]:
                await asyncio.sleep(0.05)
    finally:
        sits.cancel()
        await asyncio.gather(sits, return_exceptions=True)
        await desk.close()
    return street.counts


def test_a_simulated_customer_calls_and_a_simulated_agent_talks_with_them(
    dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def patient(chance: random.Random) -> int:
        return 40 * MINUTE_MS

    monkeypatch.setattr(rhythm, "patience_ms", patient)
    monkeypatch.setattr("affluent.cli.demo.life.callers.LISTENS_S", 1.0)
    monkeypatch.setattr(ice, "get_host_addresses", ice.get_host_addresses)
    ways.on_this_machine()
    with demonstration(dsn, tmp_path, calls=True) as one:
        counts = asyncio.run(_one_call(one, tmp_path))
    assert (counts["voice"], counts["talked"], counts["accepted"]) == (1, 1, 1), counts
    assert counts["keys"] >= 1 and not counts["cut_off"] and not counts["failed_desk"], counts
    assert [state for state, _ in _states(dsn)] == ["closed"]
