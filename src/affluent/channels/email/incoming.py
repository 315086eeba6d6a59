"""What the centre gets of an arrived mail: one frozen record, complete, with the raw source."""

from dataclasses import dataclass, field

from affluent.channels.email import automatic
from affluent.channels.email.message import Attachment, ParsedMail, Verdict
from affluent.channels.email.replying import answer_address


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """One arrival. The centre finds the customer, the request and the queue; this only says what came."""

    channel_id: int
    dedupe_key: str
    received_ms: int
    """When it reached our mailbox, milliseconds since the epoch: from here on the customer waits."""
    sender_address: str
    """Lower case; empty where the mail names no sender."""
    sender_name: str
    answer_to: str
    """Where an answer goes; see `answer_address`."""
    recipients: tuple[str, ...]
    """Lower-case addresses the mail was sent or delivered to: they tell which of ours the customer wrote
    to.
    """
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    text: str
    new_text: str
    quoted: str | None
    html: str | None
    has_remote_images: bool
    attachments: tuple[Attachment, ...]
    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    language: str | None
    sent_ms: int | None
    """What the sender's clock said."""
    is_auto_reply: bool
    is_bounce: bool
    may_answer: bool
    """Whether the centre may write back by itself."""
    opens_request: bool
    """False for what a machine wrote: it is recorded with the mail it belongs to, and opens nothing."""
    bounced_recipient: str | None
    bounced_status: str | None
    bounced_message_id: str | None
    verdict: Verdict
    defects: tuple[str, ...]
    raw: bytes = field(repr=False)


def received(mail: ParsedMail, raw: bytes, channel_id: int, key: str, received_ms: int) -> IncomingMail:
    """The record of `mail`. A mail without any readable text shows its subject, or is left to its raw
    source.
    """
    machine = mail.is_auto_reply or mail.is_bounce
    return IncomingMail(
        channel_id=channel_id,
        dedupe_key=key,
        received_ms=received_ms,
        sender_address=mail.sender.address.lower() if mail.sender else "",
        sender_name=mail.sender.name if mail.sender else "",
        answer_to=answer_address(mail),
        recipients=tuple(dict.fromkeys(address.lower() for address in mail.delivered_to)),
        to=tuple(one.address for one in mail.to),
        cc=tuple(one.address for one in mail.cc),
        subject=mail.subject,
        text=mail.text,
        new_text=mail.new_text,
        quoted=mail.quoted,
        html=mail.html,
        has_remote_images=mail.has_remote_images,
        attachments=tuple(_named(one, number) for number, one in enumerate(mail.attachments, start=1)),
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        language=mail.language,
        sent_ms=mail.date_ms,
        is_auto_reply=mail.is_auto_reply,
        is_bounce=mail.is_bounce,
        may_answer=automatic.may_answer(mail),
        opens_request=not machine,
        bounced_recipient=mail.automatic.bounced_recipient,
        bounced_status=mail.automatic.bounced_status,
        bounced_message_id=mail.automatic.bounced_message_id,
        verdict=mail.verdict,
        defects=mail.defects,
        raw=raw,
    )


_SUFFIXES = {
    "message/rfc822": "eml",
    "message/delivery-status": "txt",
    "text/plain": "txt",
    "text/html": "html",
    "text/calendar": "ics",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "application/pdf": "pdf",
}


def _named(part: Attachment, number: int) -> Attachment:
    if part.filename:
        return part
    name = f"part-{number}.{_SUFFIXES.get(part.content_type, 'bin')}"
    return Attachment(name, part.content_type, part.content, part.content_id, part.inline)
