"""Watches one mailbox: every message once, in order, by UID, through any outage."""

import contextlib
import imaplib
import random
import ssl
import threading
from dataclasses import dataclass, field, replace

from imap_tools.errors import ImapToolsError

from affluent.channels.email.backoff import Backoff
from affluent.channels.email.identity import dedupe_key
from affluent.channels.email.imap_session import ImapAccount, ImapSession, Waiting
from affluent.channels.email.ports import Deliver, Position, PositionStore
from affluent.channels.email.secure import trouble
from affluent.facts.instants import MINUTE_MS, Clock

MESSAGE_BYTES_MAX = 40 * 1024 * 1024
CUT_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """How a mailbox is watched."""

    poll_ms: int = MINUTE_MS
    """Longest time between two looks, also while IDLE: some servers forget to tell."""
    message_bytes_max: int = MESSAGE_BYTES_MAX
    """A larger message is delivered with its headers and its first 256 KiB, and says so among its defects."""
    backoff: Backoff = field(default_factory=Backoff)


@dataclass(frozen=True, slots=True)
class WatchStatus:
    """What an administrator sees of a mailbox."""

    connected: bool = False
    delivered: int = 0
    """Messages handed over since the start of the process."""
    failures: int = 0
    """Failures in a row; 0 when all is well."""
    error: str | None = None
    seen_ms: int | None = None
    """When the mailbox was last looked at with success."""


class DeliveryFailed(Exception):
    """The centre could not store a mail: it stays on the server and is offered again."""


class MailboxWatcher:
    """A thread that hands every message of a mailbox to `deliver`.

    The position is (UIDVALIDITY, last UID) and is saved after each delivery. The unread flag is neither
    read nor changed, so a person may use the same mailbox. After a changed UIDVALIDITY everything is
    delivered again: the key makes that harmless. A delivery that fails stops the reading there until it
    succeeds: no mail is skipped.
    """

    def __init__(
        self,
        account: ImapAccount,
        deliver: Deliver,
        positions: PositionStore,
        clock: Clock,
        *,
        settings: WatchSettings | None = None,
        chance: random.Random | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._account = account
        self._deliver = deliver
        self._positions = positions
        self._clock = clock
        self._settings = settings or WatchSettings()
        # Jitter of pauses only; no secret and no measurement depends on it.
        self._chance = chance or random.Random()  # noqa: S311 -- jitter, no secret
        self._tls = tls
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._status = WatchStatus()

    @property
    def status(self) -> WatchStatus:
        return self._status

    def start(self) -> None:
        assert self._thread is None, "a watcher starts once"
        self._thread = threading.Thread(target=self._run, name=f"imap {self._account.mailbox}", daemon=True)
        self._thread.start()

    def stop(self, timeout_ms: int = 10_000) -> bool:
        """Asks the thread to end after the message in hand; True if it has ended in time."""
        self._stop.set()
        if self._thread is None:
            return True
        self._thread.join(timeout_ms / 1_000)
        return not self._thread.is_alive()

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            session: ImapSession | None = None
            try:
                session = ImapSession(self._account, self._tls)
                self._status = replace(self._status, connected=True)
                while not self._stop.is_set():
                    self._read(session)
                    failures = 0
                    self._status = replace(self._status, failures=0, error=None, seen_ms=self._clock.now_ms())
                    self._wait(session)
            except (
                OSError,
                EOFError,
                imaplib.IMAP4.error,
                ImapToolsError,
                DeliveryFailed,
                ValueError,
            ) as fault:
                failures += 1
                self._status = replace(
                    self._status, connected=False, failures=failures, error=f"{_code(fault)}: {fault}"[:500]
                )
                self._stop.wait(self._settings.backoff.pause_ms(failures, self._chance) / 1_000)
            finally:
                if session is not None:
                    session.close()
        self._status = replace(self._status, connected=False)

    def _read(self, session: ImapSession) -> None:
        position = self._positions.get(self._account.mailbox)
        if position is None or position.uidvalidity != session.uidvalidity:
            # UIDs of another validity name other messages: begin anew, the dedupe key recognises what was
            # read.
            position = Position(session.uidvalidity, 0)
        uids = session.uids_after(position.last_uid)
        for waiting in session.waiting(uids):
            if self._stop.is_set():
                return
            raw = self._source(session, waiting)
            if raw is not None:
                self._hand_over(raw, waiting)
            position = Position(session.uidvalidity, waiting.uid)
            self._positions.set(self._account.mailbox, position)

    def _source(self, session: ImapSession, waiting: Waiting) -> bytes | None:
        if waiting.size > self._settings.message_bytes_max:
            return session.beginning(waiting.uid, waiting.size, CUT_BYTES)
        return session.source(waiting.uid)

    def _hand_over(self, raw: bytes, waiting: Waiting) -> None:
        now_ms = self._clock.now_ms()
        arrived_ms = now_ms if waiting.arrived_ms is None else min(waiting.arrived_ms, now_ms)
        try:
            self._deliver(raw, dedupe_key(raw), arrived_ms)
        except Exception as fault:
            raise DeliveryFailed(f"UID {waiting.uid}: {type(fault).__name__}") from fault
        self._status = replace(self._status, delivered=self._status.delivered + 1)

    def _wait(self, session: ImapSession) -> None:
        if session.can_idle:
            session.idle(self._settings.poll_ms, self._stop.is_set)
            return
        self._stop.wait(self._settings.poll_ms / 1_000)
        with contextlib.suppress(imaplib.IMAP4.readonly):
            session.news()


def _code(fault: BaseException) -> str:
    return "delivery_failed" if isinstance(fault, DeliveryFailed) else trouble(fault)
