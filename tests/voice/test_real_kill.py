"""The server itself, killed with -9 in the middle of a call: the call goes on, and the next server adopts it."""

import asyncio
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import DictRow, dict_row

from tests.centre.stage import furnish, insert
from tests.channels.centre import eventually
from tests.faults.server import Server
from tests.voice.asterisk import PASSWORD, USER, Asterisk
from tests.voice.street import ADA_HZ, CALLER_HZ, Street, asterisk_in

pytestmark = pytest.mark.faults


@pytest.fixture
def asterisk(tmp_path: Path) -> Generator[Asterisk]:
    made = asterisk_in(tmp_path)
    made.start()
    yield made
    made.stop()


def prepare(dsn: str, url: str) -> int:
    """Ada is at work with a phone; returns the voice queue."""
    ids = furnish(dsn)
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
        queue = insert(conn, "queue", brand_id=ids.north, name="calls", medium="voice", target_ms=20_000)
        insert(
            conn,
            "channel",
            brand_id=ids.north,
            medium="voice",
            name="phone",
            queue_id=queue,
            public_key="phone",
        )
        insert(
            conn, "voice_server", name="pbx", kind="asterisk", public_key="pbx", url=url, username=USER,
            secrets={"ari": {"password": PASSWORD}},
        )  # fmt: skip
        conn.execute("insert into agent_capacity values (%s, 'voice', 1)", (ids.ada,))
        conn.execute("insert into presence values (%s, 'ready', null, 1)", (ids.ada,))
    return ids.ada


def test_a_killed_server_loses_no_call_and_its_successor_adopts_it(
    tmp_path: Path, dsn: str, engine: None, asterisk: Asterisk
) -> None:
    ada = prepare(dsn, asterisk.url)
    server, street = Server(tmp_path, dsn), Street(asterisk)

    def facts() -> list[str]:
        with psycopg.connect(dsn) as conn:
            rows = conn.execute(
                "select kind from journal where contact_id is not null order by seq"
            ).fetchall()
        return [row[0] for row in rows if row[0] != "CallMenuStepped"]

    try:
        server.start()
        phone = street.phone(f"agent-{ada}", ADA_HZ, asterisk.ports[ada])
        caller = street.run(street.phone("+33612345678", CALLER_HZ).call("+33145678900"))
        agent = street.run(phone.next_call())
        street.do(agent.answer)
        eventually(lambda: caller.hears(ADA_HZ) and agent.hears(CALLER_HZ), "each hears the other")
        server.kill()
        server.start()
        assert not caller.over.is_set() and not agent.over.is_set()
        eventually(lambda: caller.hears(ADA_HZ) and agent.hears(CALLER_HZ), "each hears the other still")
        street.do(caller.hang_up)
        street.run(asyncio.wait_for(agent.over.wait(), 20), 25)
        eventually(lambda: facts()[-1] == "CallEnded", "the end of the call in the journal")
        assert facts().count("ContactReceived") == facts().count("CallEnded") == 1
        eventually(lambda: not asterisk.channels(), "no line is left")
    finally:
        street.close()
        server.stop()
