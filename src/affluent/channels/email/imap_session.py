"""One connection to one IMAP mailbox: what is new by UID, and the bytes of it. Nothing is marked or
changed there.
"""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from affluent.channels.email.identity import CUT_HEADER

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)", re.IGNORECASE)
_UID = re.compile(rb"UID (\d+)", re.IGNORECASE)
_DATE = re.compile(rb'INTERNALDATE "([^"]+)"', re.IGNORECASE)
_CHUNK = 100
CONNECTION_TIMEOUT_S = 30.0
IDLE_SLICE_S = 1.0


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """How to reach a mailbox."""

    host: str
    username: str
    password: str = field(repr=False)
    port: int = 993
    tls: Literal["tls", "starttls", "none"] = "tls"
    folder: str = "INBOX"

    @property
    def mailbox(self) -> str:
        """The name under which the position is kept."""
        return f"{self.username}@{self.host}:{self.port}/{self.folder}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail on the server."""

    uid: int
    size: int
    arrived_ms: int | None
    """When the server took it (INTERNALDATE), milliseconds since the epoch."""


class ImapSession:
    """An open, selected mailbox. Any method may raise OSError, imaplib.IMAP4.error or an imap-tools error:
    reconnect.
    """

    def __init__(self, account: ImapAccount, tls: ssl.SSLContext | None = None) -> None:
        self._account = account
        self._box = _connect(account, tls)
        try:
            self._box.login(account.username, account.password, initial_folder=None)
            # EXAMINE: the server itself refuses that we mark anything as read.
            self._box.folder.set(account.folder, readonly=True)
            self.uidvalidity = int(self._box.folder.status(account.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
        except BaseException:
            self._abandon()
            raise

    @property
    def can_idle(self) -> bool:
        return "IDLE" in {str(one).upper() for one in self._client.capabilities}

    @property
    def _client(self) -> Any:
        return self._box.client

    def uids_after(self, last_uid: int) -> list[int]:
        """UIDs above `last_uid`, ascending, read or unread."""
        kind, data = self._client.uid("SEARCH", f"UID {last_uid + 1}:*")
        _expect(kind, "SEARCH")
        # "n:*" always names the last message, even below n (RFC 9051, section 6.4.4).
        return sorted({int(word) for line in data if line for word in line.split() if int(word) > last_uid})

    def waiting(self, uids: list[int]) -> Iterator[Waiting]:
        """Size and arrival of each of `uids` that still exists, ascending."""
        for start in range(0, len(uids), _CHUNK):
            chunk = uids[start : start + _CHUNK]
            kind, data = self._client.uid(
                "FETCH", ",".join(map(str, chunk)), "(UID RFC822.SIZE INTERNALDATE)"
            )
            _expect(kind, "FETCH")
            found = [_waiting(line) for line in _flat(data)]
            yield from sorted((one for one in found if one and one.uid in chunk), key=lambda one: one.uid)

    def source(self, uid: int) -> bytes | None:
        """The whole message, or None if it has gone meanwhile. The \\Seen flag stays as it is."""
        return self._body(uid, "BODY.PEEK[]")

    def beginning(self, uid: int, size: int, bytes_max: int) -> bytes | None:
        """Headers and the first `bytes_max` bytes of a message too large to take, marked as cut."""
        start = self._body(uid, f"BODY.PEEK[]<0.{bytes_max}>")
        if start is None:
            return None
        return f"{CUT_HEADER}: {size}\r\n".encode() + start

    def _body(self, uid: int, what: str) -> bytes | None:
        kind, data = self._client.uid("FETCH", str(uid), f"(UID {what})")
        _expect(kind, "FETCH")
        for part in data:
            if isinstance(part, tuple) and len(part) > 1:
                return bytes(part[1])
        return None

    def idle(self, most_ms: int, stopped: Callable[[], bool]) -> None:
        """Waits until the server reports something, `most_ms` have passed, or `stopped()`."""
        slices = max(1, round(most_ms / (IDLE_SLICE_S * 1_000)))
        self._box.idle.start()
        try:
            for _ in range(slices):
                if stopped() or self._box.idle.poll(timeout=IDLE_SLICE_S):
                    break
                if not _still_open(self._client.sock):
                    raise ConnectionResetError("the mail server closed the connection")
        finally:
            self._box.idle.stop()

    def news(self) -> None:
        """Lets the server report what came; needed where IDLE is not to be had."""
        self._client.noop()

    def close(self) -> None:
        """Logs out if that works; never raises for a connection that is gone."""
        try:
            self._box.logout()
        except Exception:  # the connection is being thrown away whatever the server says
            self._abandon()

    def _abandon(self) -> None:
        with contextlib.suppress(OSError):
            self._client.shutdown()
        with contextlib.suppress(OSError):
            self._client.sock.close()


class _StartTls(MailBoxStartTls):
    """Hangs up when the server refuses to go on safely, where its parent would leave the connection open."""

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4(self._host, self._port, self._timeout)
        try:
            kind, _ = client.starttls(self._ssl_context)
            _expect(kind, "STARTTLS")
        except BaseException:
            with contextlib.suppress(OSError):
                client.shutdown()
            raise
        return client


def _connect(account: ImapAccount, tls: ssl.SSLContext | None) -> BaseMailBox:
    if account.tls == "none":
        return MailBoxUnencrypted(account.host, account.port, timeout=CONNECTION_TIMEOUT_S)
    context = tls or ssl.create_default_context()
    if account.tls == "starttls":
        return _StartTls(account.host, account.port, timeout=CONNECTION_TIMEOUT_S, ssl_context=context)
    return MailBox(account.host, account.port, timeout=CONNECTION_TIMEOUT_S, ssl_context=context)


def _still_open(sock: Any) -> bool:
    """Whether the peer has not closed: a closed socket is readable and yields nothing."""
    import select  # noqa: PLC0415  (only while idle)

    if isinstance(sock, ssl.SSLSocket):
        return True
    readable, _, _ = select.select([sock], [], [], 0)
    return not readable or bool(sock.recv(1, 2))


def _flat(data: Iterable[Any]) -> Iterator[bytes]:
    for part in data:
        if isinstance(part, tuple):
            yield b" ".join(bytes(one) for one in part)
        elif part:
            yield bytes(part)


def _waiting(line: bytes) -> Waiting | None:
    uid, size, date = _UID.search(line), _SIZE.search(line), _DATE.search(line)
    if uid is None:
        return None
    arrived_ms = None
    if date is not None:
        try:
            moment = datetime.strptime(date[1].decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z")
            arrived_ms = round(moment.timestamp() * 1_000)
        except (ValueError, OverflowError, UnicodeDecodeError):
            arrived_ms = None
    return Waiting(int(uid[1]), int(size[1]) if size else 0, arrived_ms)


def _expect(kind: str, command: str) -> None:
    if kind != "OK":
        raise ConnectionError(f"{command} was answered {kind}")
