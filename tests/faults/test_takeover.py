"""One server dies or freezes, and another takes over: what came due in between is honoured, nothing is doubled."""

import os
import signal
import time
from collections.abc import Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.rows import DictRow, dict_row

from tests.centre.stage import Ids
from tests.faults.server import Server
from tests.faults.test_two_servers import PASSWORD, desk, eventually, furnished, post, subjects
from tests.support.postgres import Databases

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
OFFER_MS = 6_000


@dataclass
class House:
    """Two servers on one database, of which the first leads."""

    dsn: str
    ids: Ids
    one: Server
    two: Server

    def rows(self, query: str, *params: Any) -> list[dict[str, Any]]:
        with psycopg.Connection[DictRow].connect(self.dsn, row_factory=dict_row) as conn:
            return conn.execute(query.encode(), params).fetchall()

    def facts(self, contact_id: int) -> list[tuple[str, int | None]]:
        found = self.rows("select kind, agent_id from journal where contact_id = %s order by seq", contact_id)
        return [(row["kind"], row["agent_id"]) for row in found]

    def state(self, contact_id: int) -> str:
        return self.rows("select state from contact where id = %s", contact_id)[0]["state"]


def signed_in(server: Server, name: str) -> httpx.Client:
    client = desk(server)
    client.post("/session", json={"email": f"{name}@example.org", "password": PASSWORD}).raise_for_status()
    return client


@pytest.fixture
def house(databases: Databases, tmp_path: Path) -> Generator[House]:
    with databases.fresh() as dsn, ExitStack() as stack:
        ids = furnished(dsn)
        with psycopg.connect(dsn) as conn:
            conn.execute("update queue set offer_ms = %s", (OFFER_MS,))
        servers: list[Server] = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            server = Server(folder, dsn)
            stack.callback(server.stop)
            server.start()
            servers.append(server)
        yield House(dsn, ids, *servers)


def test_what_came_due_while_nobody_led_is_honoured_once(house: House) -> None:
    with closing(signed_in(house.one, "ada")) as ada:
        assert ada.put("/desk/presence", json={"state": "ready"}).status_code == 200
        assert post(house.one, "sleeper") == 250
        sleeper = house.rows("select id from contact")[0]["id"]
        assert ada.post(f"/contacts/{sleeper}/accept", json={}).status_code < 300
        until_ms = int(time.time() * 1000) + 4_000
        asleep = ada.post(f"/contacts/{sleeper}/sleep", json={"until_ms": until_ms})
        assert asleep.status_code < 300, asleep.text
        assert post(house.one, "offered") == 250
    offered = house.rows("select id from contact where subject = 'offered'")[0]["id"]
    assert house.state(offered) == "offered" and house.state(sleeper) == "sleeping"
    with closing(signed_in(house.two, "bob")) as bob:
        house.one.kill()
        died_s = time.monotonic()
        eventually(
            lambda: bob.put("/desk/presence", json={"state": "ready"}).status_code == 200, "a new writer", 30
        )
        print(f"took over in {time.monotonic() - died_s:.1f} s")
        eventually(lambda: house.state(sleeper) == "in_hand", "the waking", 30)
        # Ada did not answer in time: the offer that the dead server made ends, and Bob is asked.
        eventually(lambda: ("ContactOffered", house.ids.bob) in house.facts(offered), "the next offer", 30)
    facts = house.facts(offered)
    assert facts.count(("OfferExpired", house.ids.ada)) == 1, facts
    assert facts.count(("ContactOffered", house.ids.ada)) == 1, facts
    assert [kind for kind, _ in house.facts(sleeper)].count("ContactWoken") == 1
    expired_ms, due_ms = (
        house.rows("select at_ms from journal where kind = 'OfferExpired'")[0]["at_ms"],
        house.rows("select at_ms from journal where kind = 'ContactOffered' and contact_id = %s", offered)[0][
            "at_ms"
        ]
        + OFFER_MS,
    )
    assert expired_ms >= due_ms, "an offer lasts as long as it was promised to, whoever keeps it"


def test_a_server_that_was_frozen_writes_nothing_when_it_wakes(house: House) -> None:
    assert post(house.one, "before") == 250
    assert house.one.process is not None
    os.kill(house.one.process.pid, signal.SIGSTOP)
    try:
        took_s = eventually(lambda: post(house.two, "meanwhile") == 250, "the second server's turn", 60)
        print(f"took over from a frozen server in {took_s:.1f} s")
    finally:
        os.kill(house.one.process.pid, signal.SIGCONT)
    eventually(lambda: post(house.one, "after") in (451, 0), "the first one's notice of it", 30)
    assert post(house.two, "after") == 250
    assert post(house.two, "before") == 250, "a repeat of what the frozen one took is harmless"
    assert sorted(subjects(house.dsn)) == ["after", "before", "meanwhile"]
