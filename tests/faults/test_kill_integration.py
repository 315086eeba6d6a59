"""`kill -9` while a thousand events are on their way: none is missing, a repeat bears the same identifier, those of
one contact come in order, and a contact that a program asked for with an Idempotency-Key is opened once."""

import json
import random
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.rows import DictRow, dict_row

from tests.channels.webhooks.receiver import Answer, Received, receiver
from tests.faults.test_kill import Server
from tests.support.postgres import Databases

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
CONTACTS = 350
IN_FLIGHT_MIN = 1_000
EVENTS = ["contact.opened", "message.received", "contact.queued"]
LEFT_AT_KILLS = (500,)
"""Once the receiver answers again, the server is killed each time that so many are left."""


def rows(dsn: str, query: str) -> list[dict[str, Any]]:
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
        return conn.execute(query.encode()).fetchall()


def api(server: Server, **headers: str) -> httpx.Client:
    return httpx.Client(
        base_url=f"http://127.0.0.1:{server.port}/api/v1", headers=headers, trust_env=False, timeout=20
    )


def furnish(server: Server, url: str) -> tuple[str, int]:
    """An administrator, a channel, a webhook and a key: the key's secret and the channel."""
    with api(server, **{"X-Affluent": "1"}) as ada:

        def made(path: str, **values: Any) -> dict[str, Any]:
            answer = ada.post(path, json=values)
            assert answer.status_code == 201, answer.text
            return answer.json()

        me = made("/start", name="Ada", email="ada@example.org", password="a-long-password")["id"]
        brand = made("/admin/brands", name="North")["id"]
        queue = made("/admin/queues", brand_id=brand, name="Q", medium="message", target_ms=60_000)["id"]
        channel = made("/admin/channels", brand_id=brand, medium="message", name="App", queue_id=queue)["id"]
        made("/admin/webhooks", brand_id=brand, name="CRM", url=url, events=EVENTS)
        key = made("/admin/keys", name="CRM", account_id=me, rights=["deliver", "read_contacts"])
        return key["secret"], channel


def open_until_answered(server: Server, secret: str, channel: int, numbers: range) -> list[int]:
    """As a careful program does: the same request with the same key until there is an answer."""
    opened: list[int] = []
    end = time.monotonic() + 120
    with api(server, Authorization=f"Bearer {secret}") as program:
        for number in numbers:
            body = {
                "channel_id": channel,
                "customer": {"external_id": f"C-{number}"},
                "text": f"Word {number}",
            }
            while (contact := _opened(program, body, f"order-{number}")) is None:
                assert time.monotonic() < end, f"contact {number} was never opened"
                time.sleep(0.2)
            opened.append(contact)
    return opened


def _opened(program: httpx.Client, body: dict[str, Any], key: str) -> int | None:
    try:
        answer = program.post("/contacts", json=body, headers={"Idempotency-Key": key})
    except httpx.HTTPError:
        return None
    if answer.status_code == 201:
        return answer.json()["contact_id"]
    assert answer.status_code in (409, 503), answer.text
    return None


@dataclass
class Held:
    """A receiver that keeps every request waiting until `gate` opens, and fails some afterwards."""

    gate: threading.Event = field(default_factory=threading.Event)
    waiting: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _chance: random.Random = field(default_factory=lambda: random.Random(11))

    def answer(self, _: Received) -> Answer:
        with self._lock:
            self.waiting += 1
        self.gate.wait()
        with self._lock:
            self.waiting -= 1
            luck = self._chance.random()
        if luck < 0.01:
            raise ConnectionError("the receiver drops it")
        return (500 if luck < 0.02 else 422 if luck < 0.05 else 204), {}, b""


def left(dsn: str) -> tuple[int, bool]:
    """How many deliveries have not arrived, and whether facts are still to become events."""
    found = rows(
        dsn,
        "select (select count(*) from webhook_delivery where state <> 'done') as due,"
        " (select max(j.seq) > max(p.seq) from journal j, webhook_position p) as behind",
    )[0]
    return found["due"], found["behind"]


def until(dsn: str, most: int) -> None:
    """Until at most so many are left. Nobody waits out a pause here: it is cut short."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        rows(dsn, "update webhook set resume_ms = 0 returning 1")
        rows(dsn, "update webhook_delivery set due_ms = 0 where state = 'due' returning 1")
        due, behind = left(dsn)
        if due <= most and not behind:
            return
        time.sleep(0.1)
    raise AssertionError(f"{left(dsn)[0]} events never arrived")


def test_killed_with_a_thousand_events_in_flight_each_arrives(databases: Databases, tmp_path: Path) -> None:
    held = Held()
    with databases.fresh() as dsn, receiver() as crm:
        crm.answer = held.answer
        server = Server(tmp_path, dsn)
        server.environment |= {"AFFLUENT_WEBHOOKS_PRIVATE": "true"}
        try:
            server.start()
            secret, channel = furnish(server, crm.url)
            with ThreadPoolExecutor(4) as pool:
                opened = [
                    pool.submit(open_until_answered, server, secret, channel, range(one, CONTACTS, 4))
                    for one in range(4)
                ]
                # Once in the middle of opening, so that some are asked for twice.
                eventually_many(dsn, CONTACTS)
                server.kill()
                server.start()
                contacts = [contact for one in opened for contact in one.result()]
            in_flight, on_the_wire = eventually_many(dsn, IN_FLIGHT_MIN), held.waiting
            server.kill()
            held.gate.set()
            server.start()
            for most in LEFT_AT_KILLS:
                until(dsn, most)
                server.kill()
                server.start()
            until(dsn, 0)
            facts = told_facts(dsn)
        finally:
            held.gate.set()
            server.stop()
    assert in_flight >= IN_FLIGHT_MIN and on_the_wire > 0
    assert len(set(contacts)) == CONTACTS
    check(facts, crm.had, set(contacts))
    print(
        f"{2 + len(LEFT_AT_KILLS)} kills, {in_flight} in flight at the worst, {on_the_wire} of them on the wire;"
        f" {len(crm.had)} tries for {len(set(crm.ids()))} events"
    )


def eventually_many(dsn: str, least: int) -> int:
    """How many are in flight, once they are so many."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        due, behind = left(dsn)
        if due >= least and not (behind and least == IN_FLIGHT_MIN):
            return due
        time.sleep(0.1)
    raise AssertionError(f"only {left(dsn)[0]} events in flight")


def told_facts(dsn: str) -> dict[str, tuple[str, int]]:
    """The facts to be heard of."""
    facts = rows(
        dsn,
        "select seq, kind, contact_id from journal"
        " where kind in ('ContactReceived', 'MessageReceived', 'ContactQueued')",
    )
    return {f"evt_{row['seq']}": (row["kind"], row["contact_id"]) for row in facts}


def check(facts: dict[str, tuple[str, int]], had: list[Received], contacts: set[int]) -> None:
    assert len(facts) == 3 * CONTACTS, "a contact was opened twice, or not at all"
    assert {contact for _, contact in facts.values()} == contacts
    bodies: dict[str, set[bytes]] = defaultdict(set)
    first: dict[int, list[str]] = defaultdict(list)
    for one in had:
        bodies[one.id].add(one.body)
        event = json.loads(one.body)
        kinds = first[event["data"]["contact"]["id"]]
        if event["type"] not in kinds:
            kinds.append(event["type"])
    assert bodies.keys() == facts.keys(), "an event is missing, or was made up"
    assert all(len(one) == 1 for one in bodies.values()), "a repeat differs from the first try"
    assert all(kinds == EVENTS for kinds in first.values()), "events of a contact out of order"
