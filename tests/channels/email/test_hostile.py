"""Hostile and broken mail: always one line of JSON, never an exception, in time that grows with its size.

Time is the processor's: what else the machine does counts for nothing.
"""

import io
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_mail import mail

from affluent.channels.email.cli import parse_files
from affluent.channels.email.incoming import received
from affluent.channels.email.parse import parse
from affluent.channels.email.replying import answer_address

SECONDS_PER_MB = 3.0
KEYS = {
    "subject", "from", "to", "cc", "date", "message_id", "in_reply_to", "references", "text", "new_text", "html",
    "attachments", "language", "is_auto_reply", "is_bounce", "defects",
}  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def language_model_is_loaded() -> None:
    """Once a process, whatever the mail: not part of any mail's time."""
    parse(mail("Bonjour, où est donc mon colis, s’il vous plaît ?"))


def one_line(raw: bytes, folder: Path) -> dict[str, object]:
    path = folder / "mail.eml"
    path.write_bytes(raw)
    out = io.StringIO()
    began_s = time.process_time()
    parse_files([path], True, out)
    took_s = time.process_time() - began_s
    (line,) = out.getvalue().splitlines()
    found: dict[str, object] = json.loads(line)
    assert found.keys() == KEYS
    # What is small has a second as well: the language alone takes a part of it.
    assert took_s < SECONDS_PER_MB * max(1.0, len(raw) / 1_048_576), f"{took_s:.2f} s for {len(raw)} bytes"
    return found


def nested(depth: int) -> bytes:
    head = "".join(
        f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n" for level in range(depth)
    )
    return (
        "Subject: deep\r\nMIME-Version: 1.0\r\n" + head + "Content-Type: text/plain\r\n\r\nfound"
    ).encode()


def letters_in_letters(depth: int) -> bytes:
    return (
        b"".join(b"Subject: %d\r\nContent-Type: message/rfc822\r\n\r\n" % level for level in range(depth))
        + b"x"
    )


def parts(count: int) -> bytes:
    each = "--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n"
    return (
        "Subject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + each * count
        + "--b--\r\n"
    ).encode()


