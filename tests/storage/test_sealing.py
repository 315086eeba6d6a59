"""Passwords at rest: unreadable without the key, bound to their channel, sealed anew when the key changes."""

import stat
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb
from rich.console import Console
from tests.centre.stage import Ids, furnish

from affluent.cli.sealing import rotate, sealed, sealer_of
from affluent.cli.settings import Settings
from affluent.storage.administration import PostgresSettings
from affluent.storage.database import Database
from affluent.storage.post import PgPost
from affluent.storage.sealing import Sealer, Unsealable, key_file, keys_of, place_of

OLD, NEW = "an old key of more than 32 characters", "a new key of more than 32 characters"
SECRETS = {"imap": {"password": "très secret"}, "smtp": {"password": "p"}}


@pytest.fixture
def ids(dsn: str) -> Ids:
    return furnish(dsn)


def kept(dsn: str, channel: int) -> dict[str, Any]:
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
        row = conn.execute("select secrets from channel where id = %s", (channel,)).fetchone()
    assert row is not None
    return row["secrets"]


def keep(dsn: str, channel: int, secrets: dict[str, Any]) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute("update channel set secrets = %s where id = %s", (Jsonb(secrets), channel))


def read_by_the_door(dsn: str, channel: int, sealer: Sealer) -> dict[str, Any]:
    database = Database(dsn, size_max=1)
    database.open()
    try:
        (found,) = [one.secrets for one in PgPost(database, sealer).channels() if one.id == channel]
        return found
    finally:
        database.close()


def settings(dsn: str, folder: Path, key: str | None) -> Settings:
    return Settings(data_dir=folder, database_url=dsn, secret_key=key)  # type: ignore[arg-type]  # as read from text


def test_what_is_sealed_opens_with_its_key_in_its_place_and_nowhere_else() -> None:
    sealer = Sealer((OLD,))
    text = sealer.seal(SECRETS, "channel/a")
    assert "secret" not in str(text)
    assert sealer.open(text, "channel/a") == SECRETS
    assert Sealer((NEW, OLD)).open(text, "channel/a") == SECRETS
    assert sealer.seal(SECRETS, "channel/a") != text, "the same password never looks the same twice"
    for wrong, place in ((Sealer((NEW,)), "channel/a"), (sealer, "channel/b"), (Sealer(), "channel/a")):
        with pytest.raises(Unsealable):
            wrong.open(text, place)
        assert wrong.open_or_none(text, place) == {}


def test_what_was_stored_in_the_open_is_read_and_sealed_at_the_next_start(
    dsn: str, ids: Ids, tmp_path: Path
) -> None:
    keep(dsn, ids.mail_door, SECRETS)
    assert read_by_the_door(dsn, ids.mail_door, Sealer((NEW,))) == SECRETS
    sealer = sealed(settings(dsn, tmp_path, NEW), dsn)
    assert "secret" not in str(kept(dsn, ids.mail_door))
    assert read_by_the_door(dsn, ids.mail_door, sealer) == SECRETS


def test_an_administrators_change_is_sealed_and_shows_no_password(dsn: str, ids: Ids) -> None:
    sealer = Sealer((NEW,))
    database = Database(dsn, size_max=1)
    database.open()
    try:
        with PostgresSettings(database, sealer).unit() as unit:
            unit.update("channels", ids.mail_door, {"secrets": SECRETS})
            assert unit.secrets(ids.mail_door) == SECRETS
            values = {"brand_id": ids.north, "medium": "email", "name": "New", "active": True, "settings": {}}
            made = unit.insert("channels", {**values, "secrets": SECRETS, "public_key": "made"})
            assert unit.secrets(made) == SECRETS
    finally:
        database.close()
    assert "password" not in str(kept(dsn, ids.mail_door))
    assert "password" not in str(kept(dsn, made))


def test_a_key_is_changed_while_the_old_one_is_still_at_hand(dsn: str, ids: Ids, tmp_path: Path) -> None:
    keep(dsn, ids.mail_door, Sealer((OLD,)).seal(SECRETS, place_of("mail_door")))
    with pytest.raises(Unsealable):
        rotate(settings(dsn, tmp_path, NEW), Console(quiet=True))
    rotate(settings(dsn, tmp_path, f"{NEW},{OLD}"), Console(quiet=True))
    assert read_by_the_door(dsn, ids.mail_door, Sealer((NEW,))) == SECRETS


def test_the_key_file_is_its_owners_alone_and_a_running_server_follows_its_change(
    dsn: str, ids: Ids, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Settings(data_dir=tmp_path)
    path = key_file(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    server = sealer_of(own)
    keep(dsn, ids.mail_door, server.seal(SECRETS, place_of("mail_door")))
    before = keys_of(path)

    def running(folder: Path) -> str:
        return dsn

    monkeypatch.setattr("affluent.cli.sealing.running_dsn", running)
    rotate(own, Console(quiet=True))
    assert not set(keys_of(path)) & set(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_by_the_door(dsn, ids.mail_door, server) == SECRETS


def test_a_lost_key_leaves_the_centre_at_work_without_these_passwords(
    dsn: str, ids: Ids, tmp_path: Path
) -> None:
    keep(dsn, ids.mail_door, Sealer((OLD,)).seal(SECRETS, place_of("mail_door")))
    sealer = sealed(settings(dsn, tmp_path, NEW), dsn)
    assert read_by_the_door(dsn, ids.mail_door, sealer) == {}


def test_a_short_key_is_refused(dsn: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 32"):
        settings(dsn, tmp_path, "short")
