"""Answers as mails: threaded, from the right address, without room for injection."""

from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_mail import mail

from affluent.channels.email.automatic import is_own_loop, may_answer
from affluent.channels.email.compose import (
    BadAddress,
    CannotCompose,
    HeaderInjection,
    Original,
    OutgoingMail,
    Reply,
    compose,
)
from affluent.channels.email.message import Address, Attachment
from affluent.channels.email.parse import parse
from affluent.channels.email.replying import answer_address, reference_chain, reply_subject, reply_to_refused

US = Address("Aide Célan", "help@brand.example")
ANA = Address("Ana López", "ana@customer.example")
AT_MS = 1_741_000_000_000


def made(**changed: object) -> OutgoingMail:
    values: dict[str, object] = {
        "outbox_id": 7,
        "sender": US,
        "to": ANA,
        "subject": "Mon colis",
        "text": "Il arrive demain.",
    }
    reply = Reply(**(values | changed))  # type: ignore[arg-type]  # a test's shorthand for a frozen record
    return compose(reply, installation="a-centre", now_ms=AT_MS)


def test_a_reply_is_threaded_and_says_re_once() -> None:
    out = made(subject="RE: Aw: Mon colis", in_reply_to="<two@c.example>", references=("<one@c.example>",))
    read = parse(out.raw)
    assert read.subject == "Re: Mon colis"
    assert read.in_reply_to == "<two@c.example>"
    assert read.references == ("<one@c.example>", "<two@c.example>")
    assert read.sender == US
    assert read.to == (ANA,)
    assert out.envelope_from == "help@brand.example"


def test_composing_twice_gives_the_same_bytes_and_another_entry_another_identifier() -> None:
    attachment = Attachment("a.pdf", "application/pdf", b"%PDF")
    assert made(attachments=(attachment,)).raw == made(attachments=(attachment,)).raw
    assert made().message_id.startswith("<affluent.7.")
    assert made().message_id != made(outbox_id=8).message_id
    assert made().message_id.endswith("@brand.example>")


def test_the_original_is_quoted_below_and_folds_again_when_read() -> None:
    original = Original(ANA, AT_MS, "Où est mon colis ?\n\nMerci")
    for locale in ("fr", "en"):
        read = parse(made(original=original, in_reply_to="<a@b.example>", locale=locale).raw)
        assert read.new_text == "Il arrive demain."
        assert "> Où est mon colis ?" in (read.quoted or "")
        assert read.html is not None
        assert "<blockquote" in read.html


def test_attachments_and_accents_survive_the_way() -> None:
    read = parse(
        made(
            attachments=(Attachment("été 2025.pdf", "application/pdf", b"\x00\xff" * 500),),
            text="Ça marche – 5 €",
        ).raw
    )
    assert [(one.filename, one.content_type, one.content) for one in read.attachments] == [
        ("été 2025.pdf", "application/pdf", b"\x00\xff" * 500)
    ]
    assert read.text == "Ça marche – 5 €"


def test_an_automatic_answer_says_so_and_the_centre_never_answers_it() -> None:
    read = parse(made(automatic=True).raw)
    assert dict(read.headers)["Auto-Submitted"] == "auto-replied"
    assert read.is_auto_reply
    assert not may_answer(read)
    assert is_own_loop(read, frozenset({"help@brand.example"}))
    assert not may_answer(parse(made().raw))


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": "Hello\r\nBcc: all@victim.example"},
        {"subject": "Hello\nX: y"},
        {"to": Address("Ana\r\nBcc: x@y.example", "ana@customer.example")},
        {"to": Address("", "ana@customer.example\r\nBcc: x@y.example")},
        {"sender": Address("a\nb", "help@brand.example")},
        {"in_reply_to": "<a@b>\r\nBcc: x@y.example"},
        {"references": ("<a@b.example>\nX: y",)},
    ],
)
def test_a_line_break_in_a_header_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(HeaderInjection):
        made(**changed)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "a b@c.example",
        "a@b@c.example",
        "a@",
        "@b.example",
        "a@-b.example",
        "<a@b.example>",
        "a,b@c.example",
        "a..b@c.example",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        made(to=Address("", address))


def test_names_in_addresses_beyond_ascii() -> None:
    idn = made(to=Address("Zoë", "zoe@bücher.example"))
    assert idn.envelope_to == ("zoe@xn--bcher-kva.example",)
    assert not idn.needs_smtputf8
    utf8 = made(to=Address("Zoë", "zoë@bücher.example"))
    assert utf8.needs_smtputf8
    assert "zoë@xn--bcher-kva.example".encode() in utf8.raw


@settings(deadline=None)
@given(
    name=st.text(max_size=60),
    subject=st.text(max_size=200),
    text=st.text(max_size=500),
    filename=st.text(max_size=60),
)
def test_any_text_is_composed_or_refused_and_adds_no_header(
    name: str, subject: str, text: str, filename: str
) -> None:
    try:
        out = made(
            to=Address(name, "ana@customer.example"),
            subject=subject,
            text=text,
            attachments=(Attachment(filename, "text/x", b"x"),),
        )
    except CannotCompose:
        return
    head = message_from_bytes(out.raw, policy=policy.compat32)
    assert {key.lower() for key in head} == {
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "x-affluent-loop",
        "mime-version",
        "content-type",
    }
    assert out.envelope_to == ("ana@customer.example",)


def test_the_chain_of_references_stays_bounded_and_keeps_first_and_last() -> None:
    every = tuple(f"<{number}.{'x' * 60}@c.example>" for number in range(300))
    chain = reference_chain(every, "<last@c.example>")
    assert chain[0] == every[0]
    assert chain[-1] == "<last@c.example>"
    assert len(chain) <= 20
    assert sum(map(len, chain)) <= 900


@pytest.mark.parametrize(
    "subject", ["Colis", "Re: Colis", "RE : re: Colis", "AW: SV: Colis", "Re[2]: Colis", "回复：Colis"]
)
def test_re_is_said_once_in_any_language(subject: str) -> None:
    assert reply_subject(subject) == "Re: Colis"


@pytest.mark.parametrize(
    ("sender", "reply_to", "answer"),
    [
        ("ana@customer.example", "", "ana@customer.example"),
        ("ana@customer.example", "team@customer.example", "team@customer.example"),
        ("ana@mail.customer.example", "ana@customer.example", "ana@customer.example"),
        ("ana@bank.example", "ana@evil.example", "ana@bank.example"),
        ("no-reply@forms.example", "ana@customer.example", "ana@customer.example"),
    ],
)
def test_a_forged_reply_to_leads_no_answer_astray(sender: str, reply_to: str, answer: str) -> None:
    read = parse(mail(sender=sender, more=f"Reply-To: {reply_to}\r\n" if reply_to else ""))
    assert answer_address(read) == answer
    assert reply_to_refused(read) == (bool(reply_to) and reply_to != answer)