MEGA = 1_048_576
HOSTILE: dict[str, bytes] = {
    "10,000 parts": parts(10_000),
    "multiparts 2,000 deep": nested(2_000),
    "letters 2,000 deep": letters_in_letters(2_000),
    "a header line of 1 MB": b"Subject: " + b"x" * MEGA + b"\r\nFrom: a@b.example\r\n\r\nword",
    "an encoded header of 1 MB": b"Subject: " + b"=?utf-8?q?x?= " * (MEGA // 14) + b"\r\n\r\nword",
    "open encoded words": b"Subject: " + b"=?utf-8?q?" * (MEGA // 10) + b"\r\n\r\nword",
    "200,000 headers": b"X-One: 1\r\n" * 100_000 + b"\r\nword",
    "50,000 recipients": b"To: " + b", ".join(b"a%d@b.example" % n for n in range(50_000)) + b"\r\n\r\nword",
    "nested comments in an address": b"From: " + b"(" * 100_000 + b"a@b.example\r\n\r\nword",
    "quotes in an address": b'From: "' + b'\\"' * 200_000 + b"\r\n\r\nword",
    "references of 1 MB": b"References: " + b"<a@b.example> " * (MEGA // 14) + b"\r\n\r\nword",
    "parameters of 1 MB": b"Content-Type: text/plain" + b"; a*0=b" * (MEGA // 7) + b"\r\n\r\nword",
    "a boundary that is everywhere": b"Content-Type: multipart/mixed; boundary=-\r\n\r\n"
    + b"---\r\n" * 100_000,
    "quotes 1 MB": b"Subject: q\r\n\r\n" + b"> " * (MEGA // 2),
    "quoted lines 1 MB": b"Subject: q\r\n\r\n" + b"> word\r\n" * (MEGA // 8),
    "attributions": b"Subject: q\r\n\r\n" + b"On Monday, somebody wrote:\r\n" * 20_000,
    "dated attributions": b"Subject: q\r\n\r\n" + b"On 2014/5/3 10:00, a@b.example wrote:\r\n" * 20_000,
    "blank lines": b"Subject: q\r\n\r\n" + b"\r\n" * (MEGA // 2),
    "one word of 1 MB": b"Subject: q\r\n\r\n" + b"a" * MEGA,
    "spaces 1 MB": b"Subject: q\r\n\r\n" + b" " * MEGA + b"x",
    "dashes": b"Subject: q\r\n\r\n" + b"-- \r\n" * 100_000,
    "open tags": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
    "open attributes": b"Content-Type: text/html\r\n\r\n<a " + b"href='" * 100_000,
    "open comments": b"Content-Type: text/html\r\n\r\n" + b"<!--" * 100_000,
    "less-than signs": b"Content-Type: text/html\r\n\r\n" + b"<" * 500_000,
    "entities": b"Content-Type: text/html\r\n\r\n" + b"&amp" * 200_000,
    "zeros": bytes(MEGA),
    "carriage returns": b"\r" * 500_000,
    "surrogates": b"Subject: \xed\xa0\x80\r\n\r\n\xed\xbf\xbf",
    "nothing": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_one_line_in_time(name: str, tmp_path: Path) -> None:
    one_line(HOSTILE[name], tmp_path)


PIECES = st.sampled_from(
    [b"\r\n", b"\n", b"\r", b"\r\n\r\n", b": ", b"From: ", b"To: a@b.example", b"Subject: ", b"=?utf-8?b?", b"?=",
     b"=?x?q?=", b"Content-Type: multipart/mixed; boundary=b", b"--b", b"--b--", b"Content-Type: text/html; charset=",
     b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable", b"Date: ", b"<", b">", b"(",
     b'"', b"\\", b"\x00", b"\xff", b"\xed\xa0\x80", b"> ", b"On x wrote:", b"Auto-Submitted: auto-replied",
     b"Content-Type: message/delivery-status", b"Content-Type: message/rfc822", b"; filename*0*=utf-8''%", b";", b"="]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES | st.binary(max_size=12), max_size=60).map(b"".join))
def test_any_bytes_are_a_mail(tmp_path: Path, raw: bytes) -> None:
    one_line(raw, tmp_path)
    received(parse(raw, with_language=False), raw, 1, "key", 0)


def mutated(corpora: Path, count: int) -> Iterator[bytes]:
    """Real mail, damaged as transport and bad programs damage it."""
    chance = random.Random(20261122)
    paths = sorted(
        path
        for folder in ("mail_fixtures", "bounces", "email_replies")
        for path in (corpora / folder).rglob("*")
        if path.is_file() and path.stat().st_size < 200_000
    )
    for _ in range(count):
        raw = bytearray(chance.choice(paths).read_bytes())
        for _ in range(chance.randint(1, 8)):
            at, to = sorted(chance.randrange(len(raw) + 1) for _ in range(2))
            match chance.randrange(6):
                case 0:
                    del raw[at : min(to, at + 200)]
                case 1:
                    raw[at:at] = chance.randbytes(chance.randint(1, 40))
                case 2:
                    raw[at:at] = raw[at : min(to, at + 2_000)] * chance.randint(1, 20)
                case 3:
                    raw = raw[:at] or raw
                case 4:
                    raw = raw.replace(b"\r\n", b"\n") if chance.random() < 0.5 else raw.replace(b"\n", b"\r")
                case _:
                    for _ in range(20):
                        if raw:
                            raw[chance.randrange(len(raw))] = chance.randrange(256)
        yield bytes(raw)


def test_damaged_real_mail_is_one_line_in_time(corpora: Path, tmp_path: Path) -> None:
    for raw in mutated(corpora, 300):
        found = one_line(raw, tmp_path)
        assert not [one for one in found["defects"] if one.startswith("unparsable")], raw[:300]  # type: ignore[attr-defined]  # JSON


@pytest.mark.parametrize(
    "subject",
    ["Hello\r\n Bcc: a@b.example", "Hello\n\tBcc: a@b.example", "=?utf-8?q?Hello=0D=0ABcc:_a@b.example?="],
)
def test_no_line_end_survives_in_what_could_become_a_header(subject: str) -> None:
    read = parse(
        f"From: =?utf-8?q?Eve=0D=0ABcc=3A?= <a@b.example>\r\nSubject: {subject}\r\n\r\nword".encode()
    )
    assert read.sender is not None
    for text in (read.subject, read.sender.name, read.sender.address):
        assert not set("\r\n\x00") & set(text)


@pytest.mark.parametrize(
    ("sender", "reply_to", "answered"),
    [
        ("ana@shop.example", "help@shop.example", "help@shop.example"),
        ("ana@shop.example", "ana@mail.shop.example", "ana@mail.shop.example"),
        ("ana@shop.example", "eve@evil.example", "ana@shop.example"),
        ("ana@shop.example", "ana@shop.example.evil.example", "ana@shop.example"),
        ("ana@shop.example", "ana@evilshop.example", "ana@shop.example"),
        ("ana@shop.example", "eve@example", "ana@shop.example"),
        ("ana@shop.example", '"ana@shop.example" <eve@evil.example>', "ana@shop.example"),
        ("no-reply@form.example", "ana@customer.example", "ana@customer.example"),
    ],
)
def test_an_answer_follows_no_forged_address(sender: str, reply_to: str, answered: str) -> None:
    assert answer_address(parse(mail(sender=sender, more=f"Reply-To: {reply_to}\r\n"))) == answered
