"""A composed centre whose administrator makes keys, with a channel of an integrator's own."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from starlette.testclient import TestClient

from affluent.cli.compose import Centre, compose
from tests.web.house import WRITES

ADMIN = "/api/v1/admin"
ALL_RIGHTS = [
    "serve",
    "read_contacts",
    "deliver",
    "read_settings",
    "change_settings",
    "read_audit",
    "supervise",
]
BASE = "http://centre.test"


@dataclass
class Works:
    """The centre at work, with the browser of its administrator, who serves as well."""

    dsn: str
    centre: Centre
    ada: TestClient
    brand: int
    queue: int
    channel: int
    me: int

    def made(self, noun: str, **values: Any) -> dict[str, Any]:
        answer = self.ada.post(f"{ADMIN}/{noun}", json=values)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def key(self, *rights: str, **values: Any) -> dict[str, Any]:
        entry = {"name": "CRM", "account_id": self.me, "rights": list(rights) or ALL_RIGHTS}
        return self.made("keys", **{**entry, **values})

    def program(self, secret: str, **headers: str) -> TestClient:
        """A program with a key: it sends no cookie and none of the pages' headers."""
        bearing = {"Authorization": f"Bearer {secret}", "Accept-Language": "en", **headers}
        return TestClient(self.centre.app, base_url=BASE, headers=bearing, raise_server_exceptions=False)

    def rows(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        with psycopg.Connection[DictRow].connect(self.dsn, row_factory=dict_row) as conn:
            return conn.execute(sql.encode(), params).fetchall()

    def opening(self, text: str = "Where is my parcel?", **more: Any) -> dict[str, Any]:
        return {
            "channel_id": self.channel,
            "customer": {"external_id": "C-1", "name": "Zoé"},
            "text": text,
            **more,
        }


@contextmanager
def at_work(dsn: str, ready: Callable[[Works], None] | None = None, **composed: Any) -> Generator[Works]:
    centre = compose(dsn, **composed)
    assert centre.runner.wait_until_leading(60)
    ada = TestClient(centre.app, base_url=BASE, headers={**WRITES, "Accept-Language": "en"})
    entry = {"name": "Ada", "email": "ada@example.org", "password": "a-long-password", "locale": "en"}
    me = ada.post("/api/v1/start", json=entry).json()
    works = Works(dsn, centre, ada, 0, 0, 0, me["id"])
    try:
        works.brand = works.made("brands", name="North")["id"]
        works.queue = works.made(
            "queues", brand_id=works.brand, name="Messages", medium="message", target_ms=3_600_000
        )["id"]
        works.channel = works.made(
            "channels", brand_id=works.brand, name="Our app", medium="message", queue_id=works.queue
        )["id"]
        answer = ada.patch(f"{ADMIN}/agents/{works.me}", json={"capacity": {"message": 20}})
        assert answer.status_code == 200, answer.text
        if ready is not None:
            ready(works)
        yield works
    finally:
        # A test may have put another in its place.
        works.centre.stop()
