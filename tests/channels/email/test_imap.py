"""The mailbox watcher against a real Dovecot: nothing lost, whatever happens to the server or the flags."""

import imaplib
import random
from collections.abc import Callable, Iterator

import pytest
from dovecot_server import PASSWORD, Dovecot
from made_mail import Store, Wall, mail, until

from affluent.channels.email.backoff import Backoff
from affluent.channels.email.identity import dedupe_key
from affluent.channels.email.imap import MailboxWatcher, WatchSettings
from affluent.channels.email.imap_session import ImapAccount
from affluent.channels.email.parse import parse
from affluent.channels.email.ports import PositionsInMemory

Watch = Callable[..., MailboxWatcher]


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def positions() -> PositionsInMemory:
    return PositionsInMemory()


@pytest.fixture
def watch(dovecot: Dovecot, store: Store, positions: PositionsInMemory) -> Iterator[Watch]:
    started: list[MailboxWatcher] = []

    def begin(**changed: object) -> MailboxWatcher:
        settings = WatchSettings(**{"poll_ms": 1_000, "backoff": Backoff(50, 400), **changed})  # type: ignore[arg-type]  # a test's shorthand
        account = ImapAccount("127.0.0.1", "ana", PASSWORD, dovecot.port, tls="none")
        watcher = MailboxWatcher(
            account, store.deliver, positions, Wall(), settings=settings, chance=random.Random(1)
        )
        started.append(watcher)
        watcher.start()
        return watcher

    yield begin
    for watcher in started:
        assert watcher.stop()


def numbered(number: int) -> bytes:
    return mail(f"Message {number}", message_id=f"<m{number}@customer.example>")


def test_mails_before_and_after_the_start_arrive_once_in_order(
    dovecot: Dovecot, store: Store, watch: Watch
) -> None:
    for number in range(3):
        dovecot.put(numbered(number))
    watch()
    assert until(lambda: len(store.mails) == 3)
    dovecot.put(numbered(3))
    assert until(lambda: len(store.mails) == 4)
    assert sorted(store.calls) == sorted(dedupe_key(numbered(number)) for number in range(4))


def test_idle_brings_a_mail_long_before_the_next_poll(dovecot: Dovecot, store: Store, watch: Watch) -> None:
    watcher = watch(poll_ms=600_000)
    assert until(lambda: watcher.status.seen_ms is not None)
    dovecot.put(numbered(1))
    assert until(lambda: len(store.mails) == 1, 10)


def test_a_mail_that_someone_else_has_read_arrives_and_no_flag_is_changed(
    dovecot: Dovecot, store: Store, watch: Watch
) -> None:
    dovecot.put(numbered(1))
    dovecot.put(numbered(2))
    other = imaplib.IMAP4("127.0.0.1", dovecot.port)
    other.login("ana", PASSWORD)
    other.select("INBOX")
    other.store("1", "+FLAGS", "\\Seen")
    watch()
    assert until(lambda: len(store.mails) == 2)
    other.noop()
    assert other.search(None, "UNSEEN") == ("OK", [b"2"])
    other.logout()


def test_an_outage_loses_nothing_and_repeats_nothing(dovecot: Dovecot, store: Store, watch: Watch) -> None:
    dovecot.put(numbered(1))
    watcher = watch()
    assert until(lambda: len(store.mails) == 1)
    dovecot.kill()
    assert until(lambda: watcher.status.failures >= 2)
    for number in (2, 3):
        dovecot.put(numbered(number))
    dovecot.start()
    assert until(lambda: len(store.mails) == 3)
    assert len(store.calls) == 3
    assert until(lambda: watcher.status.failures == 0)


def test_a_new_watcher_goes_on_where_the_last_one_stopped(
    dovecot: Dovecot, store: Store, watch: Watch
) -> None:
    dovecot.put(numbered(1))
    first = watch()
    assert until(lambda: len(store.mails) == 1)
    assert first.stop()
    dovecot.put(numbered(2))
    watch()
    assert until(lambda: len(store.mails) == 2)
    assert len(store.calls) == 2


def test_a_changed_uidvalidity_reads_everything_again_under_the_same_keys(
    dovecot: Dovecot, store: Store, watch: Watch, positions: PositionsInMemory
) -> None:
    for number in (1, 2):
        dovecot.put(numbered(number))
    watcher = watch()
    assert until(lambda: len(store.mails) == 2)
    mailbox = ImapAccount("127.0.0.1", "ana", PASSWORD, dovecot.port, tls="none").mailbox
    before = positions.get(mailbox)
    dovecot.kill()
    assert until(lambda: not watcher.status.connected)
    dovecot.renumber()
    dovecot.put(numbered(3))
    dovecot.start()
    assert until(lambda: len(store.mails) == 3)
    after = positions.get(mailbox)
    assert before is not None
    assert after is not None
    assert before.uidvalidity != after.uidvalidity
    assert len(set(store.calls)) == 3


def test_a_mail_that_cannot_be_stored_is_offered_until_it_is(
    dovecot: Dovecot, store: Store, watch: Watch
) -> None:
    store.failing = True
    dovecot.put(numbered(1))
    dovecot.put(numbered(2))
    watcher = watch()
    assert until(lambda: watcher.status.failures >= 2)
    assert not store.mails
    assert (watcher.status.error or "").startswith("delivery_failed")
    store.failing = False
    assert until(lambda: len(store.mails) == 2)


def test_a_large_mail_arrives_whole_and_an_oversized_one_cut_with_a_defect(
    dovecot: Dovecot, store: Store, watch: Watch
) -> None:
    large = mail("x" * 75 + "\n", message_id="<large@customer.example>") + (b"y" * 75 + b"\r\n") * (
        25 * 1024 * 1024 // 77
    )
    dovecot.put(large)
    watcher = watch()
    assert until(lambda: len(store.mails) == 1, 60)
    assert len(next(iter(store.mails.values()))) >= 25 * 1024 * 1024
    assert watcher.stop()
    dovecot.put(large.replace(b"<large@", b"<huge@"))
    watch(message_bytes_max=1024 * 1024)
    assert until(lambda: len(store.mails) == 2, 60)
    huge = parse(list(store.mails.values())[1], with_language=False)
    assert huge.message_id == "<huge@customer.example>"
    assert any(defect.startswith("cut") for defect in huge.defects)
    assert huge.text.startswith("xxx")


def test_a_wrong_password_is_told_apart_from_an_outage(dovecot: Dovecot, store: Store) -> None:
    account = ImapAccount("127.0.0.1", "ana", "wrong", dovecot.port, tls="none")
    watcher = MailboxWatcher(account, store.deliver, PositionsInMemory(), Wall())
    watcher.start()
    assert until(lambda: watcher.status.failures >= 1)
    assert (watcher.status.error or "").startswith("login_refused")
    assert "wrong" not in (watcher.status.error or "")
    assert watcher.stop()
