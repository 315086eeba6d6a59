"""What a machine wrote is known, and never answered."""

from pathlib import Path

import pytest
from made_mail import MAILS, mail

from affluent.channels.email.auth import from_results, own_check
from affluent.channels.email.automatic import AnswerLimits, is_own_loop, may_answer, rate_allows
from affluent.channels.email.message import Verdict
from affluent.channels.email.parse import parse


def test_a_bounce_tells_who_what_and_which_of_our_mails() -> None:
    raw = (
        b"From: Mailer <mailer-daemon@mx.example>\nReturn-Path: <>\nSubject: Undelivered Mail Returned to"
        b" Sender\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: t"
        b"ext/plain\n\nSorry\n"
        b"--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient"
        b": rfc822; ana@c.example\n"
        b"Action: failed\nStatus: 5.1.1\n--x\nContent-Type: message/rfc822\n\nMessage-ID: <affluent.7.a@b"
        b"rand.example>\n\nhi\n--x--\n"
    )
    found = parse(raw).automatic
    assert (found.is_bounce, found.bounced_recipient, found.bounced_status, found.bounced_message_id) == (
        True,
        "ana@c.example",
        "5.1.1",
        "<affluent.7.a@brand.example>",
    )


@pytest.mark.parametrize(
    "more",
    [
        "Auto-Submitted: auto-replied\r\n",
        "Auto-Submitted: auto-generated; x=y\r\n",
        "X-Autoreply: yes\r\n",
        "Precedence: auto_reply\r\n",
    ],
)
def test_headers_of_automatic_replies(more: str) -> None:
    read = parse(mail(more=more))
    assert read.is_auto_reply
    assert not read.is_bounce
    assert not may_answer(read)


@pytest.mark.parametrize(
    "subject",
    [
        "Out of office: Re: Colis",
        "Réponse automatique : Colis",
        "Automatische Antwort: Colis",
        "Respuesta automática: Colis",
        "自动回复: Colis",
        "Autosvar: Colis",
    ],
)
def test_subjects_of_automatic_replies(subject: str) -> None:
    assert parse(mail(subject=subject)).is_auto_reply


@pytest.mark.parametrize(
    "subject",
    [
        "Mon colis",
        "My order was not delivered!",
        "Undeliverable parcel?",
        "Livraison non effectuée",
        "Your office is always closed",
        "Re: Mail delivery problem",
    ],
)
def test_a_customer_who_writes_about_deliveries_is_no_machine(subject: str) -> None:
    read = parse(mail("My parcel did not arrive, please help.", subject=subject))
    assert not read.is_bounce
    assert not read.is_auto_reply
    assert may_answer(read)


@pytest.mark.parametrize(
    "read",
    [
        mail(more="List-Id: <news.example>\r\n"),
        mail(more="Precedence: bulk\r\n"),
        mail(more="Return-Path: <>\r\n"),
        mail(sender="no-reply@shop.example"),
        mail(sender="MAILER-DAEMON@shop.example"),
        mail(more="X-Auto-Response-Suppress: All\r\n"),
        mail(more="X-Affluent-Loop: help@brand.example\r\n"),
        b"Subject: nobody\n\nhi",
    ],
)
def test_the_centre_answers_none_of_these_by_itself(read: bytes) -> None:
    assert not may_answer(parse(read))


def test_our_own_mail_come_back_is_a_loop() -> None:
    ours = frozenset({"help@brand.example"})
    assert is_own_loop(parse(mail(sender="Help@Brand.example")), ours)
    assert is_own_loop(parse(mail(more="X-Affluent-Loop: help@brand.example\r\n")), ours)
    assert not is_own_loop(parse(mail()), ours)


def test_an_address_gets_a_bounded_number_of_automatic_answers() -> None:
    limits = AnswerLimits(per_hour_max=3, per_day_max=10)
    assert rate_allows(2, 9, limits)
    assert not rate_allows(3, 3, limits)
    assert not rate_allows(0, 10, limits)


def test_only_the_trusted_server_is_believed() -> None:
    forged = "Authentication-Results: mx.evil.example; spf=pass; dkim=pass; dmarc=pass\r\n"
    true = (
        "Authentication-Results: mx.brand.example 1;\r\n spf=fail (no) smtp.mailfrom=x; dkim=none; dmarc"
        "=fail\r\n"
    )
    read = parse(mail(more=forged + true), trusted_server="mx.brand.example")
    assert read.verdict == Verdict("fail", "none", "fail")
    assert parse(mail(more=forged), trusted_server="mx.brand.example").verdict == Verdict()
    assert parse(mail(more=true)).verdict == Verdict()
    assert from_results.__doc__ is not None


def test_without_a_signature_the_own_check_asks_nobody() -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("asked")

    assert own_check(mail(), never) == Verdict(dkim="none")


@pytest.mark.parametrize("path", sorted(MAILS.glob("bounce-*.eml")), ids=lambda path: path.name)
def test_real_bounces_and_reports_are_never_answered(path: Path) -> None:
    read = parse(path.read_bytes())
    assert read.is_bounce or read.is_auto_reply
    assert not may_answer(read)
