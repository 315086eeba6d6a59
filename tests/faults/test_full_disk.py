"""The disk of the database fills up while mail, chats and forms arrive, and is emptied again."""

import json
import os
import shutil
import smtplib
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from affluent.centre import passwords
from affluent.storage.migrate import migrate
from affluent.storage.server import EmbeddedPostgres, running_dsn
from tests.centre.stage import furnish
from tests.faults.crowd import CHAT_ORIGIN
from tests.faults.server import Server

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]
PASSWORD = "a-long-password"
DISK_MB = 420


@contextmanager
def small_disk(folder: Path) -> Generator[Path]:
    """A disk of its own that can really be full. Only root may mount one."""
    folder.mkdir()
    for parent in (folder, *list(folder.parents)[:4]):
        if str(parent).count("/") > 1:
            parent.chmod(parent.stat().st_mode | 0o011)
    mount = shutil.which("mount")
    if sys.platform != "linux" or os.getuid() != 0 or mount is None:
        pytest.skip("a small disk of its own can be mounted by root on Linux only")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=755", "affluent-test", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


class Filler:
    """A file that takes all the space but what is to be left."""

    def __init__(self, disk: Path) -> None:
        self._path = disk / "filler"
        self._disk = disk

    def leave(self, mb: float) -> None:
        """Grows or shrinks until so many MB are free."""
        size = self._path.stat().st_size if self._path.exists() else 0
        size += shutil.disk_usage(self._disk).free - int(mb * 1024 * 1024)
        with self._path.open("ab") as file:
            if size <= file.tell():
                os.ftruncate(file.fileno(), max(0, size))
            else:
                os.posix_fallocate(file.fileno(), 0, size)

    def go(self) -> None:
        self._path.unlink(missing_ok=True)


