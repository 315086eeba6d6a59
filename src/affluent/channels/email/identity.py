"""One key a mail, whichever way it came in."""

import hashlib
import re
from email import policy
from email.parser import BytesParser

from affluent.channels.email import headers

CUT_HEADER = "X-Affluent-Cut"
"""Put before a mail whose body was not fetched whole; its value is the size in bytes it has on the server."""

_STABLE = ("from", "to", "cc", "date", "subject", "content-type")
_BOUNDARY = re.compile(rb"\r?\n\r?\n")


def dedupe_key(raw: bytes) -> str:
    """A key that is the same for the same mail over IMAP and SMTP, and differs for different mails.

    It joins the Message-ID with a digest of what servers leave alone: sender, recipients, date, subject and
    body, with line ends made equal. Headers that servers add (Received, Return-Path, ...) do not count. Two
    mails that share a Message-ID but not their text get two keys. Never raises.
    """
    head, body = _split(raw)
    digest = hashlib.sha256()
    identifier = ""
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(head, headersonly=True)
        identifier = next(iter(headers.identifiers(headers.first(message, "message-id"))), "")
        for name in _STABLE:
            value = "\x00".join(headers.unfold(one) for one in headers.raw_values(message, name))
            digest.update(f"{name}:{' '.join(value.split())}\n".encode("utf-8", "surrogateescape"))
        if headers.first(message, CUT_HEADER):
            body = b""
    except Exception:  # unreadable headers: the bytes themselves are the identity
        digest.update(head)
    digest.update(b"\n" + body.replace(b"\r\n", b"\n").rstrip())
    return f"mail:{identifier[:300]}:{digest.hexdigest()[:32]}"


def _split(raw: bytes) -> tuple[bytes, bytes]:
    raw = raw.lstrip(b"\r\n \t")
    found = _BOUNDARY.search(raw)
    return (raw, b"") if found is None else (raw[: found.start()] + b"\n\n", raw[found.end() :])
