"""SIGTERM, as systemd sends it: what is in hand is finished, customers come back and nothing is lost."""

import json
import smtplib
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from aiosmtpd.controller import Controller
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from affluent.centre import passwords
from tests.centre.stage import furnish
from tests.faults.crowd import CHAT_ORIGIN
from tests.faults.server import Server, free_port
from tests.support.postgres import Databases

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]
PASSWORD = "a-long-password"
SERVICE_RESTART = 1012


class SlowSink:
    """A mail server that takes its time over the one mail it is given."""

    def __init__(self) -> None:
        self.began, self.mails = threading.Event(), 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.began.set()
        await server.loop.run_in_executor(None, time.sleep, 3.0)
        self.mails += 1
        return "250 OK"


def open_chat(stack: ExitStack, server: Server, token: str | None) -> tuple[ClientConnection, dict[str, Any]]:
    """A socket, closed with the stack, and what it was welcomed with."""
    address = f"ws://127.0.0.1:{server.port}/chat/v1/socket?site=chat_door"
    socket = stack.enter_context(connect(address, origin=CHAT_ORIGIN, open_timeout=20))
    hello = {"t": "hello", "token": token, "since": 0, "page": "", "lang": "en"}
    socket.send(json.dumps(hello))
    return socket, until(socket, "welcome")


def until(socket: ClientConnection, kind: str) -> dict[str, Any]:
    while True:
        frame = json.loads(socket.recv(timeout=20))
        assert frame["t"] != "error", frame
        if frame["t"] == kind:
            return frame


def say(socket: ClientConnection, key: str) -> None:
    socket.send(json.dumps({"t": "say", "key": key, "text": f"Text of {key}"}))


def desk(stack: ExitStack, server: Server) -> httpx.Client:
    client = stack.enter_context(
        httpx.Client(
            base_url=f"http://127.0.0.1:{server.port}/api/v1",
            headers={"X-Affluent": "1"},
            trust_env=False,
            timeout=40,
        )
    )
    client.post("/session", json={"email": "ada@example.org", "password": PASSWORD}).raise_for_status()
    return client


def set_up(dsn: str, sink_port: int) -> None:
    ids = furnish(dsn)
    smtp = {"host": "127.0.0.1", "port": sink_port, "tls": "none"}
    mail = {"address": "help@north.example", "listener": True, "smtp": smtp}
    with psycopg.connect(dsn) as conn:
        conn.execute("update account set password_hash = %s", (passwords.hashed(PASSWORD),))
        for door, settings in ((ids.mail_door, mail), (ids.chat_door, {"origins": [CHAT_ORIGIN]})):
            conn.execute("update channel set settings = %s where id = %s", (Jsonb(settings), door))


def rows(dsn: str, query: str) -> list[dict[str, Any]]:
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
        return conn.execute(query.encode()).fetchall()


def eventually(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def answer_a_mail(ada: httpx.Client, server: Server, dsn: str) -> None:
    """A mail arrives, Ada takes it and answers."""
    letter = "From: zoe@customer.example\r\nTo: help@north.example\r\nMessage-ID: <1@c.example>\r\n\r\nQ\r\n"
    with smtplib.SMTP("127.0.0.1", server.mail_port, timeout=20) as smtp:
        smtp.sendmail("zoe@customer.example", ["help@north.example"], letter)
    ada.put("/desk/presence", json={"state": "ready"}).raise_for_status()
    offered = "select id from contact where medium = 'email' and state = 'offered'"
    eventually(lambda: bool(rows(dsn, offered)), "the mail was not offered")
    contact = rows(dsn, offered)[0]["id"]
    ada.post(f"/contacts/{contact}/accept").raise_for_status()
    ada.post(f"/contacts/{contact}/messages", json={"key": "reply-key-1", "text": "Yes"}).raise_for_status()


def test_a_restart_loses_nothing_and_sends_what_is_in_hand(databases: Databases, tmp_path: Path) -> None:
    sink, sink_port = SlowSink(), free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=sink_port)
    controller.start()
    with databases.fresh() as dsn, ExitStack() as stack:
        server = Server(tmp_path, dsn)
        try:
            server.start()
            set_up(dsn, sink_port)
            server.stop()
            server.start()
            chat, welcome = open_chat(stack, server, None)
            say(chat, "word-key-one")
            until(chat, "ack")
            ada = desk(stack, server)
            stream = stack.enter_context(ada.stream("GET", "/stream"))
            answer_a_mail(ada, server, dsn)
            assert sink.began.wait(30), "the postman sends"
            say(chat, "word-key-two")
            assert server.process is not None
            server.process.terminate()
            acked = told_to_come_back(chat)
            assert server.process.wait(60) == 0
            assert "event: hello" in list(stream.iter_lines()), "the stream was ended, not cut"
            assert sink.mails == 1
            assert [one["state"] for one in rows(dsn, "select state from outbox")] == ["done"]
            log = (tmp_path / "log").read_text()
            assert "Traceback" not in log, log
            assert "runner_leads" in log
            for personal in ("zoe", "customer.example", "c.example", "Text of", "ada@", "Ada", "127.0.0.1:"):
                assert personal not in log.replace(f"http://localhost:{server.port}/", ""), personal
            server.start()
            chat, again = open_chat(stack, server, welcome["token"])
            assert again["token"] == welcome["token"]
            heard = [one["text"] for one in again["messages"]]
            assert "Text of word-key-one" in heard
            assert not acked or "Text of word-key-two" in heard
            say(chat, "word-key-two")
            until(chat, "ack")
            said = [
                row["key"]
                for row in rows(dsn, "select key from message where direction = 'in' and key is not null")
            ]
            assert sorted(one for one in said if one.startswith("word")) == ["word-key-one", "word-key-two"]
            assert sink.mails == 1
        finally:
            server.stop()
            controller.stop()


def told_to_come_back(chat: ClientConnection) -> bool:
    """Whether the last word was acknowledged before the socket was closed for a restart."""
    acked = False
    try:
        while True:
            acked |= json.loads(chat.recv(timeout=30))["t"] == "ack"
    except ConnectionClosed as closed:
        assert closed.rcvd is not None, "closed, not cut"
        assert closed.rcvd.code == SERVICE_RESTART
    return acked
