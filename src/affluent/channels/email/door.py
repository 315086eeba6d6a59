"""The mail door: watches the mailboxes, listens for SMTP, and hands each mail to the centre."""

import html as entities
import ssl
import threading
from collections import deque
from collections.abc import Sequence
from typing import Any

import structlog

from affluent.centre.hub import Announcement, Hub, SettingsChanged
from affluent.centre.mailing import Post
from affluent.centre.receive import IncomingMail, Unanswerable, receive_mail
from affluent.centre.records import Channel, NewFile
from affluent.centre.runner import Runner
from affluent.channels.email.automatic import is_own_loop
from affluent.channels.email.imap import MailboxWatcher, WatchStatus
from affluent.channels.email.imap_session import ImapAccount
from affluent.channels.email.incoming import received
from affluent.channels.email.listener import SmtpListener
from affluent.channels.email.message import Attachment, ParsedMail
from affluent.channels.email.parse import parse
from affluent.channels.email.ports import Deliver, Position
from affluent.channels.email.secure import Shown
from affluent.facts.instants import HOUR_MS, Clock

log = structlog.get_logger("affluent.mail")

FROM_ONE_SENDER_MAX = 120
"""Mails an hour from one address that open contacts; what is more is kept aside, and nothing else suffers."""


class Positions:
    """The positions of one channel's mailboxes, in the database."""

    def __init__(self, post: Post, channel_id: int) -> None:
        self._post = post
        self._channel_id = channel_id

    def get(self, mailbox: str) -> Position | None:
        found = self._post.position(self._channel_id, mailbox)
        return None if found is None else Position(*found)

    def set(self, mailbox: str, position: Position) -> None:
        self._post.set_position(self._channel_id, mailbox, position.uidvalidity, position.last_uid)


class SenderCount:
    """Mails of each sender over the last hour, within this process."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[int]] = {}
        self._lock = threading.Lock()

    def floods(self, sender: str, now_ms: int) -> bool:
        with self._lock:
            if len(self._seen) > 50_000:
                self._seen = {one: at for one, at in self._seen.items() if at and at[-1] > now_ms - HOUR_MS}
            times = self._seen.setdefault(sender, deque())
            while times and times[0] <= now_ms - HOUR_MS:
                times.popleft()
            times.append(now_ms)
            return len(times) > FROM_ONE_SENDER_MAX


class MailDoor:
    """All e-mail channels of this process. A change of the channels is taken up while it runs."""

    def __init__(
        self,
        runner: Runner,
        post: Post,
        hub: Hub,
        clock: Clock,
        *,
        trust: ssl.SSLContext | None = None,
        shown: Shown | None = None,
    ) -> None:
        """`trust`: whom to believe as a mail server; `shown`: the certificate of our listener."""
        self._runner = runner
        self._post = post
        self._clock = clock
        self._trust = trust
        self._shown = shown
        self._senders = SenderCount()
        self._watchers: dict[int, tuple[ImapAccount, MailboxWatcher]] = {}
        self._own: dict[str, Channel] = {}
        self._trusted: dict[int, str] = {}
        self._listener: SmtpListener | None = None
        self._stale = threading.Event()
        self._stopping = threading.Event()
        self._unsubscribe = hub.subscribe(self._heard)
        self._thread = threading.Thread(target=self._keep_up, name="mail-door", daemon=True)

    def start(self, listen: tuple[str, int] | None = None) -> None:
        """Watches the mailboxes; `listen` adds an SMTP listener on (host, port). Raises OSError for a taken port."""
        self._take_up()
        if listen is not None:
            self._listener = SmtpListener(
                listen[0], listen[1], self._deliver_to, self._clock, tls=self._shown
            )
            self._listener.start()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._stale.set()
        self._unsubscribe()
        if self._listener is not None:
            self._listener.stop()
        for _, watcher in self._watchers.values():
            watcher.stop()

    @property
    def port(self) -> int | None:
        """The port of the listener."""
        return None if self._listener is None else self._listener.port

    def status(self) -> dict[int, WatchStatus]:
        """What each channel's mailbox says of itself."""
        return {channel_id: watcher.status for channel_id, (_, watcher) in self._watchers.items()}

    @property
    def works(self) -> bool:
        return self._thread.is_alive()

    def _heard(self, item: Announcement) -> None:
        if isinstance(item, SettingsChanged):
            self._stale.set()

    def _keep_up(self) -> None:
        while not self._stopping.is_set():
            self._stale.wait()
            self._stale.clear()
            if not self._stopping.is_set():
                try:
                    self._take_up()
                except Exception:
                    log.exception("mail_channels_not_read")

    def _take_up(self) -> None:
        channels = self._post.channels()
        self._own = {
            str(one.settings["address"]).lower(): one for one in channels if one.settings.get("address")
        }
        self._trusted = {
            one.id: str(one.settings["trusted_server"])
            for one in channels
            if one.settings.get("trusted_server")
        }
        wanted = {
            one.id: account
            for one in channels
            if (account := imap_account(one.settings, one.secrets)) is not None
        }
        for channel_id, (account, watcher) in list(self._watchers.items()):
            if wanted.get(channel_id) != account:
                watcher.stop()
                del self._watchers[channel_id]
        for channel_id, account in wanted.items():
            if channel_id not in self._watchers:
                positions = Positions(self._post, channel_id)
                watcher = MailboxWatcher(
                    account, self._deliver(channel_id), positions, self._clock, tls=self._trust
                )
                self._watchers[channel_id] = (account, watcher)
                watcher.start()

    def _deliver_to(self, address: str) -> Deliver | None:
        """For the listener: the channel of a recipient, `+tag` aside."""
        local, _, domain = address.partition("@")
        for one in (address, f"{local.partition('+')[0]}@{domain}"):
            channel = self._own.get(one)
            if channel is not None and channel.settings.get("listener", True):
                return self._deliver(channel.id)
        return None

    def _deliver(self, channel_id: int) -> Deliver:
        def deliver(raw: bytes, key: str, received_ms: int) -> None:
            mail = parse(raw, trusted_server=self._trusted.get(channel_id))
            sender = mail.sender.address.lower() if mail.sender else ""
            flood = self._senders.floods(sender, self._clock.now_ms())
            loop = is_own_loop(mail, frozenset(self._own))
            # A mail to two of our addresses is a contact for each: the key is the channel's.
            own_key = f"{channel_id}:{key}"
            incoming = as_incoming(mail, raw, channel_id, own_key, received_ms, loop=loop, flood=flood)
            self._runner.do(receive_mail, incoming)

        return deliver


