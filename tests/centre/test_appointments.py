"""Hours promised at the doors: real ones, each to as many as it holds, moved, cancelled, reminded of, and kept."""

from concurrent.futures import Future
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from affluent.centre import appointments, offers, timers
from affluent.centre.appointments import Asked
from affluent.centre.hour_instead import HourWanted, take_hour
from affluent.centre.receive import IncomingForm, receive_form
from affluent.centre.refusals import Invalid, Refusal
from affluent.facts.instants import DAY_MS, HOUR_MS, MINUTE_MS
from affluent.storage.appointments import PgHours
from tests.centre.stage import Stage

HALF_MS = 30 * MINUTE_MS


def promising(stage: Stage, **more: Any) -> None:
    """The queue of forms promises hours around the clock, and our pages are somewhere."""
    usual = {"most": 1, "every_ms": HALF_MS, "notice_ms": HOUR_MS, "days": 3, "remind_ms": HOUR_MS}
    stage.change("update queue set promises = %s where id = %s", Jsonb({**usual, **more}), stage.ids.form)
    stage.change(
        "insert into setting values ('public_url', '\"https://help.example\"') on conflict do nothing"
    )


def hours(stage: Stage) -> tuple[int, ...]:
    offered = PgHours(stage.database).offered(stage.ids.form_door, stage.clock.at_ms)
    assert offered is not None
    return offered.hours_ms


def form(
    stage: Stage, hour_ms: int, *, who: str = "zoe", key: str | None = None, language: str = "fr"
) -> Future[int]:
    key = key or f"form-{next(stage.numbers)}"
    asked = Asked(hour_ms, "Europe/Paris")
    email = f"{who}@customer.example"
    given = IncomingForm(
        key,
        stage.ids.form_door,
        stage.clock.at_ms,
        email,
        who,
        language,
        "Form",
        (("a", "A", "b"),),
        asked=asked,
    )
    return stage.runner.submit(receive_form, given)


def asked(stage: Stage, hour_ms: int, **more: Any) -> int:
    return form(stage, hour_ms, **more).result(20)


def token(stage: Stage, contact: int) -> str:
    return stage.query("select token from appointment where contact_id = %s", contact)[0]["token"]


def letters(stage: Stage, contact: int) -> list[str]:
    rows = stage.query(
        "select text from message where contact_id = %s and direction = 'out' order by id", contact
    )
    return [row["text"] for row in rows]


def test_a_customer_is_promised_an_hour_and_offered_to_an_agent_then_and_not_before(stage: Stage) -> None:
    promising(stage)
    stage.ready(stage.ids.ada)
    hour_ms = hours(stage)[0]
    assert hour_ms % HALF_MS == 0
    assert hour_ms >= stage.clock.at_ms + HOUR_MS
    contact = asked(stage, hour_ms)
    row = stage.contact(contact)
    assert (row["state"], row["not_before_ms"], row["due_ms"]) == ("waiting", hour_ms, hour_ms)
    assert row["place_ms"] == hour_ms - row["target_ms"], "its target is used up by then"
    assert stage.facts(contact)[:4] == [
        "ContactReceived",
        "MessageReceived",
        "AppointmentMade",
        "ContactQueued",
    ]
    stage.pass_ms(hour_ms - stage.clock.at_ms - 1)
    assert stage.state(contact) == "waiting", "nobody is asked before"
    stage.pass_ms(1)
    assert stage.holder(contact) == stage.ids.ada
    stage.do(offers.accept, contact_id=contact, agent_id=stage.ids.ada)
    with pytest.raises(Refusal, match="appointment_over"):
        stage.do(appointments.move, token=token(stage, contact), hour_ms=hours(stage)[0])


def test_the_promised_hour_goes_before_what_waits_already(stage: Stage) -> None:
    promising(stage)
    hour_ms = hours(stage)[0]
    waits = stage.form("form-early")
    contact = asked(stage, hour_ms)
    stage.pass_ms(hour_ms - stage.clock.at_ms)
    stage.ready(stage.ids.ada)
    rows = stage.query("select contact_id from journal where kind = 'ContactOffered' order by seq")
    assert [row["contact_id"] for row in rows][:2] == [contact, waits]


