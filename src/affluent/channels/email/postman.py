"""The postman: sends the replies that the outbox promised, each at most once by itself."""

import ssl
import threading
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

import structlog

from affluent.centre import mailing
from affluent.centre.hub import Announcement, Hub, OutboxFilled
from affluent.centre.mailing import OutgoingReply, Post
from affluent.centre.records import Channel
from affluent.centre.refusals import Away, Refusal
from affluent.centre.runner import Runner
from affluent.centre.transaction import Transaction
from affluent.channels.email.compose import CannotCompose, Original, OutgoingMail, Reply, compose
from affluent.channels.email.message import Address, Attachment
from affluent.channels.email.replying import reference_chain, reply_subject
from affluent.channels.email.send import PermanentFailure, SmtpAccount, TemporaryFailure, Uncertain, send
from affluent.facts.instants import Clock

log = structlog.get_logger("affluent.postman")
LOOK_EVERY_S = 15.0
BATCH = 20
SETTLE_AGAIN_S = 0.5
P = ParamSpec("P")
INTERRUPTED = "interrupted"


class _NoLongerDue(Exception):
    """Somebody settled it meanwhile: nothing is sent."""


class Postman:
    """A thread that sends due replies. One process at a time: the lock in the database says which."""

    def __init__(
        self, runner: Runner, post: Post, hub: Hub, clock: Clock, *, trust: ssl.SSLContext | None = None
    ) -> None:
        """`trust`: whom to believe as a mail server."""
        self._trust = trust
        self._runner = runner
        self._post = post
        self._clock = clock
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._unsubscribe = hub.subscribe(self._heard)
        self._thread = threading.Thread(target=self._work, name="postman", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends after the mail in hand."""
        self._stopping.set()
        self._wake.set()
        self._unsubscribe()
        self._thread.join(timeout=30)

    @property
    def works(self) -> bool:
        return self._thread.is_alive()

    def _heard(self, item: Announcement) -> None:
        if isinstance(item, OutboxFilled):
            self._wake.set()

    def _work(self) -> None:
        while not self._stopping.is_set():
            lock = None
            try:
                lock = self._post.hold_lock()
                if lock is not None:
                    self._settle_interrupted()
                    self._deliver_while_leading()
            except Refusal:
                log.info("postman_waits_for_writer")
            except Exception:
                log.exception("postman_failed")
            finally:
                if lock is not None:
                    lock.close()
            self._stopping.wait(2.0)

    def _settle_interrupted(self) -> None:
        """A process ended while these were on the wire: a person decides whether they go again."""
        for outbox_id in self._post.interrupted():
            self._runner.do(mailing.unconfirmed, outbox_id=outbox_id, error=INTERRUPTED)

    def _deliver_while_leading(self) -> None:
        installation = self._post.installation()
        while not self._stopping.is_set():
            self._wake.clear()
            due = self._post.due(self._clock.now_ms(), BATCH)
            for reply in due:
                if self._stopping.is_set():
                    return
                self._deliver(reply, installation)
            if not due:
                # Those of a restored centre, when an administrator lets them go.
                self._settle_interrupted()
                self._wake.wait(self._patience_s())

    def _patience_s(self) -> float:
        next_ms = self._post.next_due_ms()
        if next_ms is None:
            return LOOK_EVERY_S
        return min(LOOK_EVERY_S, max(0.05, (next_ms - self._clock.now_ms()) / 1000))

    def _deliver(self, reply: OutgoingReply, installation: str) -> None:
        channel = self._post.sender_of(reply.channel_id)
        account = None if channel is None else smtp_account(channel.settings, channel.secrets)
        if channel is None or account is None:
            self._runner.do(mailing.not_sent, reply=reply, error="no_mail_server", retry_after_ms=None)
            return
        try:
            mail = compose(as_reply(reply, channel), installation=installation, now_ms=self._clock.now_ms())
        except CannotCompose as fault:
            self._runner.do(mailing.not_sent, reply=reply, error=fault.code, retry_after_ms=None)
            return
        self._send(reply, mail, account)

    def _send(self, reply: OutgoingReply, mail: OutgoingMail, account: SmtpAccount) -> None:
        def about_to_send() -> None:
            if not self._runner.do(mailing.about_to_send, outbox_id=reply.outbox_id):
                raise _NoLongerDue

        try:
            send(mail, account, about_to_send, tls=self._trust)
        except TemporaryFailure as fault:
            retry_ms = fault.retry_after_ms
            self._settle(mailing.not_sent, reply=reply, error=str(fault), retry_after_ms=retry_ms)
        except PermanentFailure as fault:
            self._settle(mailing.not_sent, reply=reply, error=str(fault), retry_after_ms=None)
        except Uncertain as fault:
            self._settle(mailing.unconfirmed, outbox_id=reply.outbox_id, error=str(fault))
        except _NoLongerDue:
            return
        else:
            self._settle(mailing.sent, reply=reply, mail_id=mail.message_id)

    def _settle(
        self, use_case: Callable[Concatenate[Transaction, P], None], *a: P.args, **k: P.kwargs
    ) -> None:
        """What became of a mail is not forgotten because the centre is away: said again until it is heard."""
        while True:
            try:
                self._runner.do(use_case, *a, **k)
            except Away:
                if self._stopping.wait(SETTLE_AGAIN_S):
                    raise
            else:
                return


def smtp_account(settings: dict[str, Any], secrets: dict[str, Any]) -> SmtpAccount | None:
    """How a channel sends; None when nobody said."""
    smtp: dict[str, Any] = settings.get("smtp") or {}
    if not smtp.get("host"):
        return None
    return SmtpAccount(
        host=smtp["host"],
        port=int(smtp.get("port") or 465),
        tls=smtp.get("tls") or "tls",
        username=smtp.get("username") or None,
        password=(secrets.get("smtp") or {}).get("password") or None,
    )


def as_reply(reply: OutgoingReply, channel: Channel) -> Reply:
    """The mail to write: from the address that the customer wrote to, in their thread."""
    sender = Address(
        str(channel.settings.get("display_name") or channel.name), str(channel.settings["address"])
    )
    text = reply.text if not reply.signature.strip() else f"{reply.text}\n\n{reply.signature.strip()}"
    original = None
    if reply.original_at_ms is not None and reply.original_text.strip():
        who = Address(reply.original_name, reply.original_address)
        original = Original(who, reply.original_at_ms, reply.original_text)
    return Reply(
        outbox_id=reply.outbox_id,
        sender=sender,
        to=Address(reply.customer_name if reply.customer_name != reply.to else "", reply.to),
        subject=reply_subject(reply.subject),
        text=text,
        locale="en" if reply.language == "en" else "fr",
        in_reply_to=reply.in_reply_to,
        references=reference_chain(reply.references, reply.in_reply_to),
        original=original,
        attachments=tuple(Attachment(file.filename, file.content_type, file.content) for file in reply.files),
        automatic=reply.automatic,
    )
