"""Alive, ready, and measured: what monitoring is told, and what it is not."""

import re
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest
from starlette.testclient import TestClient

from affluent.cli.compose import Centre, compose
from tests.centre.stage import Ids, furnish
from tests.support.postgres import Databases

DOCS = Path(__file__).parents[2] / "docs" / "operate.md"
HERE = ("127.0.0.1", 40_000)


class House:
    """A centre of the test, and whether its disk has room."""

    def __init__(self, dsn: str, ids: Ids) -> None:
        self.dsn, self.ids, self.room = dsn, ids, True
        self.centre: Centre = compose(dsn, room=lambda: self.room)
        assert self.centre.runner.wait_until_leading(30)
        self.client = TestClient(self.centre.app, client=HERE)


@pytest.fixture
def house(databases: Databases) -> Generator[House]:
    with databases.fresh() as dsn:
        made = House(dsn, furnish(dsn))
        try:
            yield made
        finally:
            made.centre.stop()


def test_it_is_alive_and_ready_with_reasons(house: House) -> None:
    alive = house.client.get("/health")
    assert (alive.status_code, alive.json()["alive"]) == (200, True)
    ready = house.client.get("/ready")
    assert (ready.status_code, ready.json()["role"]) == (200, "leading")
    assert [one["name"] for one in ready.json()["checks"]] == [
        "database",
        "schema",
        "room",
        "outbound",
        "search",
        "writer",
    ]
    assert ready.headers["cache-control"] == "no-store"
    with psycopg.connect(house.dsn) as conn:
        conn.execute("insert into setting values ('outbound_held', '{}')")
    assert {"name": "outbound", "ok": True, "reason": "held"} in house.client.get("/ready").json()["checks"]
    house.room = False
    full = house.client.get("/ready")
    assert full.status_code == 503
    assert {"name": "room", "ok": False, "reason": "disk_full"} in full.json()["checks"]
    assert house.client.get("/health").status_code == 200
    house.room = True
    with psycopg.connect(house.dsn) as conn:
        conn.execute("update alembic_version set version_num = '9999'")
    behind = house.client.get("/ready")
    assert behind.status_code == 503
    assert "found_9999" in behind.text


def test_a_second_server_stands_by_and_is_not_ready(house: House) -> None:
    second = compose(house.dsn)
    try:
        answer = TestClient(second.app).get("/ready")
        assert (answer.status_code, answer.json()["role"]) == (503, "standing_by")
    finally:
        second.stop()


def metrics(house: House) -> str:
    answer = house.client.get("/metrics")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_metrics_count_what_happens_and_name_nobody(house: House) -> None:
    door = "/form/v1/form_door"
    with psycopg.connect(house.dsn) as conn:
        conn.execute(
            """update channel set settings = '{"origins": ["https://shop.example"], "fields": [{"key": "email",
            "label_fr": "E", "label_en": "E", "kind": "email", "required": true}]}' where public_key = 'form_door'"""
        )
    sent = house.client.post(
        door,
        json={"key": "a" * 32, "values": {"email": "zoe@customer.example"}},
        headers={"Origin": "https://shop.example"},
    )
    assert sent.status_code == 200, sent.text
    text = metrics(house)
    assert f'affluent_contacts{{medium="form",queue="{house.ids.form}",state="waiting"}} 1.0' in text
    assert re.search(
        r'affluent_http_seconds_count\{method="POST",route="/form/v1/\{\w+\}",status="200"\} 1.0', text
    )
    assert re.search(r"affluent_group_commands_count [1-9]", text)
    assert re.search(r"affluent_engine_seconds_count [1-9]", text)
    assert "affluent_leading 1.0" in text
    assert "process_resident_memory_bytes" in text
    assert "zoe" not in text
    assert door not in text, "a path may hold what identifies a person; its route does not"


def test_metrics_are_for_this_machine_or_for_who_has_the_token(house: House) -> None:
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        assert house.client.get("/metrics", headers={header: "203.0.113.9"}).status_code == 403
    assert TestClient(house.centre.app, client=("203.0.113.9", 1)).get("/metrics").status_code == 403
    house.centre.app.state.metrics.token = "a-long-token"
    assert house.client.get("/metrics").status_code == 403
    bearer = {"Authorization": "Bearer a-long-token", "X-Forwarded-For": "203.0.113.9"}
    assert house.client.get("/metrics", headers=bearer).status_code == 200


def test_the_names_of_metrics_are_documented(house: House) -> None:
    page = DOCS.read_text(encoding="utf-8")
    names = set(re.findall(r"^# HELP (affluent_\w+)", metrics(house), re.MULTILINE))
    assert len(names) > 12
    assert sorted(name for name in names if f"`{name}`" not in page and not name.endswith("_created")) == []


def test_every_answer_says_the_name_by_which_the_log_knows_its_request(house: House) -> None:
    own = house.client.get("/health").headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{16}", own)
    named = house.client.get("/health", headers={"X-Request-ID": "proxy-4711-abc"})
    assert named.headers["x-request-id"] == "proxy-4711-abc"
    hostile = house.client.get("/health", headers={"X-Request-ID": "zoe@customer.example said"})
    assert hostile.headers["x-request-id"] != "zoe@customer.example said"
