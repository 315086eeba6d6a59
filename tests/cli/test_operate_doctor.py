"""The doctor names what is wrong with its remedy, in two languages, and tells no secret."""

import io
import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from pydantic import SecretStr

from affluent.cli.clock import WallClock
from affluent.cli.operate import database, machine, mailboxes
from affluent.cli.operate.doctor import run
from affluent.cli.operate.wording import size, words
from affluent.cli.settings import Settings
from affluent.storage import outbound
from affluent.storage.backup import LAST_BACKUP
from tests.centre.stage import staged

SECRET = "hunter2-hunter2"


def settings(tmp_path: Path, dsn: str | None = None, **more: Any) -> Settings:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return Settings(
        data_dir=tmp_path, database_url=None if dsn is None else SecretStr(dsn), port=port, **more
    )


def told(given: Settings, *, network: bool = False) -> dict[str, dict[str, Any]]:
    """The findings by code."""
    out = io.StringIO()
    healthy = run(given, out, as_json=True, network=network)
    said = json.loads(out.getvalue())
    assert said["healthy"] is healthy is (said["problems"] == 0)
    return {one["code"]: one for one in said["findings"]}


def test_a_fresh_folder_is_no_problem_but_for_what_is_missing(tmp_path: Path) -> None:
    found = told(settings(tmp_path / "new"))
    assert found["folder_missing"]["level"] == "warning"
    assert found["centre_down"]["remedy"]
    assert "postgres" not in found, "nothing was started for a look"
    assert not (tmp_path / "new").exists()


def test_it_finds_what_is_wrong_in_the_database(dsn: str, tmp_path: Path) -> None:
    with staged(dsn) as stage:
        stage.mail()
        assert "leader" in told(settings(tmp_path, dsn))
    with psycopg.connect(dsn) as conn:
        conn.execute("update queue_skill set level = 5")
        conn.execute("delete from agent_capacity where medium = 'email'")
        conn.execute("update contact set state = 'offered', offer_expires_ms = 1")
        conn.execute("insert into timer (kind, contact_id, due_ms) select 'wake', id, 1 from contact")
        conn.execute(
            "insert into outbox (kind, state, due_ms, created_ms)"
            " values ('mail', 'due', 1, 1), ('mail', 'failed', 1, %s)",
            [WallClock().now_ms()],
        )
        conn.execute(
            "insert into hours (name, timezone) values ('Odd', 'Europe/Atlantis')",
        )
        conn.execute(
            "insert into webhook (name, url, created_ms, disabled_ms, secrets)"
            " values ('CRM', 'https://crm.example', 1, 1, %s)",
            [Jsonb([{"sealed": "0badkey0.AAAA", "until_ms": None}])],
        )
        conn.execute("insert into setting values (%s, %s)", [LAST_BACKUP, Jsonb({"at_ms": 1})])
        secrets = Jsonb({"imap": {"sealed": "0badkey0.AAAA"}})
        conn.execute("update channel set secrets = %s where medium = 'email'", [secrets])
    found = told(settings(tmp_path, dsn))
    problems = {code for code, one in found.items() if one["level"] == "problem"}
    assert {
        "unserved",
        "stuck",
        "timers_overdue",
        "outbox_late",
        "zones_unknown",
        "secrets_unreadable",
        "signing_unreadable",
    } <= problems
    assert {"outbox_failed", "webhooks_disabled", "backup_old", "no_leader", "no_key"} <= found.keys()
    assert "mail" in found["unserved"]["params"]["names"]
    assert all(one["remedy"] for one in found.values() if one["level"] != "ok")


def test_a_held_centre_a_long_transaction_and_other_schemas_are_told(dsn: str, tmp_path: Path) -> None:
    with psycopg.connect(dsn) as conn:
        outbound.hold(conn, now_ms=1)  # type: ignore[arg-type] -- rows are not read
    assert told(settings(tmp_path, dsn))["outbound_held"]["level"] == "problem"
    for revision, code in (("9999", "schema_newer"), ("0001", "schema_older")):
        with psycopg.connect(dsn) as conn:
            conn.execute("update alembic_version set version_num = %s", [revision])
        assert code in told(settings(tmp_path, dsn))