def test_of_two_who_take_the_last_place_at_once_one_gets_it_and_the_other_is_told_what_is_left(
    stage: Stage,
) -> None:
    promising(stage, most=2)
    first, second, *_ = hours(stage)
    asked(stage, first, who="yann")
    answers = [form(stage, first, who=who) for who in ("zoe", "xavier", "wanda")]
    found = [one.exception(20) for one in answers]
    refused = [one for one in found if one is not None]
    assert len(refused) == 2
    for one in refused:
        assert isinstance(one, Refusal)
        assert (one.code, one.params["hours_ms"][0]) == ("hour_full", second), "and the next one is offered"
    assert hours(stage)[0] == second
    assert stage.query("select count(*) as n from contact")[0]["n"] == 2, "nothing is kept of who was refused"


def test_a_repeat_of_the_same_form_books_once(stage: Stage) -> None:
    promising(stage, most=3)
    first = hours(stage)[0]
    once, again = asked(stage, first, key="form-same"), asked(stage, first, key="form-same")
    assert once == again
    assert stage.query("select count(*) as n from appointment")[0]["n"] == 1


@pytest.mark.parametrize("off_ms", [1, -1, 7 * MINUTE_MS, -DAY_MS, 30 * DAY_MS, 1 << 60, -(1 << 62)])
def test_an_hour_that_is_none_is_refused_whole(stage: Stage, off_ms: int) -> None:
    promising(stage)
    with pytest.raises(Invalid, match="hour_unknown") as refused:
        asked(stage, hours(stage)[0] + off_ms)
    assert refused.value.params["hours_ms"][0] == hours(stage)[0]
    assert stage.query("select count(*) as n from contact")[0]["n"] == 0


def test_a_queue_that_promises_none_says_so(stage: Stage) -> None:
    with pytest.raises(Refusal, match="no_hours_here"):
        asked(stage, stage.clock.at_ms + HOUR_MS)


def test_one_customer_cannot_take_all_the_hours(stage: Stage) -> None:
    promising(stage)
    for hour_ms in hours(stage)[:2]:
        asked(stage, hour_ms)
    with pytest.raises(Refusal, match="hours_enough"):
        asked(stage, hours(stage)[0])
    asked(stage, hours(stage)[0], who="yann")


def test_the_customer_is_told_reminded_and_can_move_the_hour(stage: Stage) -> None:
    promising(stage)
    first, second, third, *_ = hours(stage)
    contact = asked(stage, second)
    (made,) = letters(stage, contact)
    assert "nous reviendrons vers vous le" in made
    assert f"https://help.example/appointment/{token(stage, contact)}" in made
    stage.do(appointments.move, token=token(stage, contact), hour_ms=third)
    assert stage.contact(contact)["not_before_ms"] == third
    assert {first, second} <= set(hours(stage)), "its first hour is free again"
    assert third not in hours(stage)
    stage.pass_ms(third - HOUR_MS - 1 - stage.clock.at_ms)
    assert len(letters(stage, contact)) == 2
    stage.pass_ms(1)
    assert "rappel" in letters(stage, contact)[2]
    stage.pass_ms(HOUR_MS)
    assert len(letters(stage, contact)) == 3, "once"
    assert stage.query("select count(*) as n from outbox where contact_id = %s", contact)[0]["n"] == 3


def test_a_cancelled_hour_is_free_again_and_nobody_is_bothered(stage: Stage) -> None:
    promising(stage)
    first = hours(stage)[0]
    contact = asked(stage, first)
    stage.do(appointments.cancel, token=token(stage, contact))
    assert (stage.state(contact), stage.contact(contact)["outcome"]) == ("abandoned", "abandoned")
    assert hours(stage)[0] == first
    stage.ready(stage.ids.ada)
    stage.pass_ms(first - stage.clock.at_ms)
    assert len(letters(stage, contact)) == 1, "no reminder"
    with pytest.raises(Refusal, match="appointment_over"):
        stage.do(appointments.cancel, token=token(stage, contact))
    with pytest.raises(Refusal, match="not_found"):
        stage.do(appointments.cancel, token="another")


