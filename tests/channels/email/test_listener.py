"""The SMTP door: 250 means stored."""

import smtplib
from collections.abc import Iterator

import pytest
from made_mail import SetClock, Store, mail

from affluent.channels.email.identity import dedupe_key
from affluent.channels.email.listener import Flood, SmtpListener
from affluent.channels.email.parse import parse


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def listener(store: Store) -> Iterator[SmtpListener]:
    known = {"help@brand.example", "sales@brand.example"}
    door = SmtpListener(
        "127.0.0.1",
        0,
        lambda address: store.deliver if address in known else None,
        SetClock(),
        message_bytes_max=100_000,
        per_peer_per_minute_max=5,
    )
    door.start()
    yield door
    door.stop()


@pytest.fixture
def client(listener: SmtpListener) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", listener.port, timeout=10) as open_client:
        yield open_client


def test_an_accepted_mail_is_stored_with_its_envelope(client: smtplib.SMTP, store: Store) -> None:
    client.sendmail("ana@customer.example", ["help@brand.example"], mail())
    (raw,) = store.mails.values()
    read = parse(raw)
    assert read.return_path == "ana@customer.example"
    assert read.delivered_to[0] == "help@brand.example"
    assert read.new_text == "Bonjour, où est mon colis ?"


def test_the_key_is_that_of_the_same_mail_over_imap(client: smtplib.SMTP, store: Store) -> None:
    client.sendmail("ana@customer.example", ["help@brand.example"], mail())
    over_imap = (
        b"Return-Path: <ana@customer.example>\nReceived: from mx by host; Mon, 3 Mar 2025\n"
        + mail().replace(b"\r\n", b"\n")
    )
    assert list(store.mails) == [dedupe_key(over_imap)]


def test_an_unknown_address_is_refused(client: smtplib.SMTP, store: Store) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        client.sendmail("ana@customer.example", ["nobody@brand.example"], mail())
    assert refusal.value.recipients["nobody@brand.example"][0] == 550
    assert not store.calls


def test_a_failed_delivery_is_answered_451_and_the_repeat_is_taken(
    client: smtplib.SMTP, store: Store
) -> None:
    store.failing = True
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        client.sendmail("ana@customer.example", ["help@brand.example"], mail())
    assert refusal.value.smtp_code == 451
    store.failing = False
    client.sendmail("ana@customer.example", ["help@brand.example"], mail())
    assert len(store.mails) == 1


def test_a_mail_over_the_limit_is_refused(client: smtplib.SMTP, store: Store) -> None:
    with pytest.raises(smtplib.SMTPResponseException) as refusal:
        client.sendmail(
            "ana@customer.example", ["help@brand.example"], mail("x" * 70 + "\n") + b"y" * 78 * 2_000
        )
    assert refusal.value.smtp_code == 552
    assert not store.calls


def test_a_flood_from_one_peer_is_slowed_and_ends_with_the_minute() -> None:
    clock = SetClock()
    flood = Flood(clock, 2)
    assert [flood.allows("a"), flood.allows("a"), flood.allows("a"), flood.allows("b")] == [
        True,
        True,
        False,
        True,
    ]
    clock.at_ms += 60_000
    assert flood.allows("a")


def test_the_listener_refuses_the_flood(client: smtplib.SMTP, store: Store) -> None:
    for number in range(5):
        client.sendmail(
            "a@customer.example", ["help@brand.example"], mail(message_id=f"<{number}@c.example>")
        )
    with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
        client.sendmail("a@customer.example", ["help@brand.example"], mail())
    assert refusal.value.smtp_code == 450
    assert len(store.mails) == 5


def test_a_mail_that_went_round_in_circles_is_refused(client: smtplib.SMTP, store: Store) -> None:
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        client.sendmail("a@customer.example", ["help@brand.example"], b"Received: by x\r\n" * 60 + mail())
    assert refusal.value.smtp_code == 554
