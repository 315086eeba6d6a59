"""`affluent backup`, `affluent restore` and `affluent outbound`."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from affluent.centre.holding_back import Waiting
from affluent.cli.clock import WallClock
from affluent.cli.operate.reach import connected, owned, reached
from affluent.cli.operate.wording import say, size
from affluent.cli.settings import Settings
from affluent.storage import outbound
from affluent.storage.backup import back_up, put_away_old
from affluent.storage.backup_file import Manifest, extra
from affluent.storage.database import Conn
from affluent.storage.restore import needs_upgrade, restore
from affluent.storage.sealing import write_keys
from affluent.web.services import own_version

KEY, SETTINGS = "secret.key", "settings.json"
SECRET = frozenset({"database_url", "secret_key", "metrics_token"})


def save(settings: Settings, console: Console, file: Path | None, *, with_key: bool, keep: int) -> Path:
    """Everything in one file; the centre may run meanwhile. Raises `StorageError`."""
    now_ms = WallClock().now_ms()
    folder = settings.data_dir / "backups"
    at = datetime.fromtimestamp(now_ms / 1000, UTC)
    path = (file or folder / f"affluent-{at:%Y%m%dT%H%M%SZ}.backup").expanduser().absolute()
    extras = {SETTINGS: _said(settings)}
    key = settings.data_dir / KEY
    if with_key and key.exists():
        extras[KEY] = key.read_bytes()
    with reached(settings) as dsn:
        manifest = back_up(dsn, path, version=own_version(), now_ms=now_ms, extras=extras)
    rows = sum(kept.rows for kept in manifest.tables.values())
    say_it = {"path": path, "size": size(path.stat().st_size, settings.locale), "rows": rows}
    console.print(say(settings.locale, "saved", **say_it), highlight=False)
    if key.exists() and not with_key:
        console.print(say(settings.locale, "saved_without_key", path=key), highlight=False)
    if file is None and keep:
        for old in put_away_old(folder, keep):
            console.print(say(settings.locale, "old_deleted", path=old), highlight=False)
    return path


def put_back(settings: Settings, console: Console, file: Path, *, replace: bool) -> None:
    """The centre as it was when the backup was made, and quiet. Raises `StorageError`."""
    file = file.expanduser().absolute()
    with owned(settings) as dsn:
        manifest = restore(dsn, file, now_ms=WallClock().now_ms(), replace=replace)
        with connected(dsn) as conn:
            waiting = outbound.outbound(conn).mails
    locale = settings.locale
    at = datetime.fromtimestamp(manifest.created_ms / 1000, UTC)
    rows = sum(kept.rows for kept in manifest.tables.values())
    console.print(say(locale, "restored", at=f"{at:%Y-%m-%d %H:%M:%S} UTC", rows=rows), highlight=False)
    if needs_upgrade(manifest):
        console.print(say(locale, "restored_older", version=manifest.version), highlight=False)
    _key(settings, console, file, manifest)
    _differences(settings, console, file, manifest)
    console.print(say(locale, "restored_quiet", waiting=waiting), highlight=False)


def _key(settings: Settings, console: Console, file: Path, manifest: Manifest) -> None:
    if KEY not in manifest.extras or settings.secret_keys() or settings.database_url is not None:
        return
    kept = tuple(extra(file, KEY).decode("ascii").split())
    path = settings.data_dir / KEY
    here = tuple(path.read_text(encoding="ascii").split()) if path.exists() else ()
    # The backup's key opens what came with it; ours stays for what else it may have sealed.
    write_keys(path, tuple(dict.fromkeys((*kept, *here))))
    console.print(say(settings.locale, "key_restored", path=path), highlight=False)


def _differences(settings: Settings, console: Console, file: Path, manifest: Manifest) -> None:
    if SETTINGS not in manifest.extras:
        return
    then: dict[str, Any] = json.loads(extra(file, SETTINGS))
    now: dict[str, Any] = json.loads(_said(settings))
    for name in sorted(then.keys() & now.keys()):
        if then[name] != now[name] and name != "data_dir":
            said = {"name": f"AFFLUENT_{name.upper()}", "then": then[name], "now": now[name]}
            console.print(say(settings.locale, "setting_differs", **said), highlight=False)


def _said(settings: Settings) -> bytes:
    """The settings but the secret ones, as a reminder of how this centre was run."""
    return json.dumps(settings.model_dump(mode="json", exclude=set(SECRET)), indent=1).encode()


def tell_outbound(settings: Settings, console: Console) -> None:
    """Whether things are held back, and what waits."""
    with _working(settings) as conn:
        _tell(console, settings.locale, outbound.outbound(conn))


def hold_outbound(settings: Settings, console: Console) -> None:
    """Nothing is sent from now on."""

    with _working(settings) as conn:
        now_ms = WallClock().now_ms()
        outbound.hold(conn, now_ms=now_ms, entry=outbound.by_command("hold", now_ms))
        _tell(console, settings.locale, outbound.outbound(conn))


def release_outbound(settings: Settings, console: Console, *, send_all: bool) -> None:
    """Things go again; what may have gone already is shown to agents unless `send_all`."""
    with _working(settings) as conn:
        entry = outbound.by_command("release", WallClock().now_ms(), send_all=send_all)
        found = outbound.release(conn, send_all=send_all, entry=entry)
        if found is None:
            _tell(console, settings.locale, outbound.outbound(conn))
            return
    asked = 0 if send_all else found.in_doubt
    said = {"sent": found.mails - asked, "asked": asked, "events": found.events}
    console.print(say(settings.locale, "released", **said), highlight=False)


def _tell(console: Console, locale: str, found: Waiting) -> None:
    code = "outbound_open" if found.held_ms is None else "outbound_held"
    console.print(
        say(locale, code, waiting=found.mails, in_doubt=found.in_doubt, events=found.events), highlight=False
    )


@contextmanager
def _working(settings: Settings) -> Generator[Conn]:
    """One transaction on the centre's database."""
    with reached(settings) as dsn, connected(dsn) as conn:
        yield conn
