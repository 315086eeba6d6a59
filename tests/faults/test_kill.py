"""`kill -9` of the server, again and again, with hundreds of contacts in flight: nothing lost, nothing twice."""

import gc
import os
import random
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from affluent.centre import passwords
from affluent.storage.database import Database
from affluent.storage.recorded import PgRecording
from affluent.storage.server import running_dsn
from tests.centre.again import told_again
from tests.centre.replay import replayed
from tests.centre.stage import furnish, insert
from tests.faults.crowd import CHAT_ORIGIN, Agent, Records, chat, post_mails
from tests.faults.server import Server, free_port
from tests.support.postgres import Databases

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(600),
    # Half-open sockets of killed peers are what this test is about: the mail sink's loop ends with some of them.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
    pytest.mark.skipif(
        sys.platform != "linux", reason="each customer comes from a loopback address of their own"
    ),
]
KILLS = int(os.environ.get("KILLS", "10"))  # of each kind of database: twenty in all
MAILS = int(os.environ.get("MAILS", "420"))
CHATS = 80
AGENTS = 10
PASSWORD = "a-long-password"


class Sink:
    """A mail server that takes everything and remembers it."""

    def __init__(self) -> None:
        self.message_ids: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        text = envelope.content.decode("utf-8", "replace")
        found = re.search(r"^Message-ID:\s*(\S+)", text, re.MULTILINE | re.IGNORECASE)
        self.message_ids[found.group(1) if found else "none"] += 1
        answer = re.search(r"Answer (reply-\S+)", text)
        self.answers[answer.group(1) if answer else "none"] += 1
        return "250 OK"


@contextmanager
def sink() -> Generator[tuple[Sink, int]]:
    handler, port = Sink(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()


def set_up(dsn: str, sink_port: int) -> list[tuple[int, str]]:
    """Two brands and the agents; returns (account, address) of each agent."""
    ids = furnish(dsn)
    people: list[tuple[int, str]] = []
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
        password_hash = passwords.hashed(PASSWORD)
        for number in range(AGENTS):
            email = f"agent{number}@example.org"
            account = insert(
                conn, "account", email=email, name=f"Agent {number}", role="agent", created_ms=1,
                password_hash=password_hash,
            )  # fmt: skip
            conn.execute("insert into account_brand values (%s, %s)", (account, ids.north))
            for medium, most in (("chat", 8), ("email", 12)):
                conn.execute("insert into agent_capacity values (%s, %s, %s)", (account, medium, most))
            people.append((account, email))
        smtp = {"host": "127.0.0.1", "port": sink_port, "tls": "none"}
        mail = {"address": "help@north.example", "display_name": "North", "listener": True, "smtp": smtp}
        conn.execute("update channel set settings = %s where id = %s", (Jsonb(mail), ids.mail_door))
        site = Jsonb({"origins": [CHAT_ORIGIN]})
        conn.execute("update channel set settings = %s where id = %s", (site, ids.chat_door))
    return people


@pytest.mark.parametrize("whose", ["external", "own"])
def test_killed_at_any_moment_nothing_is_lost_and_nothing_done_twice(
    whose: str, databases: Databases, tmp_path: Path
) -> None:
    with databases.fresh() as fresh, sink() as (received, sink_port):
        server = Server(tmp_path, fresh if whose == "external" else None)
        try:
            server.start()
            dsn = fresh if whose == "external" else running_dsn(tmp_path / "data")
            assert dsn is not None
            people = set_up(dsn, sink_port)
            server.kill()
            server.start()
            records = Records()
            in_flight = live_through(server, records, people, dsn)
            check(dsn, records, received)
            print(
                f"{whose}: {KILLS} kills, {in_flight} in flight, {len(records.mails)} mails and {len(records.words)}"
                f" words acknowledged, {len(records.replies)} replies, {sum(received.message_ids.values())} mails out"
            )
        finally:
            server.stop()
    # The sink's half-open sockets end here, under this test's filter, and not somewhere in the next one's.
    for _ in range(5):
        gc.collect()


def live_through(server: Server, records: Records, people: list[tuple[int, str]], dsn: str) -> int:
    """The day: everybody at work, the server killed at random moments, then all that is left is served."""
    names = [f"mail{number:04d}" for number in range(MAILS)]
    agents = [Agent(records, server.port, account, email, PASSWORD) for account, email in people]
    posts = [
        threading.Thread(
            target=post_mails, args=(records, server.mail_port, names[at::8], f"127.0.1.{at + 1}")
        )
        for at in range(8)
    ]
    chats = [threading.Thread(target=chat, args=(records, server.port, number)) for number in range(CHATS)]
    desks = [threading.Thread(target=one.run) for one in agents]
    try:
        for one in (*posts, *chats):
            one.start()
        time.sleep(8)
        in_flight = count_live(dsn)
        for one in desks:
            one.start()
        chance = random.Random(7)
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.3, 3.0))
            in_flight = max(in_flight, count_live(dsn))
            server.kill()
            server.start()
        for one in posts:
            one.join(60)
        records.drain.set()
        end = time.monotonic() + 120
        while count_live(dsn) and time.monotonic() < end:
            time.sleep(0.5)
    finally:
        records.stop.set()
        for one in (*posts, *chats, *desks):
            if one.ident is not None:
                one.join(40)
    return in_flight


def rows(dsn: str, query: str) -> list[dict[str, Any]]:
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
        return conn.execute(query.encode()).fetchall()


def count_live(dsn: str) -> int:
    return rows(dsn, "select count(*) as n from contact where state not in ('closed', 'abandoned')")[0]["n"]


def check(dsn: str, records: Records, received: Sink) -> None:
    assert not records.wrong
    assert len(records.mails) == MAILS
    left = rows(
        dsn, "select id, state, medium, agent_id from contact where state not in ('closed', 'abandoned')"
    )
    assert not left, f"agents could not go on with {left[:5]}"
    subjects = Counter(
        row["subject"] for row in rows(dsn, "select subject from contact where medium = 'email'")
    )
    assert records.mails <= set(subjects), "an acknowledged mail is lost"
    assert max(subjects.values()) == 1, "a mail opened two contacts"
    said = {
        row["key"] for row in rows(dsn, "select key from message where direction = 'in' and key is not null")
    }
    assert records.words <= said, "an acknowledged word is lost"
    doubled = rows(
        dsn,
        "select direction, text from message where direction in ('in', 'out') group by 1, 2 having count(*) > 1",
    )
    assert not doubled
    replies = {
        row["key"]: row["id"] for row in rows(dsn, "select key, id from message where direction = 'out'")
    }
    assert records.replies.items() <= replies.items(), "an acknowledged reply is lost"
    assert all(times == 1 for times in received.message_ids.values()), "a mail went out twice"
    assert all(times == 1 for times in received.answers.values()), "a reply went out twice"
    facts = rows(
        dsn, "select kind, contact_id, agent_id, data from journal where contact_id > 0 order by seq"
    )
    states = replayed(facts)
    assert {row["id"]: row["state"] for row in rows(dsn, "select id, state from contact")} == states
    decided_through_every_kill(dsn)
    handed = {(row["contact_id"], row["agent_id"]) for row in facts if row["kind"] == "OfferAccepted"}
    assert records.accepted <= handed


def decided_through_every_kill(dsn: str) -> None:
    """Each engine's memory was lost, and the journal alone is enough to decide all of it again."""
    database = Database(dsn)
    database.open()
    try:
        same, differences = told_again(PgRecording(database))
    finally:
        database.close()
    assert differences == []
    assert same > 0
