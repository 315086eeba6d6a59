"""A held centre over HTTP: what waits is told, and only an administrator of the whole centre lets it go, once."""

from collections.abc import Generator
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from starlette.testclient import TestClient

from affluent.storage import outbound
from tests.channels.centre import eventually
from tests.channels.webhooks.receiver import Receiver, receiver
from tests.web.integration import ADMIN, Works, at_work

OUTBOUND = f"{ADMIN}/outbound"
BACKUP_MS = 1_700_000_000_000


@pytest.fixture
def crm() -> Generator[Receiver]:
    with receiver() as made:
        yield made


@pytest.fixture
def works(dsn: str) -> Generator[Works]:
    with at_work(dsn, webhooks_private=True) as made:
        yield made


def restored(works: Works) -> None:
    """As after a restore: two mails of before the backup wait, and one of after."""
    with psycopg.connect(works.dsn) as conn:
        conn.execute(
            "insert into setting values (%s, %s)",
            [outbound.KEY, Jsonb({"held_ms": BACKUP_MS + 5, "backup_ms": BACKUP_MS})],
        )
        conn.execute(
            "insert into outbox (kind, state, due_ms, created_ms) values ('mail', 'due', 1, %(at)s - 1),"
            " ('mail', 'due', 1, %(at)s), ('mail', 'due', 1, %(at)s + 1)",
            {"at": BACKUP_MS},
        )


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def trail(works: Works) -> list[dict[str, Any]]:
    return works.ada.get(f"{ADMIN}/audit", params={"noun": "outbound"}).json()["items"]


def test_what_is_held_is_told_and_let_go_once(works: Works, crm: Receiver) -> None:
    assert works.ada.get(OUTBOUND).json()["held_ms"] is None
    assert code(works.ada.post(f"{OUTBOUND}/release", json={})) == (409, "not_held")
    restored(works)
    works.made("webhooks", name="CRM", brand_id=works.brand, url=crm.url, events=["contact.opened"])
    works.ada.post("/api/v1/contacts", json=works.opening()).raise_for_status()
    eventually(lambda: works.rows("select id from webhook_delivery"))
    assert works.ada.get(OUTBOUND).json() == {
        "held_ms": BACKUP_MS + 5, "backup_ms": BACKUP_MS, "mails": 3, "in_doubt": 2, "events": 1, "may_release": True,
    }  # fmt: skip
    assert crm.had == []
    assert code(works.ada.post(f"{OUTBOUND}/hold")) == (409, "held_already")
    assert works.ada.post(f"{OUTBOUND}/release", json={}).json()["held_ms"] is None
    assert [one["state"] for one in works.rows("select state from outbox order by id")] == [
        "sending",
        "sending",
        "due",
    ]
    eventually(lambda: crm.had)
    assert code(works.ada.post(f"{OUTBOUND}/release", json={})) == (409, "not_held")
    (entry,) = trail(works)
    assert (entry["action"], entry["account"]["name"]) == ("release", "Ada")
    assert entry["after"] | {"events": 0} == {
        "held_ms": BACKUP_MS + 5, "backup_ms": BACKUP_MS, "mails": 3, "in_doubt": 2, "events": 0, "send_all": False,
    }  # fmt: skip


def test_everything_goes_when_that_is_asked(works: Works) -> None:
    restored(works)
    works.ada.post(f"{OUTBOUND}/release", json={"send_all": True}).raise_for_status()
    assert {one["state"] for one in works.rows("select state from outbox")} == {"due"}
    assert trail(works)[0]["after"]["send_all"] is True


def test_an_administrator_holds_by_hand(works: Works, crm: Receiver) -> None:
    held = works.ada.post(f"{OUTBOUND}/hold").json()
    assert held["held_ms"] is not None and held["backup_ms"] is None
    works.made("webhooks", name="CRM", brand_id=works.brand, url=crm.url, events=["contact.opened"])
    works.ada.post("/api/v1/contacts", json=works.opening()).raise_for_status()
    eventually(lambda: works.ada.get(OUTBOUND).json()["events"] == 1)
    assert crm.had == []
    works.ada.post(f"{OUTBOUND}/release", json={}).raise_for_status()
    eventually(lambda: crm.had)
    assert [one["action"] for one in trail(works)] == ["release", "hold"]


def test_who_sees_some_brands_is_told_that_it_is_held_but_neither_how_much_nor_lets_go(works: Works) -> None:
    restored(works)

    for role, may_try in (("administrator", 403), ("supervisor", 403)):
        bound = _signed_in(works, role=role, brand_ids=[works.brand])
        seen = bound.get(OUTBOUND).json()
        assert (seen["held_ms"], seen["mails"], seen["may_release"]) == (BACKUP_MS + 5, 0, False)
        assert bound.post(f"{OUTBOUND}/release", json={}).status_code == may_try
        assert bound.post(f"{OUTBOUND}/hold").status_code == may_try
    assert _signed_in(works, role="agent", brand_ids=[works.brand]).get(OUTBOUND).status_code == 403
    assert trail(works) == []


def _signed_in(works: Works, **values: Any) -> TestClient:
    entry = {"email": f"{values['role']}@example.org", "password": "a-fine-password"}
    works.made("agents", name="Someone", **entry, **values)
    client = TestClient(works.centre.app, base_url="http://centre.test", headers={"X-Affluent": "1"})
    client.post("/api/v1/session", json=entry).raise_for_status()
    return client
