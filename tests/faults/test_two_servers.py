"""Two servers on one database, and a network that is cut: one writes, the other takes over, nothing is doubled."""

import selectors
import smtplib
import socket
import threading
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from affluent.centre import passwords
from affluent.centre.hub import Hub
from affluent.centre.receive import IncomingMail, receive_mail
from affluent.centre.refusals import Away
from affluent.centre.runner import Runner
from affluent.storage.database import Database
from affluent.storage.store import PgPartition
from tests.centre.stage import Ids, MadeClock, furnish
from tests.faults.server import Server
from tests.support.postgres import Databases

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]
PASSWORD = "a-long-password"


def eventually(holds: Callable[[], bool], what: str, timeout_s: float) -> float:
    """Waits for it; gives the seconds it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < timeout_s, f"{what} did not come about in {timeout_s} s"
        time.sleep(0.1)
    return time.monotonic() - began


def furnished(dsn: str) -> Ids:
    ids = furnish(dsn)
    settings = Jsonb({"address": "help@north.example", "listener": True})
    with psycopg.connect(dsn) as conn:
        conn.execute("update account set password_hash = %s", (passwords.hashed(PASSWORD),))
        conn.execute("update channel set settings = %s where id = %s", (settings, ids.mail_door))
    return ids


def post(server: Server, name: str) -> int:
    head = f"From: a@customer.example\r\nSubject: {name}\r\nMessage-ID: <{name}@customer.example>"
    try:
        with smtplib.SMTP("127.0.0.1", server.mail_port, timeout=30) as smtp:
            smtp.sendmail("a@customer.example", ["help@north.example"], f"{head}\r\n\r\nA word")
    except smtplib.SMTPResponseException as refused:
        return refused.smtp_code
    except (OSError, smtplib.SMTPException):
        return 0
    return 250


def desk(server: Server) -> httpx.Client:
    client = httpx.Client(
        base_url=f"http://127.0.0.1:{server.port}/api/v1",
        headers={"X-Affluent": "1", "Accept-Language": "en"},
        trust_env=False,
        timeout=30,
    )
    client.post("/session", json={"email": "ada@example.org", "password": PASSWORD}).raise_for_status()
    return client


def subjects(dsn: str) -> list[str]:
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
        return [row["subject"] for row in conn.execute("select subject from contact order by id").fetchall()]


def test_the_second_server_refuses_politely_and_takes_over_when_the_first_is_killed(
    databases: Databases, tmp_path: Path
) -> None:
    with databases.fresh() as dsn, ExitStack() as stack:
        furnished(dsn)
        servers: list[Server] = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            server = Server(folder, dsn)
            stack.callback(server.stop)
            server.start()
            servers.append(server)
        one, two = servers
        assert post(one, "first") == 250
        with closing(desk(two)) as ada:
            answer = ada.put("/desk/presence", json={"state": "ready"})
            assert answer.status_code == 503
            assert answer.json()["error"]["code"] == "not_now"
            assert ada.get("/contacts").status_code == 200, "whoever looks is served by either"
            assert post(two, "refused") == 451

            one.kill()
            took_s = eventually(lambda: post(two, "second") == 250, "the second server's turn", 20)
            print(f"took over in {took_s:.1f} s")
            assert ada.put("/desk/presence", json={"state": "ready"}).status_code == 200
        assert post(two, "first") == 250, "a repeat of what the first server took is harmless"
        assert sorted(subjects(dsn)) == ["first", "second"]


class Cable:
    """Stands between a client and a PostgreSQL socket; it can be cut, held still, and mended."""

    def __init__(self, dsn: str) -> None:
        told = conninfo_to_dict(dsn)
        self._path = f"{told['host']}/.s.PGSQL.{told['port']}"
        self._listening = socket.create_server(("127.0.0.1", 0))
        port = self._listening.getsockname()[1]
        self.dsn = make_conninfo(dsn, host="127.0.0.1", port=port)
        self._selector = selectors.DefaultSelector()
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._lock = threading.Lock()
        self._whole = threading.Event()
        self._whole.set()
        self._closing = threading.Event()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Both sides see their connections end; new ones are refused until `mend`."""
        self._whole.clear()
        with self._lock:
            for one in list(self._pairs):
                self._drop(one)

    def mend(self) -> None:
        self._whole.set()

    def _carry(self) -> None:
        while not self._closing.is_set():
            for key, _ in self._selector.select(0.05):
                one = key.fileobj
                assert isinstance(one, socket.socket)
                with self._lock:
                    if one is self._listening:
                        self._join()
                    else:
                        self._pass(one)

    def _join(self) -> None:
        client, _ = self._listening.accept()
        if not self._whole.is_set():
            client.close()
            return
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._path)
        for one, other in ((client, server), (server, client)):
            self._pairs[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _pass(self, one: socket.socket) -> None:
        other = self._pairs.get(one)
        if other is None:
            return
        try:
            heard = one.recv(1 << 16)
            if heard:
                other.sendall(heard)
                return
        except OSError:
            pass
        self._drop(one)

    def _drop(self, one: socket.socket) -> None:
        other = self._pairs.pop(one, None)
        if other is None:
            return
        self._pairs.pop(other, None)
        for each in (one, other):
            self._selector.unregister(each)
            each.close()

    def close(self) -> None:
        self.cut()
        self._closing.set()
        self._thread.join(10)
        self._selector.close()
        self._listening.close()


@pytest.fixture
def cable(dsn: str) -> Generator[Cable]:
    made = Cable(dsn)
    yield made
    made.close()


def letter(ids: Ids, name: str) -> IncomingMail:
    return IncomingMail(
        key=name,
        channel_id=ids.mail_door,
        received_ms=0,
        sender="zoe@customer.example",
        sender_name="Zoe",
        reply_to="",
        subject=name,
        text="Where?",
        new_text="Where?",
    )


def test_after_each_cut_of_the_network_the_runner_goes_on_and_nothing_is_doubled(
    dsn: str, cable: Cable
) -> None:
    ids = furnished(dsn)
    database = Database(cable.dsn, size_max=4)
    database.open()
    runner = Runner(PgPartition(database), MadeClock(), Hub())
    runner.start()
    taken: set[str] = set()
    stopping = threading.Event()

    def customer(number: int) -> None:
        """Hands a mail over again and again, under its key, until it is acknowledged; then the next."""
        while not stopping.is_set():
            name = f"{number}-{uuid.uuid4().hex}"
            while not stopping.is_set():
                try:
                    runner.do(receive_mail, mail=letter(ids, name))
                    taken.add(name)
                    break
                except Away:
                    time.sleep(0.05)

    customers = [threading.Thread(target=customer, args=(number,)) for number in range(6)]
    try:
        assert runner.wait_until_leading(60)
        for one in customers:
            one.start()
        for round_ in range(6):
            before = len(taken)
            eventually(lambda least=before: len(taken) > least + 5, "mail between two cuts", 30)
            cable.cut()
            time.sleep(0.1 * round_)
            with pytest.raises(Away), database.transaction() as conn:
                conn.execute("select 1")
            cable.mend()
            print(f"on again after {eventually(lambda: runner.leading, 'leading again', 15):.1f} s")
    finally:
        stopping.set()
        for one in customers:
            one.join(30)
        runner.stop()
        database.close()
    kept = subjects(dsn)
    assert taken <= set(kept), "an acknowledged mail is lost"
    assert len(kept) == len(set(kept)), "a mail opened two contacts"


def test_an_idle_writer_notices_that_it_lost_its_database_and_another_takes_over(
    dsn: str, cable: Cable
) -> None:
    ids = furnished(dsn)
    far, near = Database(cable.dsn, size_max=2), Database(dsn, size_max=2)
    first, second = (
        Runner(PgPartition(far), MadeClock(), Hub()),
        Runner(PgPartition(near), MadeClock(), Hub()),
    )
    far.open()
    near.open()
    try:
        first.start()
        assert first.wait_until_leading(60)
        second.start()
        assert not second.wait_until_leading(1)
        cable.cut()
        eventually(lambda: second.leading, "the other's turn", 10)
        eventually(lambda: not first.leading, "the end of the first one's turn", 10)
        second.do(receive_mail, mail=letter(ids, "one"))
        cable.mend()
        with pytest.raises(Away):
            first.do(receive_mail, mail=letter(ids, "two"))
    finally:
        for runner in (first, second):
            runner.stop()
        far.close()
        near.close()
    assert subjects(dsn) == ["one"]
