"""What a parsed e-mail is: plain frozen records, no behaviour beyond their JSON form."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: the decoded display name (may be empty) and the address as written."""

    name: str
    address: str

    def as_json(self) -> dict[str, str]:
        return {"name": self.name, "address": self.address}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part of the message that is not its body."""

    filename: str | None
    content_type: str
    content: bytes = field(repr=False)
    content_id: str | None = None
    """Content-ID without brackets: what `src="cid:..."` of the HTML points to."""
    inline: bool = False
    """Shown inside the text rather than listed beside it."""

    @property
    def size(self) -> int:
        """Bytes, decoded."""
        return len(self.content)

    def as_json(self) -> dict[str, str | int | None]:
        return {"filename": self.filename, "content_type": self.content_type, "size": self.size}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of the sender's identity: `pass`, `fail`, `softfail`, `none`, ... or `unknown`.

    `unknown` means that nobody we trust looked; it never means that a check failed.
    """

    spf: str = "unknown"
    dkim: str = "unknown"
    dmarc: str = "unknown"


@dataclass(frozen=True, slots=True)
class Automatic:
    """Whether a machine wrote this mail, and what it reports (RFC 3834, RFC 3464, RFC 5965)."""

    is_auto_reply: bool = False
    is_bounce: bool = False
    is_list: bool = False
    """Bulk or list mail: a person may answer it, the centre never does by itself."""
    is_report: bool = False
    """A feedback or disposition report (ARF, MDN)."""
    reason: str | None = None
    """The sign that decided, e.g. `auto-submitted`."""
    bounced_recipient: str | None = None
    bounced_status: str | None = None
    """Enhanced status code (RFC 3463) such as `5.1.1`."""
    bounced_message_id: str | None = None
    """Message-ID of our mail that came back, with its brackets."""


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """One message, read as well as it can be. Every text is free of NUL and of lone surrogates."""

    subject: str = ""
    sender: Address | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    date_ms: int | None = None
    """What the Date header says, milliseconds since the epoch: the sender's clock, not ours."""
    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    text: str = ""
    """The whole readable text, quotes included; made from the HTML where there is no plain part."""
    new_text: str = ""
    """What the sender wrote this time: without the trailing quote and without the signature."""
    quoted: str | None = None
    signature: str | None = None
    html: str | None = None
    """Cleaned HTML; remote images carry `data-src` instead of `src`."""
    has_remote_images: bool = False
    attachments: tuple[Attachment, ...] = ()
    language: str | None = None
    """ISO 639-1 code of the new text, or None where it is too short to tell."""
    reply_to: tuple[Address, ...] = ()
    return_path: str | None = None
    """Envelope sender as recorded at delivery; empty for the null path `<>`."""
    delivered_to: tuple[str, ...] = ()
    """Addresses the mail was delivered to, best evidence first."""
    list_id: str | None = None
    automatic: Automatic = Automatic()
    verdict: Verdict = Verdict()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Every header of the message, decoded, in order."""
    defects: tuple[str, ...] = ()

    @property
    def is_auto_reply(self) -> bool:
        return self.automatic.is_auto_reply

    @property
    def is_bounce(self) -> bool:
        return self.automatic.is_bounce
