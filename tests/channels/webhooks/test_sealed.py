"""Signing secrets at rest: unreadable without the key, found again by the sender, never replaced by no signature."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from rich.console import Console
from starlette.testclient import TestClient

from affluent.channels.webhooks.signing import headers
from affluent.cli.compose import compose
from affluent.cli.sealing import rotate, sealed, sealer_of
from affluent.cli.settings import Settings
from affluent.storage.database import Database
from affluent.storage.deliveries import PgDeliveries
from affluent.storage.sealing import Sealer, Unsealable, key_file, open_signing, seal_signing
from tests.channels.centre import eventually
from tests.channels.webhooks.receiver import Received, receiver
from tests.web.house import WRITES
from tests.web.integration import ADMIN, BASE, Works, at_work

OLD, NEW = "an old key of more than 32 characters", "a new key of more than 32 characters"
KEPT = [{"secret": "whsec_new", "until_ms": None}, {"secret": "whsec_old", "until_ms": 7}]


def signed_by(had: Received, *secrets: str) -> bool:
    made = headers(had.id, had.body, secrets, at_s=int(had.headers["webhook-timestamp"]))
    return made["webhook-signature"] == had.headers["webhook-signature"]


def stored(works: Works) -> list[dict[str, Any]]:
    return works.rows("select secrets from webhook order by id")[0]["secrets"]


def settings(dsn: str, folder: Path, key: str) -> Settings:
    return Settings(data_dir=folder, database_url=dsn, secret_key=key)  # type: ignore[arg-type]  # as read from text


def put(dsn: str, secrets: list[dict[str, Any]]) -> int:
    with psycopg.connect(dsn) as conn:
        row = conn.execute(
            "insert into webhook (name, url, events, created_ms, secrets)"
            " values ('CRM', 'https://crm.example', '[]', 1, %s) returning id",
            [Jsonb(secrets)],
        ).fetchone()
    assert row is not None
    return int(row[0])


def kept(dsn: str, webhook_id: int) -> list[dict[str, Any]]:
    with psycopg.connect(dsn) as conn:
        row = conn.execute("select secrets from webhook where id = %s", [webhook_id]).fetchone()
    assert row is not None
    return row[0]


def test_a_secret_opens_for_its_webhook_alone() -> None:
    sealer = Sealer((OLD,))
    text = seal_signing(sealer, 1, KEPT)
    assert "whsec" not in str(text) and [one["until_ms"] for one in text] == [None, 7]
    assert open_signing(Sealer((NEW, OLD)), 1, text) == KEPT
    for wrong, webhook_id in ((sealer, 2), (Sealer((NEW,)), 1), (Sealer(), 1)):
        with pytest.raises(Unsealable):
            open_signing(wrong, webhook_id, text)
    assert seal_signing(Sealer(), 1, KEPT) == KEPT, "without a key everything stays as it is"


def test_a_webhook_made_and_rotated_is_sealed_signs_and_shows_nothing(dsn: str) -> None:
    with receiver() as crm, at_work(dsn, webhooks_private=True, sealer=Sealer((NEW,))) as works:
        made = works.made(
            "webhooks", name="CRM", brand_id=works.brand, url=crm.url, events=["contact.opened"]
        )
        path = f"{ADMIN}/webhooks/{made['id']}"
        works.ada.post(f"{path}/test").raise_for_status()
        eventually(lambda: crm.had)
        assert signed_by(crm.had[0], made["secret"])
        rotated = works.ada.post(f"{path}/rotate").json()
        works.ada.post(f"{path}/test").raise_for_status()
        eventually(lambda: len(crm.had) == 2)
        assert signed_by(crm.had[1], rotated["secret"], made["secret"])
        told = json.dumps(stored(works))
        audit = works.ada.get(f"{ADMIN}/audit").text + json.dumps(
            works.rows("select * from audit"), default=str
        )
        for secret in (made["secret"], rotated["secret"]):
            assert secret not in told and secret not in audit
        assert "sealed" in told and "sealed" not in audit


def test_what_was_stored_in_the_open_is_sealed_at_the_next_start_and_one_lost_key_stops_no_other(
    dsn: str, tmp_path: Path
) -> None:
    lost = put(dsn, seal_signing(Sealer(("a third key of more than 32 characters",)), 1, KEPT))
    plain = put(dsn, KEPT)
    sealer = sealed(settings(dsn, tmp_path, NEW), dsn)
    assert "whsec" not in str(kept(dsn, plain))
    assert open_signing(sealer, plain, kept(dsn, plain)) == KEPT
    with pytest.raises(Unsealable):
        open_signing(sealer, lost, kept(dsn, lost))


def test_a_change_of_the_key_covers_webhooks_or_nothing(dsn: str, tmp_path: Path) -> None:
    first = put(dsn, seal_signing(Sealer((OLD,)), 1, KEPT))
    with pytest.raises(Unsealable):
        rotate(settings(dsn, tmp_path, NEW), Console(quiet=True))
    assert open_signing(Sealer((OLD,)), first, kept(dsn, first)) == KEPT
    rotate(settings(dsn, tmp_path, f"{NEW},{OLD}"), Console(quiet=True))
    assert open_signing(Sealer((NEW,)), first, kept(dsn, first)) == KEPT


def test_a_running_server_seals_with_the_key_of_the_file_as_it_is_now(
    dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Settings(data_dir=tmp_path)
    key_file(tmp_path)
    server = sealer_of(own)

    def running(folder: Path) -> str:
        return dsn

    monkeypatch.setattr("affluent.cli.sealing.running_dsn", running)
    rotate(own, Console(quiet=True))
    text = seal_signing(server, 1, KEPT)
    assert open_signing(Sealer(file=key_file(tmp_path)), 1, text) == KEPT, "sealed with a key that is gone"


def test_events_whose_secret_cannot_be_opened_wait_until_it_is_changed(dsn: str) -> None:
    with receiver() as crm, at_work(dsn, webhooks_private=True, sealer=Sealer((OLD,))) as works:
        made = works.made(
            "webhooks", name="CRM", brand_id=works.brand, url=crm.url, events=["contact.opened"]
        )
        works.centre.stop()
        works.centre = compose(works.dsn, webhooks_private=True, sealer=Sealer((NEW,)))
        assert works.centre.runner.wait_until_leading(60)
        works.ada = TestClient(
            works.centre.app,
            base_url=BASE,
            headers={**WRITES, "Accept-Language": "en"},
            cookies=works.ada.cookies,
        )
        works.ada.post("/api/v1/contacts", json=works.opening()).raise_for_status()
        path = f"{ADMIN}/webhooks/{made['id']}"
        failing = eventually(lambda: works.ada.get(f"{path}/deliveries?state=failing").json()["items"])
        assert [one["error"] for one in failing] == ["webhook_secret_unreadable"]
        assert crm.had == [], "sent without a signature"
        rotated = works.ada.post(f"{path}/rotate").json()
        works.ada.post(f"{path}/deliveries/{failing[0]['id']}/again").raise_for_status()
        eventually(lambda: crm.had)
        assert signed_by(crm.had[0], rotated["secret"])


def test_a_look_at_what_is_due_opens_the_secrets_once(dsn: str) -> None:
    opened: list[str] = []

    class Counting(Sealer):
        def open_text(self, sealed: str, place: str) -> str:
            opened.append(place)
            return super().open_text(sealed, place)

    sealer = Counting((NEW,))
    webhook = put(dsn, seal_signing(sealer, 1, KEPT[:1]))
    with psycopg.connect(dsn) as conn:
        conn.execute(
            "with e as (insert into webhook_event (seq, kind, contact_id, at_ms, body)"
            " select n, 'contact.opened', n, 1, '{}' from generate_series(1, 20) n returning id, contact_id)"
            " insert into webhook_delivery (webhook_id, event_id, contact_id, due_ms, created_ms)"
            " select %s, id, contact_id, 1, 1 from e",
            [webhook],
        )
    database = Database(dsn, size_max=1)
    database.open()
    try:
        due = PgDeliveries(database, sealer).due(webhook, (), 20, 10)
    finally:
        database.close()
    assert len(due) == 20 and {one.secrets for one in due} == {("whsec_new",)}
    assert opened == [f"webhook/{webhook}"]
