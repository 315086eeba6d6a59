"""What the doctor sees without the database: the folder, the disk, the ports, the parts of the program."""

import errno
import json
import os
import shutil
import socket
import stat
import urllib.request
from collections.abc import Iterator
from zoneinfo import available_timezones

from affluent.cli.operate.finding import Finding, ok, problem, warning
from affluent.cli.operate.wording import size
from affluent.cli.settings import Settings
from affluent.routing.compiled import INTERPRETED, cache_folder
from affluent.storage.server import ROOM_MB_MIN, embedded_binaries, running_dsn, system_binaries
from affluent.web.services import PAGES

DISK_MB_LOW = 2_048
ANSWER_S_MAX = 3.0


def look(settings: Settings) -> Iterator[Finding]:
    """All of it."""
    yield from _folder(settings)
    yield from _key(settings)
    yield _disk(settings)
    yield from _postgres(settings)
    yield from _ports(settings)
    yield _pages()
    yield _engine()
    zones = available_timezones()
    yield ok("zones", count=len(zones)) if "Europe/Paris" in zones else problem("no_zones")


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    if not folder.exists():
        yield warning("folder_missing", path=folder)
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield problem("folder_closed", path=folder)
        return
    data = folder / "postgres"
    if data.exists() and data.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        yield problem("folder_open", path=data)
        return
    yield ok("folder", path=folder)


def _key(settings: Settings) -> Iterator[Finding]:
    path = settings.data_dir / "secret.key"
    if settings.secret_keys():
        yield ok("key_of_environment")
    elif settings.database_url is not None:
        yield warning("no_key")
    elif not path.exists():
        # Made at the first start; missing later, passwords cannot be opened.
        if (settings.data_dir / "postgres").exists():
            yield problem("key_missing", path=path)
    elif path.stat().st_mode & (stat.S_IRWXO | stat.S_IRWXG):
        yield problem("key_open", path=path)
    else:
        yield ok("key", path=path)


def _disk(settings: Settings) -> Finding:
    folder = next(one for one in (settings.data_dir, *settings.data_dir.parents) if one.exists())
    free = shutil.disk_usage(folder).free
    said = {"path": folder, "free": size(free, settings.locale)}
    if free < ROOM_MB_MIN << 20:
        return problem("disk_full", **said)
    return warning("disk_low", **said) if free < DISK_MB_LOW << 20 else ok("disk", **said)


def _postgres(settings: Settings) -> Iterator[Finding]:
    if settings.database_url is not None:
        return
    if embedded_binaries() is None and system_binaries() is None:
        yield problem("no_postgres")
    elif running_dsn(settings.data_dir) is not None:
        yield ok("postgres_runs")
    elif (settings.data_dir / "postgres").exists():
        yield warning("postgres_down", log=settings.data_dir / "postgres.log")


def _ports(settings: Settings) -> Iterator[Finding]:
    address = {"host": settings.host, "port": settings.port}
    said = _answer(settings)
    if said is not None:
        yield ok("centre_answers", **address)
        for check in said.get("checks", ()):
            if not check["ok"]:
                yield problem("centre_not_ready", check=check["name"], reason=check["reason"])
        return
    free = _free(settings.host, settings.port)
    if free is None:
        yield warning("centre_down", **address)
    else:
        yield problem("port_taken", setting="AFFLUENT_PORT", reason=free, **address)
    if settings.mail_port:
        free = _free(settings.mail_host, settings.mail_port)
        mail = {"host": settings.mail_host, "port": settings.mail_port}
        if free is not None:
            yield problem("port_taken", setting="AFFLUENT_MAIL_PORT", reason=free, **mail)


def _answer(settings: Settings) -> dict[str, list[dict[str, str]]] | None:
    """What the centre on our port says of itself; None when there is none."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host  # noqa: S104 -- compared
    host = f"[{host}]" if ":" in host else host
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Kept())
    try:
        with opener.open(f"http://{host}:{settings.port}/ready", timeout=ANSWER_S_MAX) as answer:
            said = json.load(answer)
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) and "checks" in said else None


class _Kept(urllib.request.HTTPErrorProcessor):
    """An answer of 503 is an answer."""

    def http_response(self, request: urllib.request.Request, response: object) -> object:
        return response


def _free(host: str, port: int) -> str | None:
    """None when a server could listen there, else why not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as fault:
            return errno.errorcode.get(fault.errno or 0, "") or str(fault)
    return None


def _pages() -> Finding:
    missing = [name for name in ("index.html", "widget/affluent.js") if not (PAGES / name).is_file()]
    return problem("pages_missing", names=", ".join(missing)) if missing else ok("pages")


def _engine() -> Finding:
    if INTERPRETED:
        return warning("engine_interpreted")
    compiled = next(cache_folder().rglob("*.nbi"), None)
    return ok("engine") if compiled is not None else warning("engine_not_compiled")