def test_no_database_is_a_finding_and_no_traceback(tmp_path: Path) -> None:
    found = told(settings(tmp_path, "host=/nowhere dbname=affluent"))
    assert found["database"]["level"] == "problem"


def test_the_folder_the_key_and_the_ports_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir(mode=0o755)
    (tmp_path / "secret.key").write_text(SECRET)
    (tmp_path / "secret.key").chmod(0o644)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        given = Settings(data_dir=tmp_path, port=port, mail_port=port)

        def hang_up() -> None:
            taken.accept()[0].close()

        closing = threading.Thread(target=hang_up)
        closing.start()
        found = {one.code: one for one in machine.look(given)}
        closing.join()
    assert {"folder_open", "key_open", "port_taken"} <= found.keys()
    assert SECRET not in str(found)


def test_mailboxes_are_tried_and_their_passwords_never_told(
    dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def texts(domain: str) -> list[str]:
        return {"north.example": ["v=spf1 -all"], "two.example": ["v=spf1 a", "V=SPF1 b"]}.get(domain, [])

    monkeypatch.setattr(mailboxes, "_texts", texts)
    with staged(dsn) as stage:
        ids = stage.ids
    with psycopg.connect(dsn) as conn:
        smtp = {"host": "127.0.0.1", "port": 1, "tls": "none", "username": "help"}
        given = {"address": "help@north.example", "imap": smtp, "smtp": smtp}
        secrets = {"imap": {"password": SECRET}, "smtp": {"password": SECRET}}
        conn.execute(
            "update channel set settings = %s, secrets = %s where id = %s",
            [Jsonb(given), Jsonb(secrets), ids.mail_door],
        )
        for number, address in enumerate(("a@two.example", "a@none.example")):
            conn.execute(
                "insert into channel (brand_id, medium, name, public_key, settings)"
                " values (%s, 'email', %s, %s, %s)",
                [ids.north, address, f"door-{number}", Jsonb({"address": address})],
            )
    url = f"{dsn} password={SECRET}"
    for locale in ("en", "fr"):
        out = io.StringIO()
        assert not run(settings(tmp_path, url, locale=locale), out, as_json=False, network=True)
        assert SECRET not in out.getvalue()
    found = told(settings(tmp_path, url), network=True)
    assert found["mailbox_failed"]["params"]["name"] == "mail_door"
    assert {"mailbox_mute", "spf", "spf_many", "spf_missing"} <= found.keys()


def codes() -> Iterator[str]:
    for module in (machine, database, mailboxes):
        assert module.__file__ is not None
        source = Path(module.__file__).read_text(encoding="utf-8")
        yield from re.findall(r"\b(?:ok|warning|problem|else)\(?\s*\(?\"([a-z_]+)\"", source)


def test_every_finding_has_its_words_in_both_languages() -> None:
    found = set(codes())
    assert len(found) > 40
    for locale in ("en", "fr"):
        assert sorted(code for code in found if f"doctor_{code}" not in words(locale)) == []
    assert words("en").keys() == words("fr").keys()
    gap = re.compile(r"\{(\w+)\}")
    for code, text in words("en").items():
        assert set(gap.findall(text)) == set(gap.findall(words("fr")[code])), code
    assert [code for code, text in words("fr").items() if re.search(r" [;!?%»]| :(?=\s|$)|'", text)] == []


def test_bytes_are_said_as_people_say_them() -> None:
    assert [size(n, "en") for n in (12, 1_500, 73_700_000_000)] == ["12\xa0B", "1.5\xa0kB", "73.7\xa0GB"]
    assert size(1_500, "fr") == "1,5\xa0ko"