@dataclass
class Customers:
    """Try each door once when asked, and remember what it took."""

    server: Server
    mails: set[str] = field(default_factory=set[str])
    words: set[str] = field(default_factory=set[str])
    forms: set[str] = field(default_factory=set[str])

    def mail(self, size: int = 100) -> int:
        """The code of the door's answer."""
        name = uuid.uuid4().hex
        text = (
            f"From: {name}@customer.example\r\nTo: help@north.example\r\nSubject: {name}\r\n"
            f"Message-ID: <{name}@customer.example>\r\n\r\n"
            + "".join(os.urandom(40).hex() + "\r\n" for _ in range(size // 80))
        )
        try:
            with smtplib.SMTP("127.0.0.1", self.server.mail_port, timeout=40) as smtp:
                smtp.sendmail(f"{name}@customer.example", ["help@north.example"], text)
        except smtplib.SMTPRecipientsRefused as refused:
            return next(iter(refused.recipients.values()))[0]
        except smtplib.SMTPResponseException as refused:
            return refused.smtp_code
        self.mails.add(name)
        return 250

    def word(self) -> bool:
        """Whether a new chat's first word was acknowledged."""
        key = f"word-{uuid.uuid4().hex}"
        address = f"ws://127.0.0.1:{self.server.port}/chat/v1/socket?site=chat_door"
        try:
            with connect(address, origin=CHAT_ORIGIN, open_timeout=20) as socket:
                socket.send(json.dumps({"t": "hello", "token": None, "since": 0, "page": "", "lang": "en"}))
                _until(socket, "welcome")
                socket.send(json.dumps({"t": "say", "key": key, "text": key}))
                _until(socket, "ack")
        except (OSError, WebSocketException, TimeoutError):
            return False
        self.words.add(key)
        return True

    def form(self, language: str = "en") -> httpx.Response:
        key = uuid.uuid4().hex
        answer = httpx.post(
            f"http://127.0.0.1:{self.server.port}/form/v1/form_door?lang={language}",
            json={"key": key, "values": {"email": f"{key}@customer.example", "subject": key}},
            headers={"Origin": str(CHAT_ORIGIN)},
            trust_env=False,
            timeout=40,
        )
        if answer.status_code == 200:
            self.forms.add(key)
        return answer


def _until(socket: Any, kind: str) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if json.loads(socket.recv(timeout=20))["t"] == kind:
            return
    raise TimeoutError(kind)


def eventually(holds: Callable[[], bool], what: str, timeout_s: float = 60) -> None:
    end = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < end, f"{what} did not come about"
        time.sleep(0.3)


def set_up(dsn: str) -> None:
    ids = furnish(dsn)
    fields = [
        {"key": "email", "label_fr": "E-mail", "label_en": "E-mail", "kind": "email", "required": True},
        {"key": "subject", "label_fr": "Objet", "label_en": "Subject", "kind": "text", "required": True},
    ]
    with psycopg.connect(dsn) as conn:
        conn.execute("update account set password_hash = %s", (passwords.hashed(PASSWORD),))
        for door, settings in (
            (ids.mail_door, {"address": "help@north.example", "listener": True}),
            (ids.chat_door, {"origins": [CHAT_ORIGIN]}),
            (ids.form_door, {"origins": [CHAT_ORIGIN], "fields": fields}),
        ):
            conn.execute("update channel set settings = %s where id = %s", (Jsonb(settings), door))


def agent(server: Server) -> httpx.Client:
    desk = httpx.Client(
        base_url=f"http://127.0.0.1:{server.port}/api/v1",
        headers={"X-Affluent": "1", "Accept-Language": "en"},
        trust_env=False,
        timeout=40,
    )
    desk.post("/session", json={"email": "ada@example.org", "password": PASSWORD}).raise_for_status()
    return desk


def check(dsn: str, customers: Customers) -> None:
    """Every acknowledged thing is there once, and the journal tells the states."""
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
        contacts = [row["subject"] for row in conn.execute("select subject from contact").fetchall()]
        words = [
            row["key"] for row in conn.execute("select key from message where direction = 'in'").fetchall()
        ]
    for taken in (customers.mails, customers.forms):
        assert taken <= set(contacts), "an acknowledged contact is lost"
        assert all(contacts.count(one) == 1 for one in taken)
    assert customers.words <= set(words), "an acknowledged word is lost"
    said = [one for one in words if one is not None]
    assert len(said) == len(set(said)), "a word was kept twice"


def all_doors_take(customers: Customers) -> bool:
    return customers.mail() == 250 and customers.word() and customers.form().status_code == 200


@pytest.mark.parametrize("whose", ["own", "external"])
def test_a_full_disk_loses_nothing_says_so_and_is_forgotten_when_there_is_room(
    whose: str, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(tmp_path / "disk"))
        url: str | None = None
        if whose == "external":
            postgres = EmbeddedPostgres(disk / "data")
            url = postgres.start()
            stack.callback(postgres.stop)
            migrate(url)
        server = Server(tmp_path, url, disk / "data" if url is None else None)
        stack.callback(server.stop)
        server.start()
        dsn = url or running_dsn(disk / "data")
        assert dsn is not None
        set_up(dsn)
        server.stop()
        server.start()
        customers, filler, desk = Customers(server), Filler(disk), agent(server)
        assert all_doors_take(customers)

        if whose == "own":
            refused_in_time(customers, filler, desk)
        broken_off(customers, filler, dsn)

        filler.go()
        eventually(lambda: all_doors_take(customers), "taking in again")
        assert desk.put("/desk/presence", json={"state": "ready"}).status_code == 200
        check(dsn, customers)
        desk.close()


def refused_in_time(customers: Customers, filler: Filler, desk: httpx.Client) -> None:
    """A centre that runs its own database stops taking in before PostgreSQL is in need."""
    filler.leave(40)
    eventually(lambda: customers.mail() == 452, "the refusal of mail")
    assert not customers.word()
    for language, sign in (("en", "room"), ("fr", "place")):
        answer = customers.form(language)
        assert answer.status_code == 503
        assert sign in answer.json()["error"]["message"]
    answer = desk.put("/desk/presence", json={"state": "ready"})
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "disk_full"
    assert "disque du serveur est plein" in answer.json()["error"]["message"]
    assert desk.get("/desk").status_code == 200, "what is there can still be read"
    filler.leave(120)
    eventually(lambda: all_doors_take(customers), "taking in again")


def broken_off(customers: Customers, filler: Filler, dsn: str) -> None:
    """The disk is full to its last byte, so that PostgreSQL itself cannot go on."""
    filler.leave(1)
    with pytest.raises(psycopg.Error), psycopg.connect(dsn, autocommit=True) as conn:
        for _ in range(40):
            conn.execute("create table if not exists filling (text text)")
            conn.execute(
                "insert into filling select repeat(md5(n::text), 60) from generate_series(1, 4000) n"
            )
    filler.leave(0)
    eventually(lambda: customers.mail(400_000) in (451, 452), "the refusal of mail")
    assert customers.form().status_code == 503
    assert customers.mail(400_000) in (451, 452)
