"""Doors, sleep, silence, failures of the world and of ourselves."""

import threading
from typing import Any

import psycopg
import pytest

from affluent.centre import answering, chatting, handing_on, offers
from affluent.centre.hub import Announcement, DeliveryMoved
from affluent.centre.receive import IncomingMail, receive_mail
from affluent.centre.refusals import Forbidden, Invalid, Refusal
from affluent.centre.runner import Runner, RunnerStopped
from affluent.centre.transaction import TooLate, Transaction
from affluent.storage.store import PgPartition
from tests.centre.stage import KEEP_MS, OFFER_MS, START_MS, TARGET_MS, Stage, nothing

MINUTE_MS = 60_000


def test_the_same_delivery_twice_is_one_contact(stage: Stage) -> None:
    letter = stage.letter()
    first = stage.do(receive_mail, mail=letter)
    assert stage.do(receive_mail, mail=letter) == first
    assert stage.form("form-1") == stage.form("form-1")
    chat_id, contact = stage.chat()
    assert stage.say(chat_id, "Again", "word-again") == stage.say(chat_id, "Again", "word-again") == contact
    assert stage.query("select count(*) as n from contact")[0]["n"] == 3
    assert stage.query("select count(*) as n from message where direction = 'in'")[0]["n"] == 4


def test_the_same_delivery_from_many_threads_at_once_is_one_contact(stage: Stage) -> None:
    letter = stage.letter()
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(stage.do(receive_mail, mail=letter))) for _ in range(8)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert stage.query("select count(*) as n from contact")[0]["n"] == 1


