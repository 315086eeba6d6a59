"""`kill -9` while a thousand events are on their way: none is missing, a repeat bears the same identifier, and a
contact that a program asked for with an Idempotency-Key is opened once."""

import json
import random
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
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
CONTACTS = 340
EVENTS = ["contact.opened", "message.received", "contact.queued"]
KILLS = 4


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


def open_until_answered(server: Server, secret: str, channel: int, number: int) -> int:
    """As a careful program does: the same request with the same key until there is an answer."""
    body = {"channel_id": channel, "customer": {"external_id": f"C-{number}"}, "text": f"Word {number}"}
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            with api(server, Authorization=f"Bearer {secret}") as program:
                answer = program.post("/contacts", json=body, headers={"Idempotency-Key": f"order-{number}"})
            if answer.status_code == 201:
                return answer.json()["contact_id"]
            assert answer.status_code in (409, 503), answer.text
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    raise AssertionError(f"contact {number} was never opened")


def test_killed_with_a_thousand_events_in_flight_each_arrives(databases: Databases, tmp_path: Path) -> None:
    chance = random.Random(11)
    lock = threading.Lock()

    def answer(_: Received) -> Answer:
        with lock:
            luck = chance.random()
        if luck < 0.05:
            raise ConnectionError("the receiver drops it")
        return (500 if luck < 0.1 else 204), {}, b""

    with databases.fresh() as dsn, receiver() as crm:
        crm.answer = answer
        server = Server(tmp_path, dsn)
        server.environment |= {"AFFLUENT_WEBHOOKS_PRIVATE": "true"}
        try:
            server.start()
            secret, channel = furnish(server, crm.url)
            in_flight = 0
            with ThreadPoolExecutor(6) as pool:
                opened = [
                    pool.submit(open_until_answered, server, secret, channel, number)
                    for number in range(CONTACTS)
                ]
                for _ in range(KILLS):
                    time.sleep(chance.uniform(2.0, 4.0))
                    due = rows(dsn, "select count(*) as n from webhook_delivery where state = 'due'")[0]["n"]
                    in_flight = max(in_flight, due)
                    server.kill()
                    server.start()
                contacts = [one.result() for one in opened]
            facts = arrive(dsn)
        finally:
            server.stop()
    assert len(set(contacts)) == CONTACTS
    check(facts, crm.had, set(contacts))
    print(
        f"{KILLS} kills, {in_flight} in flight at most, {len(crm.had)} tries for {len(set(crm.ids()))} events"
    )


def arrive(dsn: str) -> dict[str, tuple[str, int]]:
    """The facts to be heard of, once nothing is on its way any more."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        rows(dsn, "update webhook set resume_ms = 0 returning 1")
        rows(dsn, "update webhook_delivery set due_ms = 0 where state = 'due' returning 1")
        left = rows(
            dsn,
            "select (select count(*) from webhook_delivery where state <> 'done') as due,"
            " (select max(j.seq) > max(p.seq) from journal j, webhook_position p) as behind",
        )[0]
        if left["due"] == 0 and not left["behind"]:
            break
        time.sleep(0.5)
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
