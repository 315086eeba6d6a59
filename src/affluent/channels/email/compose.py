"""An answer as a mail: threaded, from the address the customer wrote to, safe against injected headers."""

import hashlib
import html as entities
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime

from affluent.channels.email.automatic import LOOP_HEADER
from affluent.channels.email.message import Address, Attachment
from affluent.channels.email.replying import reference_chain, reply_subject

QUOTED_CHARACTERS_MAX = 100_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_LOCAL = re.compile(r"[^\s\x00-\x1f\x7f<>()\[\],;:\\\"@]{1,64}")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?)(?:\.[^\W_](?:[\w-]{0,61}[^\W_])?)*")


class CannotCompose(ValueError):
    """The reply cannot be made into a mail. `code` is for programs, the text for the log."""

    code = "mail_refused"


class HeaderInjection(CannotCompose):
    """A header value holds a line break or control character."""

    code = "header_injection"


class BadAddress(CannotCompose):
    """An address no mail can be sent to."""

    code = "bad_address"


@dataclass(frozen=True, slots=True)
class Original:
    """The mail being answered, to be quoted below."""

    sender: Address
    at_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What an agent, or the centre by itself, wants to send."""

    outbox_id: int
    sender: Address
    """The channel's address, with the name customers see."""
    to: Address
    subject: str
    text: str
    locale: str = "en"
    cc: tuple[Address, ...] = ()
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    original: Original | None = None
    attachments: tuple[Attachment, ...] = ()
    automatic: bool = False
    """True if no person wrote it: marked so that no machine answers it (RFC 3834)."""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """Ready to send: envelope and bytes."""

    message_id: str
    envelope_from: str
    envelope_to: tuple[str, ...]
    raw: bytes = field(repr=False)
    needs_smtputf8: bool = False


def message_id(outbox_id: int, sender_address: str, installation: str) -> str:
    """The Message-ID of outbox entry `outbox_id`: the same however often it is composed.

    `installation` is a value of this database, so that a new one does not repeat the identifiers of an old
    one.
    """
    digest = hashlib.sha256(f"{installation}/{outbox_id}".encode()).hexdigest()[:20]
    return f"<affluent.{outbox_id}.{digest}@{_ascii_domain(sender_address)}>"


def compose(reply: Reply, *, installation: str, now_ms: int) -> OutgoingMail:
    """The mail for `reply`. Raises HeaderInjection, BadAddress or CannotCompose; nothing else."""
    everyone = (reply.to, *reply.cc)
    for one in (reply.sender, *everyone):
        _refuse_control(one.name, "name")
        _refuse_control(one.address, "address")
    _refuse_control(reply.subject, "subject")
    for identifier in (*reply.references, reply.in_reply_to or ""):
        _refuse_control(identifier, "reference")
    envelope_from, *envelope_to = (_envelope(one.address) for one in (reply.sender, *everyone))
    utf8 = not all(address.isascii() for address in (envelope_from, *envelope_to))
    try:
        mail = _message(reply, message_id(reply.outbox_id, reply.sender.address, installation), now_ms, utf8)
        raw = mail.as_bytes()
    except (MessageError, UnicodeError, ValueError, LookupError) as fault:
        raise CannotCompose(f"reply {reply.outbox_id}: {type(fault).__name__}") from fault
    return OutgoingMail(str(mail["Message-ID"]), envelope_from, tuple(envelope_to), raw, utf8)


def _message(reply: Reply, identifier: str, now_ms: int, utf8: bool) -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP.clone(max_line_length=990, utf8=utf8, cte_type="7bit"))
    mail["From"] = _mailbox(reply.sender)
    mail["To"] = _mailbox(reply.to)
    if reply.cc:
        mail["Cc"] = ", ".join(_mailbox(one) for one in reply.cc)
    mail["Subject"] = reply_subject(reply.subject) if reply.in_reply_to else reply.subject
    mail["Date"] = format_datetime(datetime.fromtimestamp(now_ms / 1_000, UTC))
    mail["Message-ID"] = identifier
    if reply.in_reply_to:
        mail["In-Reply-To"] = reply.in_reply_to
        mail["References"] = " ".join(reference_chain(reply.references, reply.in_reply_to))
    mail[LOOP_HEADER] = _envelope(reply.sender.address).lower()
    if reply.automatic:
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(_plain(reply), cte="quoted-printable")
    mail.add_alternative(_html(reply), subtype="html", cte="quoted-printable")
    for part in reply.attachments:
        _attach(mail, part)
    # A boundary made from the identifier: composing twice gives the same bytes.
    for number, part in enumerate(one for one in mail.walk() if one.is_multipart()):
        part.set_boundary(f"={number}={hashlib.sha256(identifier.encode()).hexdigest()[:24]}")
    return mail


def _attach(mail: EmailMessage, part: Attachment) -> None:
    kind = (
        part.content_type
        if re.fullmatch(r"[\w.+-]+/[\w.+-]+", part.content_type)
        else "application/octet-stream"
    )
    main, _, sub = kind.partition("/")
    if main in ("message", "multipart"):
        main, sub = "application", "octet-stream"
    name = _CONTROL.sub("", part.filename or "") or "file"
    mail.add_attachment(part.content, maintype=main, subtype=sub, filename=name)


def _refuse_control(value: str, where: str) -> None:
    if _CONTROL.search(value):
        raise HeaderInjection(f"control character in {where}")


def _ascii_domain(address: str) -> str:
    domain = address.rpartition("@")[2].rstrip(".")
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise BadAddress("domain is not valid") from None


def _envelope(address: str) -> str:
    """`address` as the SMTP envelope carries it: the domain in ASCII. Raises BadAddress."""
    local, at, domain = address.strip().rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or local.startswith(".") or local.endswith(".") or ".." in local:
        raise BadAddress("address is not valid")
    if not _DOMAIN.fullmatch(domain) or len(address) > 254:
        raise BadAddress("domain is not valid")
    return f"{local}@{_ascii_domain(address)}"


def _mailbox(one: Address) -> str:
    address = _envelope(one.address)
    if not one.name:
        return address
    quoted = one.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>'


def _announcement(original: Original, locale: str) -> str:
    moment = datetime.fromtimestamp(original.at_ms / 1_000, UTC)
    name = original.sender.name or original.sender.address
    if locale.startswith("fr"):
        return f"Le {moment:%d/%m/%Y} à {moment:%H:%M} UTC, {name} <{original.sender.address}> a écrit :"
    return f"On {moment:%Y-%m-%d} at {moment:%H:%M} UTC, {name} <{original.sender.address}> wrote:"


def _quoted(original: Original) -> list[str]:
    return original.text[:QUOTED_CHARACTERS_MAX].rstrip().split("\n")


def _plain(reply: Reply) -> str:
    text = reply.text.replace("\r\n", "\n").rstrip()
    if reply.original is None:
        return text + "\n"
    marked = [
        f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in _quoted(reply.original)
    ]
    return "\n".join([text, "", _announcement(reply.original, reply.locale), "", *marked, ""])


def _html(reply: Reply) -> str:
    def lines(text: str) -> str:
        return "<br>\n".join(entities.escape(line) for line in text.split("\n"))

    body = f"<div>{lines(reply.text.replace(chr(13), '').rstrip())}</div>"
    if reply.original is not None:
        quote = lines("\n".join(_quoted(reply.original)))
        body += (
            f"\n<div><br>{entities.escape(_announcement(reply.original, reply.locale))}</div>\n"
            f'<blockquote type="cite">{quote}</blockquote>'
        )
    return f'<html lang="{entities.escape(reply.locale[:10])}"><body>{body}</body></html>\n'