def test_a_reply_sent_twice_is_one_message_and_one_promise(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contact = stage.in_hand_of(stage.ids.ada, stage.mail())
    sent: dict[str, Any] = {"contact_id": contact, "agent_id": stage.ids.ada, "key": "reply-key-1"}
    first = stage.do(answering.reply, **sent, text="On its way")
    assert stage.do(answering.reply, **sent, text="On its way") == first
    assert stage.query("select message_id from outbox") == [{"message_id": first}]
    assert stage.contact(contact)["awaiting"] == "customer"


def test_replies_that_cannot_be_are_refused_and_leave_nothing(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contact = stage.in_hand_of(stage.ids.ada, stage.mail())
    for error, changes in (
        (Forbidden, {"agent_id": stage.ids.bob}),
        (Invalid, {"text": "  "}),
        (Invalid, {"text": "x" * 100_001}),
        (Invalid, {"file_ids": [99]}),
    ):
        usual: dict[str, Any] = {
            "contact_id": contact,
            "agent_id": stage.ids.ada,
            "key": "reply-key-2",
            "text": "x",
        }
        with pytest.raises(error):
            stage.do(answering.reply, **{**usual, **changes})
    for outcome, motive in (("abandoned", None), ("nonsense", None), ("resolved", 999)):
        with pytest.raises(Invalid):
            stage.do(
                handing_on.close,
                contact_id=contact,
                agent_id=stage.ids.ada,
                outcome=outcome,
                motive_id=motive,
            )
    assert not stage.query("select 1 from message where direction = 'out'")
    assert stage.state(contact) == "in_hand"


def test_closing_with_a_motive_ends_the_request(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contact = stage.in_hand_of(stage.ids.ada, stage.mail())
    stage.do(
        handing_on.close,
        contact_id=contact, agent_id=stage.ids.ada, outcome="resolved", motive_id=stage.ids.motive,
        key="close-note-1", text="Parcel found",
    )  # fmt: skip
    request = stage.query("select * from request")[0]
    assert (request["state"], request["motive_id"]) == ("resolved", stage.ids.motive)
    assert stage.contact(contact)["outcome"] == "resolved"
    assert stage.query("select text from message where direction = 'note'") == [{"text": "Parcel found"}]
    stage.do(answering.note, contact_id=contact, agent_id=stage.ids.ada, key="late-note-1", text="Late")
    with pytest.raises(TooLate):
        stage.do(offers.take, contact_id=contact, agent_id=stage.ids.bob)


def test_a_further_mail_continues_an_open_contact_and_reopens_a_closed_request(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contact = stage.in_hand_of(stage.ids.ada, stage.mail(message_id="<a@x.example>"))
    stage.do(answering.reply, contact_id=contact, agent_id=stage.ids.ada, key="reply-key-3", text="Yes")
    stage.clock.at_ms += 5_000
    assert stage.mail(thread=("<a@x.example>",), message_id="<b@x.example>") == contact
    row = stage.contact(contact)
    assert (row["awaiting"], row["due_ms"]) == ("us", stage.clock.at_ms + row["target_ms"])
    stage.do(handing_on.close, contact_id=contact, agent_id=stage.ids.ada, outcome="resolved")
    again = stage.mail(thread=("<unknown@x.example>", "<b@x.example>"))
    assert again != contact
    assert stage.contact(again)["request_id"] == row["request_id"]
    assert stage.query("select state from request") == [{"state": "open"}]


def test_a_stranger_who_quotes_a_thread_opens_a_request_of_their_own(stage: Stage) -> None:
    contact = stage.mail(message_id="<secret@x.example>")
    other = stage.mail(sender="eve@else.example", thread=("<secret@x.example>",))
    assert other != contact
    assert stage.contact(other)["request_id"] != stage.contact(contact)["request_id"]
    assert stage.contact(other)["customer_id"] != stage.contact(contact)["customer_id"]


def test_a_bounce_marks_the_reply_failed_and_opens_nothing(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contact = stage.in_hand_of(stage.ids.ada, stage.mail(message_id="<a@x.example>"))
    message = stage.do(
        answering.reply, contact_id=contact, agent_id=stage.ids.ada, key="reply-key-4", text="Yes"
    )
    stage.change(
        "insert into mail_thread select brand_id, '<out@north.example>', request_id, id from contact where id = %s",
        contact,
    )
    stage.change('update message set mail = \'{"message_id": "<out@north.example>"}\' where id = %s', message)
    stage.do(answering.delivery_moved, message_id=message, delivery="sent")
    stage.do(handing_on.close, contact_id=contact, agent_id=stage.ids.ada, outcome="resolved")
    later = stage.mail(thread=("<out@north.example>",))
    bounce = {
        "unanswerable": "bounce",
        "bounced_message_id": "<out@north.example>",
        "bounce_reason": "550 unknown",
    }
    assert stage.mail(sender="", **bounce) == contact, "on the contact whose reply it was, not on the latest"
    row = stage.query("select delivery, error from message where id = %s", message)[0]
    assert (row["delivery"], row["error"]) == ("failed", "550 unknown")
    assert any(isinstance(one, DeliveryMoved) and one.delivery == "failed" for one in stage.heard)
    assert stage.query("select max(id) as n from contact")[0]["n"] == later
    assert stage.mail(sender="", unanswerable="auto_reply") == 0


def test_what_no_column_can_hold_is_a_contact_all_the_same(stage: Stage) -> None:
    contact = stage.mail(
        subject="a\x00b\ud800", text="c\x00\udfff", new_text="c\x00", sender_name="n\x00", sender="x\x00@y.example",
        message_id="<" + "é" * 5_000 + ">", headers={"from": "\x00", "defects": ["\ud800"]}, key="k" * 9_000,
    )  # fmt: skip
    assert stage.contact(contact)["subject"] == "a\ufffdb?"
    again = stage.mail(thread=("<" + "é" * 5_000 + ">",), sender="x\x00@y.example")
    assert again == contact
    assert stage.mail(key="k" * 9_000) == contact


def test_sleep_ends_by_time_and_by_the_customers_word(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    by_time = stage.in_hand_of(stage.ids.ada, stage.mail())
    by_word = stage.in_hand_of(stage.ids.ada, stage.mail(sender="bo@x.example", message_id="<w@x.example>"))
    stage.do(handing_on.sleep, contact_id=by_time, agent_id=stage.ids.ada, until_ms=stage.clock.at_ms + 1_000)
    stage.do(handing_on.sleep, contact_id=by_word, agent_id=stage.ids.ada, until_ms=None)
    with pytest.raises(TooLate):
        stage.do(answering.reply, contact_id=by_word, agent_id=stage.ids.ada, key="reply-key-5", text="x")
    stage.pass_ms(1_000)
    assert (stage.state(by_time), stage.state(by_word)) == ("in_hand", "sleeping")
    stage.mail(sender="bo@x.example", thread=("<w@x.example>",))
    assert stage.state(by_word) == "in_hand"
    stage.do(handing_on.sleep, contact_id=by_word, agent_id=stage.ids.ada, until_ms=None)
    stage.do(handing_on.wake, contact_id=by_word, agent_id=stage.ids.ada)
    assert stage.state(by_word) == "in_hand"
    for until_ms in (stage.clock.at_ms, stage.clock.at_ms - 1, stage.clock.at_ms + 400 * 86_400_000):
        with pytest.raises(Invalid):
            stage.do(handing_on.sleep, contact_id=by_word, agent_id=stage.ids.ada, until_ms=until_ms)


def test_a_sleeper_whose_agent_went_home_wakes_for_others(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contact = stage.in_hand_of(stage.ids.ada, stage.mail(message_id="<w@x.example>"))
    stage.do(handing_on.sleep, contact_id=contact, agent_id=stage.ids.ada, until_ms=None)
    stage.there(stage.ids.ada, "offline")
    assert stage.state(contact) == "sleeping"
    stage.ready(stage.ids.bob)
    stage.mail(thread=("<w@x.example>",))
    assert stage.holder(contact) == stage.ids.bob


def test_a_sleeper_without_room_in_its_agents_hand_waits_in_line(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    chat_id, contact = stage.chat()
    stage.in_hand_of(stage.ids.ada, contact)
    stage.do(answering.reply, contact_id=contact, agent_id=stage.ids.ada, key="reply-key-6", text="There?")
    with pytest.raises(Refusal, match="customer_waits"):
        stage.do(handing_on.sleep, contact_id=contact, agent_id=stage.ids.ada, until_ms=None)
    stage.pass_ms(10 * MINUTE_MS)
    assert stage.state(contact) == "sleeping", "a silent customer is let go of, not put to sleep by hand"
    stage.there(stage.ids.ada, "away", "lunch")
    stage.say(chat_id)
    assert stage.state(contact) in ("waiting", "in_hand")
    if stage.state(contact) == "waiting":
        assert stage.facts(contact)[-2:] == ["ContactReturned", "ContactQueued"]
        assert stage.contact(contact)["kept_for"] == stage.ids.ada
        stage.restart()
        stage.ready(stage.ids.bob)
        assert stage.state(contact) == "waiting", "still kept for Ada after a restart"
        stage.pass_ms(KEEP_MS)
        assert stage.holder(contact) == stage.ids.bob


def test_a_waiting_customer_who_goes_without_a_word_is_a_silent_abandonment(stage: Stage) -> None:
    chat_id, contact = stage.chat()
    stage.do(chatting.disconnected, chat_id=chat_id)
    stage.pass_ms(2 * MINUTE_MS - 1)
    assert stage.state(contact) == "waiting"
    stage.do(chatting.connected, chat_id=chat_id)
    stage.pass_ms(10 * MINUTE_MS)
    assert stage.state(contact) == "waiting", "who came back keeps the place"
    stage.do(chatting.disconnected, chat_id=chat_id)
    stage.pass_ms(2 * MINUTE_MS)
    row = stage.contact(contact)
    assert (row["state"], row["outcome"]) == ("abandoned", "silent")
    other_chat, other = stage.chat()
    stage.do(chatting.leave, chat_id=other_chat)
    stage.do(chatting.leave, chat_id=other_chat)
    assert stage.contact(other)["outcome"] == "abandoned"


def test_a_chat_that_returns_to_the_line_without_its_customer_is_abandoned(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    chat_id, contact = stage.chat()
    stage.in_hand_of(stage.ids.ada, contact)
    stage.do(chatting.disconnected, chat_id=chat_id)
    stage.there(stage.ids.ada, "offline")
    stage.pass_ms(2 * MINUTE_MS)
    assert stage.state(contact) == "abandoned"


def test_a_silent_chat_is_warned_released_closed_and_reopened(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    chat_id, contact = stage.chat()
    stage.in_hand_of(stage.ids.ada, contact)
    stage.do(answering.reply, contact_id=contact, agent_id=stage.ids.ada, key="reply-key-7", text="There?")
    stage.pass_ms(5 * MINUTE_MS)
    assert stage.contact(contact)["chat_state"] == "warned"
    stage.pass_ms(5 * MINUTE_MS)
    row = stage.contact(contact)
    assert (row["state"], row["chat_state"]) == ("sleeping", "released")
    stage.pass_ms(20 * MINUTE_MS)
    assert stage.contact(contact)["outcome"] == "no_reply"
    again = stage.say(chat_id)
    assert again != contact
    assert stage.contact(again)["request_id"] == row["request_id"]
    assert stage.holder(again) == stage.ids.ada, "she had the chat before"
    stage.in_hand_of(stage.ids.ada, again)
    stage.do(handing_on.close, contact_id=again, agent_id=stage.ids.ada, outcome="resolved")
    stage.pass_ms(24 * 60 * MINUTE_MS + 1)
    assert stage.contact(stage.say(chat_id))["request_id"] != row["request_id"], (
        "too long ago to be the same wish"
    )


def test_the_customers_word_ends_warning_and_release(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    chat_id, contact = stage.chat()
    stage.in_hand_of(stage.ids.ada, contact)
    stage.do(answering.reply, contact_id=contact, agent_id=stage.ids.ada, key="reply-key-8", text="There?")
    stage.pass_ms(5 * MINUTE_MS)
    stage.say(chat_id)
    assert stage.contact(contact)["chat_state"] is None
    stage.pass_ms(60 * MINUTE_MS)
    assert stage.state(contact) == "in_hand"


def test_a_restart_finds_everything_where_it_was(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    chat_id, contact = stage.chat()
    held = stage.in_hand_of(stage.ids.ada, contact)
    _, offered = stage.chat()
    waiting = [stage.chat()[1] for _ in range(3)]
    slept = stage.in_hand_of(stage.ids.ada, stage.mail())
    stage.do(handing_on.sleep, contact_id=slept, agent_id=stage.ids.ada, until_ms=stage.clock.at_ms + 10_000)
    stage.do(answering.reply, contact_id=held, agent_id=stage.ids.ada, key="reply-key-9", text="There?")
    before = stage.query(
        "select id, state, agent_id, place_ms, due_ms, offer_expires_ms from contact order by id"
    )
    stage.restart()
    after = stage.query(
        "select id, state, agent_id, place_ms, due_ms, offer_expires_ms from contact order by id"
    )
    assert after == before
    assert [stage.runner.position(one) for one in waiting] == [0, 1, 2]
    stage.restart(after_ms=OFFER_MS)
    assert stage.state(offered) != "offered" or stage.contact(offered)["offer_expires_ms"] > stage.clock.at_ms
    assert "OfferExpired" in stage.facts(offered), "it expired while nobody was there to see it"
    assert stage.state(slept) == "in_hand", "and who was to wake has woken"
    stage.pass_ms(5 * MINUTE_MS)
    assert stage.contact(held)["chat_state"] == "warned"
    assert chat_id


def test_a_lost_database_refuses_the_command_and_nothing_else(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    letter = stage.letter()

    def cut(tx: Transaction, mail: IncomingMail) -> int:
        contact = receive_mail(tx, mail)
        with psycopg.connect(stage.dsn, autocommit=True) as conn:
            conn.execute(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()"
                " and database = (select oid from pg_database where datname = current_database())"
            )
        return contact

    with pytest.raises(RunnerStopped):
        stage.do(cut, mail=letter)
    assert not stage.query("select 1 from contact")
    assert stage.runner.wait_until_leading(20)
    contact = stage.do(receive_mail, mail=letter)
    assert stage.holder(contact) == stage.ids.ada


def test_a_use_case_that_breaks_harms_no_neighbour(stage: Stage) -> None:
    stage.ready(stage.ids.ada)

    def broken(tx: Transaction) -> None:
        receive_mail(tx, stage.letter())
        raise ZeroDivisionError

    bad = stage.runner.submit(broken)
    good = stage.runner.submit(receive_mail, mail=stage.letter())
    with pytest.raises(ZeroDivisionError):
        bad.result(20)
    assert stage.holder(good.result(20)) == stage.ids.ada
    assert stage.query("select count(*) as n from contact")[0]["n"] == 1


def test_a_deaf_listener_stops_nobody(stage: Stage) -> None:
    def deaf(item: Announcement) -> None:
        raise RuntimeError

    stage.hub.subscribe(deaf)
    stage.ready(stage.ids.ada)
    assert stage.state(stage.mail()) == "offered"


def test_one_writer_at_a_time_and_a_stopped_one_refuses(stage: Stage) -> None:
    second = Runner(PgPartition(stage.database), stage.clock, stage.hub)
    second.start()
    assert not second.wait_until_leading(1.0)
    with pytest.raises(RunnerStopped):
        second.do(nothing)
    stage.runner.stop()
    assert second.wait_until_leading(20)
    second.do(nothing)
    second.stop()
    with pytest.raises(RunnerStopped):
        second.do(nothing)
    stage.start()


def test_a_chat_that_was_never_opened_or_is_empty_is_refused(stage: Stage) -> None:
    chat_id, _ = stage.chat()
    for text in ("", " ", "x" * 10_001):
        with pytest.raises(Invalid):
            stage.say(chat_id, text)
    stage.change("update channel set active = false where id = %s", stage.ids.chat_door)
    with pytest.raises(Refusal):
        stage.chat()


def test_the_target_of_a_new_contact_counts_from_its_arrival(stage: Stage) -> None:
    _, contact = stage.chat()
    row = stage.contact(contact)
    assert (row["arrived_ms"], row["due_ms"]) == (START_MS, START_MS + TARGET_MS)
