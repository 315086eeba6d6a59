"""The tree of MIME parts as one text, one HTML and a list of attachments."""

import binascii
import re
from dataclasses import dataclass, field
from email.message import Message

from affluent.channels.email import headers
from affluent.channels.email.charsets import clean, decode
from affluent.channels.email.message import Attachment

PARTS_MAX = 1_000
_DEFECT = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(slots=True)
class Bodies:
    """What the parts of one message hold."""

    texts: list[str] = field(default_factory=list[str])
    htmls: list[str] = field(default_factory=list[str])
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    defects: list[str] = field(default_factory=list[str])


def read(message: Message) -> Bodies:
    """The bodies of `message`, nested messages left closed as attachments."""
    bodies = Bodies()
    waiting: list[tuple[Message, str]] = [(message, "")]
    seen = 0
    while waiting:
        part, parent = waiting.pop()
        seen += 1
        if seen > PARTS_MAX:
            bodies.defects.append("too_many_parts")
            break
        bodies.defects.extend(_defects_of(part))
        children = _children(part)
        if children is not None:
            kind = part.get_content_subtype()
            waiting.extend((child, kind) for child in reversed(children))
            continue
        _leaf(part, parent, bodies)
    return bodies


def _children(part: Message) -> list[Message] | None:
    payload = part.get_payload()
    if part.get_content_maintype() == "multipart" and isinstance(payload, list):
        return [child for child in payload if isinstance(child, Message)]
    return None


def _defects_of(part: Message) -> list[str]:
    names = [type(defect).__name__.removesuffix("Defect") for defect in part.defects]
    return [_DEFECT.sub("_", name).lower() for name in names]


def _leaf(part: Message, parent: str, bodies: Bodies) -> None:
    kind = part.get_content_type()
    if part.get_content_maintype() == "multipart":
        # A multipart without a usable boundary arrives as one block of text.
        kind = "text/plain"
    name = headers.filename(part)
    placed = headers.first(part, "content-disposition").split(";")[0].strip().lower()
    is_text = (
        kind in ("text/plain", "text/html", "text/enriched", "text/x-amp-html") and placed != "attachment"
    )
    holder = bodies.htmls if kind == "text/html" else bodies.texts
    if is_text and (
        kind == "text/x-amp-html" or (kind == "text/enriched" and bodies.texts and parent == "alternative")
    ):
        # Other clothes of a text that is already here.
        return
    if is_text and (
        name is None or (not holder and parent != "mixed") or (not bodies.texts and not bodies.htmls)
    ):
        text = text_of(part, bodies.defects)
        if kind == "text/enriched":
            text = re.sub(r"<(?!<)[^<>]{1,60}>", "", text).replace("<<", "<")
        holder.append(text)
        return
    identifier = headers.first(part, "content-id").strip("<> ")
    bodies.attachments.append(
        Attachment(
            filename=name,
            content_type=clean(kind)[:200],
            content=content_of(part, bodies.defects),
            content_id=clean(identifier) or None,
            inline=placed == "inline" or (parent == "related" and bool(identifier)),
        )
    )


def text_of(part: Message, defects: list[str]) -> str:
    """The decoded text of a leaf."""
    charset = headers.parameter(part, "content-type", "charset")
    return clean(decode(content_of(part, defects), charset, defects)).removeprefix("\ufeff")


def content_of(part: Message, defects: list[str]) -> bytes:
    """The decoded bytes of a leaf, as far as they can be had."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return _nested(part, [one for one in payload if isinstance(one, Message)], defects)
    # get_payload() re-decodes 8-bit text by the declared charset and so loses bytes; only the stored text
    # is faithful.
    raw = str(vars(part).get("_payload") or "").encode("utf-8", "surrogateescape")
    words = headers.first(part, "content-transfer-encoding").split(";")[0].strip(" \"'").lower()
    if words == "base64":
        if re.search(rb"[^A-Za-z0-9+/=\s]", raw):
            defects.append("invalid_base64")
        return headers.lenient_base64(raw)
    if words == "quoted-printable":
        return binascii.a2b_qp(raw)
    if words in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return _uudecoded(raw, defects)
    if words not in ("", "7bit", "8bit", "binary", "8-bit", "7-bit"):
        defects.append("unknown_transfer_encoding")
    return raw


def _nested(part: Message, inner: list[Message], defects: list[str]) -> bytes:
    try:
        if part.get_content_type() == "message/rfc822" and inner:
            return inner[0].as_bytes()
        return b"\n".join(one.as_bytes() for one in inner)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, KeyError):
        # The generator of the standard library refuses some messages that its parser accepted.
        defects.append("nested_message_unreadable")
        lines = [f"{name}: {value}" for one in inner for name, value in one.raw_items()]
        return "\n".join(lines).encode("utf-8", "surrogateescape")


def _uudecoded(raw: bytes, defects: list[str]) -> bytes:
    out: list[bytes] = []
    started = False
    for line in raw.splitlines():
        if not started:
            started = line.startswith(b"begin ")
            continue
        if line.strip() in (b"end", b"`"):
            break
        try:
            out.append(binascii.a2b_uu(line))
        except (binascii.Error, ValueError):
            defects.append("invalid_uuencode")
            break
    return b"".join(out) if started else raw
