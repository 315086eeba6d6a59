"""Reading mail: right charset, right parts, and never an exception."""

import io
import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_mail import MAILS, mail

from affluent.channels.email.cli import as_json, parse_files
from affluent.channels.email.headers import addresses, date_ms, decoded, iso_utc
from affluent.channels.email.identity import dedupe_key
from affluent.channels.email.incoming import received
from affluent.channels.email.parse import parse

KEYS = [
    "subject",
    "from",
    "to",
    "cc",
    "date",
    "message_id",
    "in_reply_to",
    "references",
    "text",
    "new_text",
    "html",
    "attachments",
    "language",
    "is_auto_reply",
    "is_bounce",
    "defects",
]
REAL = [path.read_bytes() for path in sorted(MAILS.glob("*.eml"))]


def html(body: str) -> bytes:
    return f"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n{body}".encode()


def test_the_public_form_has_the_promised_keys_and_values() -> None:
    form = as_json(parse(mail()))
    assert list(form) == KEYS
    assert form["from"] == {"name": "Ana", "address": "ana@customer.example"}
    assert form["date"] == "2025-03-03T09:12:00Z"
    assert form["language"] == "fr"
    assert form["defects"] == []


@settings(deadline=None)
@given(st.binary(max_size=3_000))
def test_no_bytes_whatever_raise(raw: bytes) -> None:
    whole_way(raw)


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=200, deadline=None
)
@given(
    st.sampled_from(REAL),
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 40), st.binary(max_size=30)), max_size=20),
)
def test_no_damage_to_a_real_mail_raises(raw: bytes, damages: list[tuple[int, int, bytes]]) -> None:
    damaged = bytearray(raw)
    for at, removed, added in damages:
        start = at % (len(damaged) + 1)
        damaged[start : start + removed] = added
    whole_way(bytes(damaged))


def whole_way(raw: bytes) -> None:
    read = parse(raw, with_language=False)
    json.dumps(as_json(read), ensure_ascii=False).encode("utf-8")
    assert "\x00" not in read.text
    assert received(read, raw, 1, dedupe_key(raw), 0).raw == raw


HOSTILE = {
    "nested multiparts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)
    ),
    "nested mails": b"Content-Type: message/rfc822\n\n" * 3_000,
    "many parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nhi\n" * 20_000,
    "one long line": b"Subject: x\n\n" + b"a" * 3_000_000,
    "many announcements": b"Subject: x\n\n" + b"On 3 Mar 2025 at 10:12 Ana <a@b.c wrote\n" * 10_000,
    "open encoded words": b"Subject: " + b"=?utf-8?q?a" * 50_000 + b"\n\n",
    "open brackets": b"To: " + b"<(" * 50_000 + b"\n\n",
    "deep html": b"Content-Type: text/html\n\n" + b"<div>" * 100_000,
    "rules": b"Subject: x\n\n" + (b"-" * 199 + b"\n") * 10_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_mail_costs_seconds_at_most(kind: str) -> None:
    begin = time.monotonic()
    whole_way(HOSTILE[kind])
    assert time.monotonic() - begin < 15


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?q?caf=C3=A9?=", "café"),
        ("=?UTF-8?B?w6k=?= =?UTF-8?B?w6k=?=", "éé"),
        ("=?utf-8?b?w6?=\r\n =?utf-8?b?k=?=", "é"),
        ("=?iso-8859-1?q?a_b?= c", "a b c"),
        ("a\r\n\tb", "a b"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        ("=?iso-2022-jp?B?GyRCJygnJS1iGyhCNDE=?=", "ЖД№41"),
        ("=?nonsense?q?abc?=", "abc"),
        ("=?utf-8?q?What??=", "What?"),
    ],
)
def test_header_words_are_decoded(value: str, text: str) -> None:
    assert decoded(value) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ana <a@b.example>", [("Ana", "a@b.example")]),
        ('"Lopez, Ana" <a@b.example>, c@d.example', [("Lopez, Ana", "a@b.example"), ("", "c@d.example")]),
        ("Lopez, Ana <a@b.example>", [("Lopez, Ana", "a@b.example")]),
        ("=?utf-8?q?Lopez=2C_Ana?= <a@b.example>", [("Lopez, Ana", "a@b.example")]),
        ("a@b.example (Ana)", [("Ana", "a@b.example")]),
        ("Team: a@b.example, c@d.example;", [("", "a@b.example"), ("", "c@d.example")]),
        ("undisclosed-recipients:;", []),
        ("<mailto:a@b.example>", [("", "a@b.example")]),
        ("a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
    ],
)
def test_addresses_survive_bad_writing(value: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in addresses(value)] == expected