def test_a_move_to_a_full_hour_changes_nothing(stage: Stage) -> None:
    promising(stage)
    first, second, *_ = hours(stage)
    asked(stage, first, who="yann")
    contact = asked(stage, second)
    with pytest.raises(Refusal, match="hour_full"):
        stage.do(appointments.move, token=token(stage, contact), hour_ms=first)
    assert stage.contact(contact)["not_before_ms"] == second


def test_the_hour_outlives_a_crash_and_one_that_passed_meanwhile_is_honoured_at_once(stage: Stage) -> None:
    promising(stage)
    first = hours(stage)[0]
    contact = asked(stage, first)
    stage.ready(stage.ids.ada)
    stage.restart(after_ms=MINUTE_MS)
    assert stage.state(contact) == "waiting"
    stage.restart(after_ms=first - stage.clock.at_ms + MINUTE_MS)
    assert stage.holder(contact) == stage.ids.ada


def test_who_waits_at_a_chat_takes_an_hour_instead_with_their_words(stage: Stage) -> None:
    promising(stage)
    stage.change(
        "update channel set settings = settings || %s where id = %s",
        Jsonb({"appointment_channel_id": stage.ids.form_door}),
        stage.ids.chat_door,
    )
    chat, contact = stage.chat("Ma box clignote")
    first = hours(stage)[0]
    wanted = HourWanted(
        "hour-key-1",
        stage.ids.chat_door,
        chat,
        "zoe@customer.example",
        "Zoe",
        "",
        "fr",
        Asked(first, "Nowhere/At all"),
    )
    made = stage.do(take_hour, wanted=wanted)
    assert stage.do(take_hour, wanted=wanted) == made, "a repeat finds it"
    assert made.timezone == "UTC", "a zone that nobody knows is the centre's"
    old, new = stage.contact(contact), stage.contact(made.contact_id)
    assert (old["state"], old["outcome"]) == ("closed", "duplicate")
    assert (new["medium"], new["not_before_ms"], new["request_id"]) == ("form", first, old["request_id"])
    assert stage.query("select text from message where contact_id = %s and direction = 'in'", new["id"]) == [
        {"text": "Ma box clignote"}
    ]


def test_at_a_chat_somebody_says_what_it_is_about_and_an_agent_who_has_it_keeps_it(stage: Stage) -> None:
    promising(stage)
    chat, contact = stage.chat()
    wanted = HourWanted(
        "hour-key-2", stage.ids.chat_door, None, "zoe@customer.example", "", "", "en", Asked(hours(stage)[0])
    )
    with pytest.raises(Refusal, match="no_hours_here"):
        stage.do(take_hour, wanted=wanted)
    stage.change(
        "update channel set settings = settings || %s where id = %s",
        Jsonb({"appointment_channel_id": stage.ids.form_door}),
        stage.ids.chat_door,
    )
    with pytest.raises(Invalid, match="missing"):
        stage.do(take_hour, wanted=wanted)
    stage.ready(stage.ids.ada)
    stage.in_hand_of(stage.ids.ada, contact)
    with pytest.raises(Refusal, match="agent_has_it"):
        stage.do(take_hour, wanted=HourWanted("hour-key-3", stage.ids.chat_door, chat, "z@c.example", "", "x", "en",
                                              Asked(hours(stage)[0])))  # fmt: skip


def test_a_reminder_that_fires_late_says_nothing(stage: Stage) -> None:
    promising(stage)
    contact = asked(stage, hours(stage)[0])
    stage.do(appointments.cancel, token=token(stage, contact))
    stage.do(timers.fire, kind=appointments.TIMER, contact_id=contact)
    assert len(letters(stage, contact)) == 1