def imap_account(settings: dict[str, Any], secrets: dict[str, Any]) -> ImapAccount | None:
    """The mailbox that a channel reads; None when it reads none."""
    imap: dict[str, Any] = settings.get("imap") or {}
    if not imap.get("host"):
        return None
    return ImapAccount(
        host=imap["host"],
        username=imap.get("username") or "",
        password=(secrets.get("imap") or {}).get("password") or "",
        port=int(imap.get("port") or 993),
        tls=imap.get("tls") or "tls",
        folder=imap.get("folder") or "INBOX",
    )


def _shown_as(part: Attachment, html: str | None) -> str | None:
    """The Content-ID by which the text shows this part, whatever its sender called it."""
    if part.content_id is None:
        return None
    pointed_to = html is not None and f"cid:{part.content_id}".lower() in entities.unescape(html).lower()
    return part.content_id if part.inline or pointed_to else None


def as_incoming(
    mail: ParsedMail, raw: bytes, channel_id: int, key: str, received_ms: int, *, loop: bool, flood: bool
) -> IncomingMail:
    """What the centre is told of a mail. `loop`: it is our own come back; `flood`: too many from its sender."""
    came = received(mail, raw, channel_id, key, received_ms)
    reasons: Sequence[tuple[bool, Unanswerable]] = (
        (came.is_bounce, "bounce"),
        (loop, "loop"),
        (not came.opens_request, "auto_reply"),
        (flood, "flood"),
    )
    nearest = [came.in_reply_to] if came.in_reply_to else []
    thread: tuple[str, ...] = tuple(dict.fromkeys([*nearest, *reversed(came.references)]))
    headers: dict[str, Any] = {
        "from": came.sender_address,
        "to": list(came.to),
        "cc": list(came.cc),
        "subject": came.subject,
        "message_id": came.message_id,
        "answer_to": came.answer_to,
        "verdict": {"spf": came.verdict.spf, "dkim": came.verdict.dkim, "dmarc": came.verdict.dmarc},
        "defects": list(came.defects),
    }
    return IncomingMail(
        key=key,
        channel_id=channel_id,
        received_ms=received_ms,
        sender=came.sender_address,
        sender_name=came.sender_name,
        reply_to=came.answer_to,
        subject=came.subject,
        text=came.text,
        new_text=came.new_text,
        quoted=came.quoted,
        html=came.html,
        has_remote_images=came.has_remote_images,
        language=came.language,
        message_id=came.message_id,
        thread=thread,
        headers=headers,
        raw=raw,
        files=tuple(
            NewFile(
                part.filename or "file",
                part.content_type,
                part.content,
                _shown_as(part, came.html),
            )
            for part in came.attachments
        ),
        unanswerable=next((name for holds, name in reasons if holds), None),
        may_answer=came.may_answer,
        bounced_message_id=came.bounced_message_id,
        bounce_reason=" ".join(filter(None, (came.bounced_status, came.bounced_recipient))) or None,
    )
