"""Mail servers over TLS and STARTTLS: the right one is believed, every other refused, and nothing goes in the open."""

import random
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dovecot_server import PASSWORD as IMAP_PASSWORD
from dovecot_server import Dovecot
from exim_server import PASSWORD, USER, Exim
from made_mail import SetClock, Store, Wall, mail, until
from tests.support.certificates import Authority, Pair

from affluent.channels.email.backoff import Backoff
from affluent.channels.email.compose import OutgoingMail, Reply, compose
from affluent.channels.email.imap import MailboxWatcher, WatchSettings
from affluent.channels.email.imap_session import ImapAccount
from affluent.channels.email.listener import SmtpListener
from affluent.channels.email.message import Address
from affluent.channels.email.ports import PositionsInMemory
from affluent.channels.email.secure import BadCertificate, Shown, trusting
from affluent.channels.email.send import SmtpAccount, TemporaryFailure, send
from affluent.channels.email.trial import MailTrial
from affluent.web.errors import words

WRONG: dict[str, Callable[[Authority], Pair]] = {
    "certificate_of_other_host": lambda made: made.sign("other", "mail.other.example", "10.0.0.1"),
    "certificate_expired": lambda made: made.sign("expired", "localhost", days=(-30, -1)),
    "certificate_not_yet": lambda made: made.sign("early", "localhost", days=(5, 30)),
    "certificate_unknown": lambda made: made.sign("own", "localhost", self_signed=True),
}
WAYS = ("tls", "starttls")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def right(authority: Authority) -> Pair:
    return authority.sign("right", "localhost", "127.0.0.1")


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Callable[[Pair], tuple[Dovecot, Exim]]]:
    """A Dovecot and an Exim that show a certificate."""
    stops: list[Callable[[], None]] = []

    def begin(certificate: Pair) -> tuple[Dovecot, Exim]:
        imap, smtp = Dovecot(tmp_path / "imap", certificate), Exim(tmp_path, certificate)
        for server, stop in ((imap, imap.kill), (smtp, smtp.stop)):
            server.start()
            stops.append(stop)
        return imap, smtp

    (tmp_path / "imap").mkdir()
    yield begin
    for stop in stops:
        stop()


def outgoing() -> OutgoingMail:
    sender = Address("Help", "help@brand.example")
    reply = Reply(1, sender, Address("", "ana@customer.example"), "Colis", "Bonjour")
    return compose(reply, installation="x", now_ms=0)


def trial(way: str, imap_port: int, smtp_port: int, trust: ssl.SSLContext) -> dict[str, str | None]:
    """What "test the mailbox" says of each step: the code of its trouble, None when all is well."""
    settings: dict[str, Any] = {
        "imap": {"host": "localhost", "port": imap_port, "tls": way, "username": "ana"},
        "smtp": {"host": "localhost", "port": smtp_port, "tls": way, "username": USER},
    }
    secrets = {"imap": {"password": IMAP_PASSWORD}, "smtp": {"password": PASSWORD}}
    return {one.step: one.code for one in MailTrial(trust).test("email", settings, secrets)}


@pytest.mark.parametrize("way", WAYS)
def test_the_right_certificate_is_believed_and_mail_goes_both_ways(
    way: Any, authority: Authority, right: Pair, servers: Callable[[Pair], tuple[Dovecot, Exim]]
) -> None:
    imap, smtp = servers(right)
    trust = trusting(authority.file)
    imap_port = imap.tls_port if way == "tls" else imap.port
    smtp_port = smtp.tls_port if way == "tls" else smtp.port
    assert trial(way, imap_port, smtp_port, trust) == {"imap_sign_in": None, "smtp_sign_in": None}

    sent = send(outgoing(), SmtpAccount("localhost", smtp_port, way, USER, PASSWORD), lambda: None, tls=trust)
    assert sent.response.startswith("250")
    assert until(lambda: "Subject: Colis" in smtp.taken())

    store = Store()
    account = ImapAccount("localhost", "ana", IMAP_PASSWORD, imap_port, way)
    watcher = MailboxWatcher(account, store.deliver, PositionsInMemory(), Wall(), tls=trust)
    imap.put(mail())
    watcher.start()
    try:
        assert until(lambda: len(store.mails) == 1)
    finally:
        assert watcher.stop()


@pytest.mark.parametrize("code", WRONG)
def test_a_wrong_certificate_is_refused_by_name_and_no_password_is_said(
    code: str, authority: Authority, servers: Callable[[Pair], tuple[Dovecot, Exim]]
) -> None:
    imap, smtp = servers(WRONG[code](authority))
    trust = trusting(authority.file)
    refused = {"imap_sign_in": f"mail_{code}", "smtp_sign_in": f"mail_{code}"}
    assert trial("tls", imap.tls_port, smtp.tls_port, trust) == refused
    assert trial("starttls", imap.port, smtp.port, trust) == refused
    for way, port in (("tls", smtp.tls_port), ("starttls", smtp.port)):
        account = SmtpAccount("localhost", port, way, USER, PASSWORD)  # type: ignore[arg-type]  # one of the ways
        with pytest.raises(TemporaryFailure, match=code):
            send(outgoing(), account, lambda: None, tls=trust)
    account = ImapAccount("localhost", "ana", IMAP_PASSWORD, imap.tls_port)
    settings = WatchSettings(backoff=Backoff(50, 400))
    watcher = MailboxWatcher(
        account,
        Store().deliver,
        PositionsInMemory(),
        Wall(),
        settings=settings,
        chance=random.Random(1),
        tls=trust,
    )
    watcher.start()
    try:
        assert until(lambda: (watcher.status.error or "").startswith(code))
    finally:
        assert watcher.stop()
    assert not smtp.taken()
    assert all(f"mail_{code}" in words(locale) for locale in ("fr", "en"))


