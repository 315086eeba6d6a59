"""The customers' mailboxes: an SMTP server on loopback that keeps what the centre sends, and sends what they write.

Every mail is one .eml file in the data folder, so that a stop loses nothing. Mail here never leaves the machine.
"""

import hashlib
import smtplib
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from affluent.channels.email.listener import SmtpListener
from affluent.channels.email.message import Attachment, ParsedMail
from affluent.channels.email.parse import parse
from affluent.facts.instants import Clock

SENT, RECEIVED = "sent", "received"
SEND_TIMEOUT_S = 30
SHOWN_MAX = 300
"""How many mails the pages show."""
KEPT_MAX = 3_000


@dataclass(frozen=True, slots=True)
class Letter:
    """A kept mail, read. `direction` is as the customer sees it."""

    id: str
    direction: str
    at_ms: int
    mail: ParsedMail

    @property
    def customer(self) -> str:
        """The customer's address, whichever way the mail went."""
        if self.direction == SENT:
            return self.mail.sender.address.lower() if self.mail.sender else ""
        return self.mail.to[0].address.lower() if self.mail.to else ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a customer wants to send."""

    sender_name: str
    sender: str
    to: str
    subject: str
    text: str
    html: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    message_id: str | None = None
    """None makes one."""


class Mailbox:
    """The mailboxes of all customers, in one folder."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._read: dict[str, Letter] = {}
        self._lock = threading.Lock()
        self._sink: SmtpListener | None = None
        self.on_received: Callable[[Letter], None] = lambda letter: None
        """Told each mail of the centre, in the thread that took it."""
        folder.mkdir(parents=True, exist_ok=True)

    def open(self, wanted_port: int | None = None) -> int:
        """Begins to take mail on loopback, on the port of the last run if it is free; the port."""
        for port in (wanted_port, None):
            sink = SmtpListener(
                "127.0.0.1",
                port or free_port(),
                lambda _: self._keep,
                self._clock,
                per_peer_per_minute_max=10_000,
            )
            try:
                sink.start()
            except OSError:
                if port is None:
                    raise
                continue
            self._sink = sink
            break
        assert self._sink is not None
        return self._sink.port

    def close(self) -> None:
        if self._sink is not None:
            self._sink.stop()

    def _keep(self, raw: bytes, key: str, received_ms: int) -> None:
        name = self._write(RECEIVED, raw, received_ms)
        self.on_received(Letter(name, RECEIVED, received_ms, parse(raw, with_language=False)))

    def _write(self, direction: str, raw: bytes, at_ms: int) -> str:
        digest = hashlib.sha256(raw).hexdigest()[:12]
        name = f"{at_ms:013d}-{direction}-{digest}"
        fresh = self._folder / f".{name}"
        fresh.write_bytes(raw)
        fresh.replace(self._folder / f"{name}.eml")
        return name

    def names(self) -> list[str]:
        """The names of all mails, oldest first."""
        return sorted(path.stem for path in self._folder.glob("*.eml") if not path.name.startswith("."))

    def letters(self, most: int = SHOWN_MAX) -> Sequence[Letter]:
        """The newest of them, oldest first."""
        return [letter for name in self.names()[-most:] if (letter := self.letter(name)) is not None]

    def prune(self, most: int = KEPT_MAX) -> None:
        """Throws the oldest mails away: a demonstration that runs for weeks must not fill the disk."""
        for name in self.names()[:-most]:
            (self._folder / f"{name}.eml").unlink(missing_ok=True)
            with self._lock:
                self._read.pop(name, None)

    def letter(self, name: str) -> Letter | None:
        with self._lock:
            known = self._read.get(name)
        if known is not None:
            return known
        path = self._folder / f"{name}.eml"
        parts = name.split("-")
        if (
            len(parts) != 3
            or not parts[0].isdigit()
            or not name.replace("-", "").isalnum()
            or not path.is_file()
        ):
            return None
        letter = Letter(name, parts[1], int(parts[0]), parse(path.read_bytes()))
        with self._lock:
            self._read[name] = letter
            while len(self._read) > SHOWN_MAX:
                del self._read[next(iter(self._read))]
        return letter

    def send(self, draft: Draft, port: int) -> str:
        """Sends a customer's mail to the centre's listener on `port`; its name here.

        Raises `OSError` or `smtplib.SMTPException` when the centre does not take it; it is then kept nowhere.
        """
        mail = composed(draft, self._clock.now_ms())
        with smtplib.SMTP("127.0.0.1", port, timeout=SEND_TIMEOUT_S) as server:
            server.send_message(mail, from_addr=draft.sender, to_addrs=[draft.to])
        return self._write(SENT, mail.as_bytes(policy=policy.SMTP), self._clock.now_ms())


def composed(draft: Draft, now_ms: int) -> EmailMessage:
    """A mail as a mail program writes it."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["Date"] = format_datetime(datetime.fromtimestamp(now_ms / 1000, UTC))
    mail["From"] = f'"{_plain(draft.sender_name)}" <{draft.sender}>' if draft.sender_name else draft.sender
    mail["To"] = draft.to
    mail["Subject"] = " ".join(draft.subject.split())
    mail["Message-ID"] = draft.message_id or make_msgid(
        domain=draft.sender.rpartition("@")[2] or "demo.example"
    )
    if draft.in_reply_to:
        mail["In-Reply-To"] = draft.in_reply_to
        mail["References"] = " ".join([*draft.references, draft.in_reply_to])
    mail.set_content(draft.text)
    if draft.html is not None:
        mail.add_alternative(draft.html, subtype="html")
    for file in draft.attachments:
        maintype, _, subtype = file.content_type.partition("/")
        mail.add_attachment(
            file.content, maintype=maintype, subtype=subtype or "octet-stream", filename=file.filename
        )
    return mail


def _plain(name: str) -> str:
    return "".join(char for char in name if char.isprintable() and char not in '"\\<>')


def free_port(wanted: int = 0, host: str = "127.0.0.1") -> int:
    """A port that nobody listens on. Raises OSError when `wanted` is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, wanted))
        return probe.getsockname()[1]