def test_dates_are_utc_and_nonsense_is_none() -> None:
    assert iso_utc(date_ms("Mon, 3 Mar 2025 10:12:00 +0100")) == "2025-03-03T09:12:00Z"
    assert iso_utc(date_ms("2025-03-03T10:12:00")) == "2025-03-03T10:12:00Z"
    assert date_ms("yesterday") is None
    assert parse(mail().replace(b"Mon, 3 Mar 2025 10:12:00 +0100", b"99 Foo 2025")).defects == (
        "date_unreadable",
    )


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        ("iso-8859-1", "l’été à 5 €".encode("cp1252"), "l’été à 5 €"),
        ("us-ascii", "été".encode(), "été"),
        ("utf-8", "été".encode("cp1252"), "été"),
        ("", "été".encode("cp1252"), "été"),
        ("x-unknown", "été".encode(), "été"),
        ("windows-1251", "Привет".encode("cp1251"), "Привет"),
        ("gb2312", "你好".encode("gb18030"), "你好"),
        ("base64", b"plain", "plain"),
    ],
)
def test_text_is_read_in_the_charset_that_was_meant(charset: str, content: bytes, text: str) -> None:
    head = (
        f"From: a@b.example\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
    )
    assert parse(head.encode() + content).text == text


def test_script_goes_and_remote_images_wait() -> None:
    read = parse(
        html(
            '<p onclick="x()">Hi<script>alert(1)</script><img src="http://t.example/p.gif"><img src="cid:a">'
            '<img src="/x">'
            '<a href="javascript:x()">a</a><a href="https://ok.example">b</a><style>p{}</style><iframe src="'
            'x"></iframe></p>'
        )
    )
    assert read.html is not None
    for gone in ("script", "onclick", "javascript", "<style", "iframe", ' src="http', ' src="/x'):
        assert gone not in read.html
    assert 'data-src="http://t.example/p.gif"' in read.html
    assert ' src="cid:a"' in read.html
    assert "https://ok.example" in read.html
    assert read.has_remote_images
    assert read.text.startswith("Hi")


def test_an_image_hidden_in_an_attribute_is_not_let_loose() -> None:
    read = parse(
        html(
            """<img alt='"><img src="http://t.example/x">' src=cid:a><p style="background:url(http://t.examp"
            "le)">x</p>"""
        )
    )
    assert read.html is not None
    assert '<img src="http' not in read.html.replace("&lt;", "")
    assert "url(" not in read.html


def test_a_mail_of_only_html_has_text_with_its_quote_folded() -> None:
    read = parse(
        html(
            '<div>Bonjour</div><div class="gmail_quote">Le lun. 3 mars 2025 à 10:12, A &lt;a@b.example&gt; a'
            " écrit :<br>"
            "<blockquote>Où<br>est-il ?</blockquote></div>"
        )
    )
    assert read.new_text == "Bonjour"
    assert "> est-il ?" in (read.quoted or "")


def test_attachments_keep_name_kind_and_bytes() -> None:
    raw = (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain"
        b"\n\nhi\n--x\n"
        b"Content-Type: application/pdf\nContent-Disposition: attachment; filename*0*=utf-8''..%2F%C3%A9t"
        b"; filename*1=e.pdf\n"
        b"Content-Transfer-Encoding: base64\n\nQUJD\nRA=\n--x\nContent-Type: message/rfc822\n\nSubject: i"
        b"nner\n\nbody\n--x--\n"
    )
    read = parse(raw)
    assert as_json(read)["attachments"] == [
        {"filename": "éte.pdf", "content_type": "application/pdf", "size": 4},
        {"filename": None, "content_type": "message/rfc822", "size": len(b"Subject: inner\n\nbody")},
    ]
    assert read.text == "hi"


def test_the_same_mail_has_one_key_and_another_mail_another() -> None:
    assert dedupe_key(mail()) == dedupe_key(b"Received: x\n" + mail().replace(b"\r\n", b"\n"))
    assert dedupe_key(mail()) != dedupe_key(mail("Other words"))
    assert dedupe_key(mail()) != dedupe_key(mail(message_id="<two@customer.example>"))
    assert dedupe_key(b"") == dedupe_key(b"\r\n")


def test_the_command_prints_one_object_a_file_and_never_stops(tmp_path: Path) -> None:
    (tmp_path / "good.eml").write_bytes(mail())
    (tmp_path / "odd.eml").write_bytes(b"\xff\x00")
    out = io.StringIO()
    assert (
        parse_files(
            [tmp_path / "good.eml", tmp_path / "odd.eml", tmp_path / "absent.eml", tmp_path], True, out
        )
        == 2
    )
    objects = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [list(one) for one in objects] == [KEYS] * 4
    assert objects[2]["defects"] == ["unreadable_file:FileNotFoundError"]


def test_a_mail_nobody_can_read_is_still_a_contact_with_its_source() -> None:
    raw = b"\x80\x81\x82" * 10
    arrived = received(parse(raw), raw, 3, dedupe_key(raw), 1_000)
    assert arrived.raw == raw
    assert arrived.opens_request
    assert "no_sender" in arrived.defects