def test_an_authority_of_ones_own_is_believed_only_when_it_is_named(
    right: Pair, servers: Callable[[Pair], tuple[Dovecot, Exim]]
) -> None:
    imap, smtp = servers(right)
    unknown = {"imap_sign_in": "mail_certificate_unknown", "smtp_sign_in": "mail_certificate_unknown"}
    assert trial("tls", imap.tls_port, smtp.tls_port, trusting()) == unknown


def test_a_port_that_speaks_no_tls_is_told_from_a_wrong_certificate(
    authority: Authority, right: Pair, servers: Callable[[Pair], tuple[Dovecot, Exim]]
) -> None:
    imap, smtp = servers(right)
    said = trial("tls", imap.port, smtp.port, trusting(authority.file))
    assert said == {"imap_sign_in": "mail_tls_refused", "smtp_sign_in": "mail_tls_refused"}


class Stripping:
    """Stands between a client and a server, and takes STARTTLS out of all the server says."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.heard = b""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._port))
            for one, other, strips in ((client, server, False), (server, client, True)):
                thread = threading.Thread(target=self._pass, args=(one, other, strips), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _pass(self, one: socket.socket, other: socket.socket, strips: bool) -> None:
        with one, other:
            try:
                while heard := one.recv(65_536):
                    if not strips:
                        self.heard += heard
                    other.sendall(heard.replace(b"STARTTLS", b"XXXXXXXX") if strips else heard)
                other.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for one in self._threads:
            one.join(10)


def test_a_stripped_starttls_is_refused_and_never_answered_in_the_open(
    authority: Authority, right: Pair, servers: Callable[[Pair], tuple[Dovecot, Exim]]
) -> None:
    imap, smtp = servers(right)
    between = Stripping(imap.port), Stripping(smtp.port)
    trust = trusting(authority.file)
    try:
        said = trial("starttls", between[0].port, between[1].port, trust)
        account = SmtpAccount("localhost", between[1].port, "starttls", USER, PASSWORD)
        with pytest.raises(TemporaryFailure, match="starttls_missing"):
            send(outgoing(), account, lambda: None, tls=trust)
    finally:
        for one in between:
            one.close()
    assert said == {"imap_sign_in": "mail_starttls_missing", "smtp_sign_in": "mail_starttls_missing"}
    heard = (between[0].heard + between[1].heard).upper()
    assert heard, "the client came by"
    assert b"LOGIN" not in heard
    assert b"AUTH" not in heard
    assert b"MAIL FROM" not in heard


def test_the_listener_offers_starttls_with_its_certificate_and_takes_up_a_renewed_one(
    authority: Authority, right: Pair
) -> None:
    store = Store()
    listener = SmtpListener(
        "127.0.0.1", 0, lambda _: store.deliver, SetClock(), tls=Shown(right.certificate, right.key)
    )
    listener.start()
    try:
        assert _numbered(listener.port, authority) == _numbered(listener.port, authority)
        before = _numbered(listener.port, authority)
        right.key.write_bytes(b"half a key")
        assert _numbered(listener.port, authority) == before, "what cannot be used changes nothing"
        authority.sign("right", "localhost")
        assert _numbered(listener.port, authority) != before
        with smtplib.SMTP("localhost", listener.port, timeout=10) as client:
            client.starttls(context=trusting(authority.file))
            client.sendmail("ana@customer.example", ["help@brand.example"], mail())
    finally:
        listener.stop()
    assert len(store.mails) == 1


def _numbered(port: int, authority: Authority) -> str:
    """The serial number of the certificate that a client is shown."""
    with smtplib.SMTP("localhost", port, timeout=10) as client:
        assert client.ehlo()[0] == 250
        assert client.has_extn("starttls")
        client.starttls(context=trusting(authority.file))
        assert isinstance(client.sock, ssl.SSLSocket)
        shown = client.sock.getpeercert()
        assert shown is not None
        return str(shown["serialNumber"])


def test_the_listener_offers_no_starttls_without_a_certificate() -> None:
    listener = SmtpListener("127.0.0.1", 0, lambda _: Store().deliver, SetClock())
    listener.start()
    try:
        with smtplib.SMTP("127.0.0.1", listener.port, timeout=10) as client:
            client.ehlo()
            assert not client.has_extn("starttls")
    finally:
        listener.stop()


def test_files_that_hold_no_certificate_are_refused_at_the_start(tmp_path: Path, right: Pair) -> None:
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("no certificate")
    with pytest.raises(BadCertificate, match="nonsense"):
        trusting(nonsense)
    with pytest.raises(BadCertificate, match="nonsense"):
        Shown(right.certificate, nonsense)
    with pytest.raises(BadCertificate):
        Shown(tmp_path / "missing.pem")
