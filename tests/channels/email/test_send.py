"""Sending: at every step it is known whether the mail may have gone."""

import socket
import threading
from collections.abc import Iterator

import pytest
from made_mail import SetClock, Store

from affluent.channels.email.compose import OutgoingMail, Reply, compose
from affluent.channels.email.listener import SmtpListener
from affluent.channels.email.message import Address
from affluent.channels.email.parse import parse
from affluent.channels.email.send import (
    PermanentFailure,
    SmtpAccount,
    TemporaryFailure,
    Uncertain,
    send,
)


def outgoing(to: str = "ana@customer.example", *copies: str) -> OutgoingMail:
    reply = Reply(
        1,
        Address("Help", "help@brand.example"),
        Address("", to),
        "Colis",
        "Bonjour",
        cc=tuple(Address("", one) for one in copies),
    )
    return compose(reply, installation="x", now_ms=0)


class Scripted:
    """A server of one connection that answers line by line and hangs up where it is told to."""

    def __init__(self, refusals: dict[str, str], hang_up_after: str | None = None) -> None:
        self._refusals = refusals
        self._hang_up_after = hang_up_after
        self.heard: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection, connection.makefile("rwb") as lines:

            def say(text: str) -> None:
                lines.write(text.encode() + b"\r\n")
                lines.flush()

            say("220 ready")
            in_data = False
            for line in lines:
                text = line.decode().strip()
                if in_data and text != ".":
                    if self._hang_up_after == "content":
                        return
                    continue
                word = "." if in_data else text.split(" ")[0].split(":")[0].upper()
                in_data = word == "DATA" and "DATA" not in self._refusals
                self.heard.append(word)
                if self._hang_up_after == word:
                    return
                say(self._refusals.get(word, "354 go on" if word == "DATA" else "250 ok"))
                if word == "QUIT":
                    return

    def close(self) -> None:
        self._socket.close()
        self._thread.join(5)

    @property
    def account(self) -> SmtpAccount:
        return SmtpAccount("127.0.0.1", self.port, "none", timeout_ms=3_000, own_name="test")


@pytest.fixture
def marks() -> list[str]:
    return []


@pytest.fixture
def servers() -> Iterator[list[Scripted]]:
    opened: list[Scripted] = []
    yield opened
    for one in opened:
        one.close()


def test_a_sent_mail_arrives_and_the_mark_was_set_before(marks: list[str]) -> None:
    store = Store()
    listener = SmtpListener("127.0.0.1", 0, lambda _: store.deliver, SetClock())
    listener.start()
    try:
        account = SmtpAccount("127.0.0.1", listener.port, "none", timeout_ms=5_000, own_name="test")
        sent = send(outgoing(), account, lambda: marks.append(f"sending, {len(store.mails)} stored"))
    finally:
        listener.stop()
    assert sent.response.startswith("250")
    assert marks == ["sending, 0 stored"]
    assert parse(next(iter(store.mails.values()))).text == "Bonjour"


@pytest.mark.parametrize(
    ("step", "code", "failure"),
    [
        ("MAIL", "451 later", TemporaryFailure),
        ("MAIL", "550 no", PermanentFailure),
        ("RCPT", "450 greylisted", TemporaryFailure),
        ("RCPT", "550 unknown", PermanentFailure),
    ],
)
def test_a_refusal_before_data_is_definite_and_sets_no_mark(
    step: str, code: str, failure: type[Exception], marks: list[str], servers: list[Scripted]
) -> None:
    server = Scripted({step: code})
    servers.append(server)
    with pytest.raises(failure):
        send(outgoing(), server.account, lambda: marks.append("sending"))
    assert not marks
    assert "DATA" not in server.heard


@pytest.mark.parametrize(
    ("refusals", "hang_up", "failure"),
    [
        ({".": "451 try later"}, None, TemporaryFailure),
        ({".": "554 spam"}, None, PermanentFailure),
        ({"DATA": "554 no"}, None, PermanentFailure),
        ({}, ".", Uncertain),
        ({}, "content", Uncertain),
        ({}, "DATA", Uncertain),
    ],
)
def test_after_the_mark_an_answer_is_definite_and_silence_is_uncertain(
    refusals: dict[str, str],
    hang_up: str | None,
    failure: type[Exception],
    marks: list[str],
    servers: list[Scripted],
) -> None:
    server = Scripted(refusals, hang_up)
    servers.append(server)
    with pytest.raises(failure):
        send(outgoing(), server.account, lambda: marks.append("sending"))
    assert marks == ["sending"]


def test_a_lost_connection_before_the_mark_is_only_temporary(
    marks: list[str], servers: list[Scripted]
) -> None:
    server = Scripted({}, "RCPT")
    servers.append(server)
    with pytest.raises(TemporaryFailure) as failure:
        send(outgoing(), server.account, lambda: marks.append("sending"))
    assert failure.value.retry_after_ms > 0
    assert not marks


def test_a_mark_that_cannot_be_committed_stops_the_sending(servers: list[Scripted]) -> None:
    server = Scripted({})
    servers.append(server)

    def refuse() -> None:
        raise RuntimeError("the database is away")

    with pytest.raises(RuntimeError, match="database"):
        send(outgoing(), server.account, refuse)
    assert "DATA" not in server.heard


def test_no_server_is_temporary(marks: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    with pytest.raises(TemporaryFailure):
        send(
            outgoing(),
            SmtpAccount("127.0.0.1", port, "none", timeout_ms=2_000),
            lambda: marks.append("sending"),
        )
    assert not marks


def test_an_address_that_needs_smtputf8_is_refused_where_the_server_has_none(
    marks: list[str], servers: list[Scripted]
) -> None:
    server = Scripted({})
    servers.append(server)
    with pytest.raises(PermanentFailure, match="SMTPUTF8"):
        send(outgoing("zoë@customer.example"), server.account, lambda: marks.append("sending"))
