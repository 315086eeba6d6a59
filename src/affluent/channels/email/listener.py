"""Takes mail by SMTP: a second way in, for servers that forward and for the demonstration centre."""

import asyncio
import re
from collections import deque
from collections.abc import Callable
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from affluent.centre.refusals import Away
from affluent.channels.email.identity import dedupe_key
from affluent.channels.email.ports import Deliver
from affluent.channels.email.secure import Shown
from affluent.facts.instants import MINUTE_MS, Clock

MESSAGE_BYTES_MAX = 40 * 1024 * 1024
RECIPIENTS_MAX = 50
HOPS_MAX = 50
"""More Received headers than this and the mail is going round in circles (RFC 5321, section 6.3)."""
PEERS_MAX = 10_000

DeliverTo = Callable[[str], Deliver | None]
"""For a recipient address (lower case): where its mail is stored, or None if the address is not ours."""


class Flood:
    """Counts the mails of each peer over the last minute."""

    def __init__(self, clock: Clock, per_minute_max: int) -> None:
        self._clock = clock
        self._most = per_minute_max
        self._peers: dict[str, deque[int]] = {}

    def allows(self, peer: str) -> bool:
        """Whether `peer` may send one more now; if so it is counted."""
        now_ms = self._clock.now_ms()
        if len(self._peers) > PEERS_MAX:
            self._peers = {
                name: seen for name, seen in self._peers.items() if seen and seen[-1] > now_ms - MINUTE_MS
            }
        seen = self._peers.setdefault(peer, deque())
        while seen and seen[0] <= now_ms - MINUTE_MS:
            seen.popleft()
        if len(seen) >= self._most:
            return False
        seen.append(now_ms)
        return True


class _Door:
    """The answers of the listener, as aiosmtpd asks for them."""

    def __init__(self, deliver_to: DeliverTo, clock: Clock, flood: Flood) -> None:
        self._deliver_to = deliver_to
        self._clock = clock
        self._flood = flood

    async def handle_MAIL(  # noqa: N802 (the name aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, mail_options: list[str]
    ) -> str:
        if not self._flood.allows(_peer(session)):
            return "450 4.7.1 Too many mails from your address, try again in a minute"
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 (the name aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= RECIPIENTS_MAX:
            return "452 4.5.3 Too many recipients"
        try:
            known = await asyncio.to_thread(self._deliver_to, address.lower())
        except Exception as fault:  # the look-up failed: the sender keeps the mail and tries again
            return _later(fault)
        if known is None:
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 (the name aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content or "").encode("utf-8", "surrogateescape")
        head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
        if len(re.findall(rb"(?im)^received:", head)) > HOPS_MAX:
            return "554 5.4.6 Routing loop"
        key = dedupe_key(raw)
        received_ms = self._clock.now_ms()
        for recipient in dict.fromkeys(address.lower() for address in envelope.rcpt_tos):
            trace = f"Return-Path: <{_line(envelope.mail_from)}>\r\nDelivered-To: {_line(recipient)}\r\n"
            traced = trace.encode("utf-8", "replace") + raw
            try:
                await asyncio.to_thread(self._store, recipient, traced, key, received_ms)
            except (
                Exception
            ) as fault:  # not for everyone: refuse the whole, the key makes the repeat harmless
                return _later(fault)
        return "250 2.0.0 Stored"

    def _store(self, recipient: str, raw: bytes, key: str, received_ms: int) -> None:
        deliver = self._deliver_to(recipient)
        if deliver is None:
            raise LookupError(recipient)
        deliver(raw, key, received_ms)


def _later(fault: Exception) -> str:
    if isinstance(fault, Away) and fault.code == "disk_full":
        return "452 4.3.1 No room left here, try again later"
    return "451 4.3.0 Could not be stored, try again later"


def _peer(session: Session) -> str:
    peer: Any = session.peer
    return str(peer[0]) if isinstance(peer, tuple) and peer else str(peer)


def _line(value: str | None) -> str:
    return re.sub(r"[\x00-\x1f\x7f<>]", "", value or "")


class _Server(Controller):
    """A controller whose protocol has our limits."""

    def __init__(self, door: _Door, host: str, port: int, bytes_max: int, tls: Shown | None) -> None:
        self._bytes_max = bytes_max
        self._tls = tls
        super().__init__(door, hostname=host, port=port, ready_timeout=10)

    def _trigger_server(self) -> None:
        # Port 0 lets the system choose: the controller must then knock at the port that was given.
        server: Any = self.server
        self.port = int(server.sockets[0].getsockname()[1])
        super()._trigger_server()

    def factory(self) -> SMTP:
        if self._tls is not None:
            self._tls.refresh()
        return SMTP(
            self.handler,
            data_size_limit=self._bytes_max,
            enable_SMTPUTF8=True,
            tls_context=None if self._tls is None else self._tls.context,
            require_starttls=False,
            timeout=120,
            ident="Affluent",
        )


class SmtpListener:
    """An SMTP server in a thread of its own. It answers 250 to a mail only after its delivery returned."""

    def __init__(
        self,
        host: str,
        port: int,
        deliver_to: DeliverTo,
        clock: Clock,
        *,
        message_bytes_max: int = MESSAGE_BYTES_MAX,
        per_peer_per_minute_max: int = 120,
        tls: Shown | None = None,
    ) -> None:
        """With `tls`, clients may turn to a secure connection (STARTTLS); none must, as between mail servers."""
        door = _Door(deliver_to, clock, Flood(clock, per_peer_per_minute_max))
        self._server = _Server(door, host, port, message_bytes_max, tls)

    def start(self) -> None:
        """Binds the port and serves. Raises OSError if the port cannot be had."""
        self._server.start()

    def stop(self) -> None:
        self._server.stop(no_assert=True)

    @property
    def port(self) -> int:
        """The bound port: useful when 0 was asked for."""
        return int(self._server.port)
