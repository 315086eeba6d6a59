"""Replies on their way out by mail: claimed, about to be sent, settled. And what the mail door reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from affluent.centre.answering import delivery_moved
from affluent.centre.records import Channel, NewFile
from affluent.centre.transaction import Transaction
from affluent.facts.instants import HOUR_MS

ATTEMPTS_MAX = 12
RETRY_MS_MAX = 4 * HOUR_MS


@dataclass(frozen=True, slots=True)
class OutgoingReply:
    """A reply that is due, with all that its mail needs."""

    outbox_id: int
    message_id: int
    contact_id: int
    request_id: int
    brand_id: int
    channel_id: int
    attempts: int
    to: str
    customer_name: str
    subject: str
    text: str
    language: str | None
    agent_name: str
    signature: str
    in_reply_to: str | None
    references: tuple[str, ...]
    original_name: str
    original_address: str
    original_at_ms: int | None
    original_text: str
    files: tuple[NewFile, ...]
    automatic: bool = False
    """No person wrote it."""


class Post(Protocol):
    """What the mail door and its postman read; all they write goes through the runner."""

    def channels(self) -> Sequence[Channel]:
        """The live e-mail channels."""
        ...

    def sender_of(self, channel_id: int) -> Channel | None:
        """The e-mail channel that answers for a channel: itself, or the one a form names."""
        ...

    def position(self, channel_id: int, mailbox: str) -> tuple[int, int] | None: ...
    def set_position(self, channel_id: int, mailbox: str, uidvalidity: int, last_uid: int) -> None: ...
    def due(self, now_ms: int, most: int) -> Sequence[OutgoingReply]: ...
    def next_due_ms(self) -> int | None: ...
    def interrupted(self) -> Sequence[int]:
        """Outbox entries that were being sent when the process ended: nobody knows whether they went."""
        ...

    def installation(self) -> str:
        """A value of this database alone."""
        ...

    def hold_lock(self) -> Any:
        """The postman's lock, or None while another process holds it. Dropped by its `close()`."""
        ...


def about_to_send(tx: Transaction, *, outbox_id: int) -> bool:
    """The point of no return: from here on only a person may decide to send again. False: no longer due."""
    return tx.store.outbox.mark_sending(outbox_id)


def sent(tx: Transaction, *, reply: OutgoingReply, mail_id: str) -> None:
    """The mail server took it: an answer to it finds its request."""
    tx.store.outbox.settle(reply.outbox_id, "done", None, tx.now_ms)
    tx.store.messages.set_mail(
        reply.message_id, {"message_id": mail_id, "to": [reply.to], "subject": reply.subject}
    )
    tx.store.requests.remember_mail(reply.brand_id, mail_id, reply.request_id, reply.contact_id)
    delivery_moved(tx, message_id=reply.message_id, delivery="sent")


def not_sent(tx: Transaction, *, reply: OutgoingReply, error: str, retry_after_ms: int | None) -> None:
    """Surely not sent: tried again later, or failed for good when `retry_after_ms` is None or patience is over."""
    if retry_after_ms is not None and reply.attempts + 1 < ATTEMPTS_MAX:
        pause_ms = min(RETRY_MS_MAX, retry_after_ms * 2 ** min(reply.attempts, 8))
        tx.store.outbox.settle(reply.outbox_id, "due", error, tx.now_ms + pause_ms)
        return
    tx.store.outbox.settle(reply.outbox_id, "failed", error, tx.now_ms)
    delivery_moved(tx, message_id=reply.message_id, delivery="failed", error=error)


def unconfirmed(tx: Transaction, *, outbox_id: int, error: str) -> None:
    """It may have gone: shown to the agent, who decides."""
    message_id = tx.store.outbox.settle(outbox_id, "unconfirmed", error, tx.now_ms)
    if message_id is not None:
        delivery_moved(tx, message_id=message_id, delivery="unconfirmed", error=error)
