"""Queues by their settings: they overflow, they fill, they close by their hours; and the work after a contact."""

import json
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.rows import DictRow, dict_row

from affluent.centre import follow, handing_on, offers, reopening, wrapping
from affluent.centre.refusals import Forbidden
from affluent.centre.transaction import TooLate
from affluent.routing.engine import Router
from affluent.storage.journal_reading import fact_of
from affluent.storage.kept import SettingsKept
from affluent.storage.settings import PgSettings
from tests.centre.replay import replayed
from tests.centre.stage import Stage, nothing, settings_changed

PARIS = ZoneInfo("Europe/Paris")
WRAP_MS = 45_000
DECIDED = frozenset({"ContactOffered", "OfferExpired", "OfferWithdrawn", "ContactOverflowed"})
"""What the engine decided: it is not told again."""
OFFICE = '{"mon": [["09:00", "18:00"]], "tue": [["09:00", "18:00"]], "wed": [["09:00", "18:00"]],' \
    ' "thu": [["09:00", "18:00"]], "fri": [["09:00", "18:00"]], "sat": [], "sun": []}'  # fmt: skip


def ruled(stage: Stage, queue: int, **columns: Any) -> None:
    """Changes a queue's settings while the centre runs."""
    for name, value in columns.items():
        stage.change(f"update queue set {name} = %s where id = %s", value, queue)
    stage.do(settings_changed)


def events(stage: Stage, contact: int) -> list[str]:
    rows = stage.query(
        "select event ->> 'code' as code from message where contact_id = %s and event is not null order by id",
        contact,
    )
    return [row["code"] for row in rows]


def told_again(stage: Stage) -> None:
    """The journal, told again, leaves every contact where it is."""
    states = replayed(stage.query("select kind, contact_id, agent_id from journal order by seq"))
    rows = stage.query("select id, state from contact")
    assert states == {row["id"]: row["state"] for row in rows}


def at_paris(stage: Stage, text: str) -> None:
    stage.clock.at_ms = int(datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp() * 1000)
    stage.do(nothing)


def test_who_waited_too_long_goes_on_to_another_queue_and_keeps_place_and_promise(stage: Stage) -> None:
    ruled(stage, stage.ids.chat, overflow_queue_id=stage.ids.second_chat, overflow_after_ms=20_000)
    _, contact = stage.chat()
    before = stage.contact(contact)
    stage.pass_ms(19_999)
    assert stage.contact(contact)["queue_id"] == stage.ids.chat
    stage.pass_ms(1)
    after = stage.contact(contact)
    assert (after["state"], after["queue_id"]) == ("waiting", stage.ids.second_chat)
    assert (after["place_ms"], after["due_ms"]) == (before["place_ms"], before["due_ms"])
    assert stage.facts(contact)[-1] == "ContactOverflowed"
    assert events(stage, contact) == ["overflowed"]
    told_again(stage)


def test_an_overflow_that_came_due_while_nobody_led_happens_at_the_start(stage: Stage) -> None:
    ruled(stage, stage.ids.chat, overflow_queue_id=stage.ids.second_chat, overflow_after_ms=20_000)
    _, contact = stage.chat()
    stage.pass_ms(5_000)
    stage.restart(after_ms=14_999)
    assert stage.contact(contact)["queue_id"] == stage.ids.chat, "a restart gives nobody a shorter wait"
    stage.restart(after_ms=10_000)
    assert stage.contact(contact)["queue_id"] == stage.ids.second_chat


def test_a_full_queue_sends_on_and_without_another_turns_away_who_is_there(stage: Stage) -> None:
    ruled(stage, stage.ids.chat, max_length=1, overflow_queue_id=stage.ids.second_chat)
    ruled(stage, stage.ids.second_chat, max_length=1)
    _, first = stage.chat()
    _, second = stage.chat()
    chat, third = stage.chat()
    assert stage.contact(first)["queue_id"] == stage.ids.chat
    assert stage.contact(second)["queue_id"] == stage.ids.second_chat
    row = stage.contact(third)
    assert (row["state"], row["outcome"]) == ("closed", "turned_away")
    assert events(stage, third) == ["turned_away"]
    assert stage.query("select event -> 'to_customer' as told from message where contact_id = %s"
                       " and event is not null", third) == [{"told": True}]  # fmt: skip
    stage.ready(stage.ids.ada, stage.ids.bob)
    again = stage.say(chat, "Et maintenant ?")
    assert again != third and stage.state(again) == "offered", "who comes again later finds room"
    told_again(stage)


def test_mail_is_never_turned_away_however_full_the_queue(stage: Stage) -> None:
    ruled(stage, stage.ids.mail, max_length=1)
    first, second = stage.mail(), stage.mail(sender="yan@customer.example")
    assert [stage.state(one) for one in (first, second)] == ["waiting", "waiting"]
    stage.pass_ms(1)
    stage.ready(stage.ids.ada)
    assert [stage.holder(one) for one in (first, second)] == [stage.ids.ada, stage.ids.ada]


def test_a_queue_closes_and_opens_by_its_hours_and_nobody_loses_their_place(stage: Stage) -> None:
    hours = stage.query("insert into hours (name, weekly) values ('Bureau', %s::jsonb) returning id", OFFICE)[
        0
    ]["id"]
    at_paris(stage, "2026-11-23 17:59")
    ruled(stage, stage.ids.chat, closes=True, hours_id=hours)
    _, early = stage.chat()
    at_paris(stage, "2026-11-23 18:00")
    stage.ready(stage.ids.ada)
    _, late = stage.chat()
    assert [stage.state(one) for one in (early, late)] == ["waiting", "waiting"], "nobody is asked"
    assert events(stage, early) == events(stage, late) == ["queue_closed"]
    stage.restart(after_ms=3_600_000)
    assert [stage.state(one) for one in (early, late)] == ["waiting", "waiting"]
    at_paris(stage, "2026-11-24 08:59")
    assert stage.state(early) == "waiting"
    at_paris(stage, "2026-11-24 09:00")
    assert [stage.state(one) for one in (early, late)] == ["offered", "offered"]
    kinds = [
        row["kind"] for row in stage.query("select kind from journal where kind like 'Queue%%' order by seq")
    ]
    assert kinds == ["QueueClosed", "QueueOpened"]


def test_a_closed_queue_sends_on_whoever_comes_when_it_is_told_to(stage: Stage) -> None:
    hours = stage.query("insert into hours (name, weekly) values ('Bureau', %s::jsonb) returning id", OFFICE)[
        0
    ]["id"]
    at_paris(stage, "2026-11-22 12:00")
    rules = {"overflow_queue_id": stage.ids.second_chat, "overflow_when_closed": True}
    ruled(stage, stage.ids.chat, closes=True, hours_id=hours, **rules)
    stage.ready(stage.ids.ada)
    _, contact = stage.chat()
    assert stage.contact(contact)["queue_id"] == stage.ids.second_chat
    assert stage.state(contact) == "offered"
    assert events(stage, contact) == ["overflowed"], "nobody tells them that it is closed"
    assert stage.query("select event -> 'params' ->> 'reason' as why from message where contact_id = %s"
                       " and event is not null", contact) == [{"why": "closed"}]  # fmt: skip


def test_a_hand_stays_full_for_the_work_after_a_contact(stage: Stage) -> None:
    ruled(stage, stage.ids.chat, wrap_up_ms=WRAP_MS)
    stage.ready(stage.ids.ada)
    one, two = (stage.in_hand_of(stage.ids.ada, stage.chat()[1]) for _ in range(2))
    stage.do(handing_on.close, contact_id=one, agent_id=stage.ids.ada, outcome="resolved")
    assert stage.contact(one)["wraps_until_ms"] == stage.clock.at_ms + WRAP_MS
    _, third = stage.chat()
    assert stage.state(third) == "waiting", "two chats at most: one in hand, one being wrapped up"
    stage.pass_ms(WRAP_MS)
    assert stage.contact(one)["wraps_until_ms"] is None
    assert stage.holder(third) == stage.ids.ada
    assert stage.facts(one)[-2:] == ["ContactClosed", "WrapUpEnded"]
    assert two != one
    told_again(stage)


def test_the_agent_says_sooner_that_the_work_after_is_done(stage: Stage) -> None:
    ruled(stage, stage.ids.chat, wrap_up_ms=WRAP_MS)
    ruled(stage, stage.ids.chat, offer_ms=300_000)
    stage.ready(stage.ids.ada)
    one, _ = (stage.in_hand_of(stage.ids.ada, stage.chat()[1]) for _ in range(2))
    stage.do(handing_on.close, contact_id=one, agent_id=stage.ids.ada, outcome="resolved")
    _, third = stage.chat()
    with pytest.raises(Forbidden):
        stage.do(wrapping.end_wrap_up, contact_id=one, agent_id=stage.ids.bob)
    stage.do(wrapping.end_wrap_up, contact_id=one, agent_id=stage.ids.ada)
    assert stage.holder(third) == stage.ids.ada
    with pytest.raises(TooLate):
        stage.do(wrapping.end_wrap_up, contact_id=one, agent_id=stage.ids.ada)


def test_the_work_after_a_contact_survives_a_restart_and_ends_with_who_goes_home(stage: Stage) -> None:
    ruled(stage, stage.ids.chat, wrap_up_ms=WRAP_MS)
    stage.ready(stage.ids.ada)
    one, two = (stage.in_hand_of(stage.ids.ada, stage.chat()[1]) for _ in range(2))
    for contact in (one, two):
        stage.do(handing_on.close, contact_id=contact, agent_id=stage.ids.ada, outcome="resolved")
    stage.restart(after_ms=10_000)
    _, third = stage.chat()
    assert stage.state(third) == "waiting"
    stage.do(reopening.reopen, contact_id=two, agent_id=stage.ids.ada)
    assert stage.contact(two)["wraps_until_ms"] is None
    assert stage.state(two) == "in_hand"
    stage.there(stage.ids.ada, "offline")
    assert stage.contact(one)["wraps_until_ms"] is None
    stage.ready(stage.ids.ada)
    assert [stage.state(one) for one in (two, third)] == ["waiting", "offered"]
    told_again(stage)


def test_teams_are_asked_in_the_order_that_the_queue_says(stage: Stage) -> None:
    teams = [
        stage.query("insert into team (name) values (%s) returning id", name)[0]["id"]
        for name in ("first", "second")
    ]
    for agent, team in ((stage.ids.ada, teams[1]), (stage.ids.bob, teams[0])):
        stage.change("update account set team_id = %s where id = %s", team, agent)
    ruled(stage, stage.ids.chat, agent_order="teams", team_ids=json.dumps(teams))
    stage.ready(stage.ids.ada, stage.ids.bob)
    contacts = [stage.chat()[1] for _ in range(3)]
    assert [stage.holder(one) for one in contacts] == [stage.ids.bob, stage.ids.bob, stage.ids.ada]


def test_the_last_agent_is_asked_first_only_for_as_long_as_the_queue_says(stage: Stage) -> None:
    ruled(stage, stage.ids.mail, last_agent_ms=60_000)
    stage.ready(stage.ids.bob)
    first = stage.in_hand_of(stage.ids.bob, stage.mail(message_id="<a@x>"))
    stage.do(handing_on.close, contact_id=first, agent_id=stage.ids.bob, outcome="resolved")
    stage.pass_ms(60_000)
    soon = stage.mail(message_id="<b@x>", thread=("<a@x>",))
    assert stage.contact(soon)["kept_for"] == stage.ids.bob
    stage.do(offers.accept, contact_id=soon, agent_id=stage.ids.bob)
    stage.do(handing_on.close, contact_id=soon, agent_id=stage.ids.bob, outcome="resolved")
    stage.pass_ms(60_001)
    late = stage.mail(message_id="<c@x>", thread=("<b@x>",))
    assert stage.contact(late)["kept_for"] is None


def test_a_promised_hour_is_held_by_the_engine_then_offered_to_who_promised(stage: Stage) -> None:
    stage.ready(stage.ids.ada, stage.ids.bob)
    mail = stage.mail()
    agent = stage.holder(mail)
    assert agent is not None
    stage.in_hand_of(agent, mail)
    hour_ms = stage.clock.at_ms + 3_600_000
    stage.do(handing_on.promise, contact_id=mail, agent_id=agent, promised_ms=hour_ms)
    row = stage.contact(mail)
    assert (row["state"], row["not_before_ms"], row["due_ms"]) == ("waiting", hour_ms, hour_ms)
    stage.restart(after_ms=1_800_000)
    assert stage.state(mail) == "waiting", "nobody is asked before the hour"
    stage.pass_ms(1_799_999)
    assert stage.state(mail) == "waiting"
    stage.pass_ms(1)
    assert stage.holder(mail) == agent
    told_again(stage)


def test_a_promise_is_kept_by_a_colleague_when_who_made_it_is_gone(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    mail = stage.in_hand_of(stage.ids.ada, stage.mail())
    hour_ms = stage.clock.at_ms + 3_600_000
    stage.do(handing_on.promise, contact_id=mail, agent_id=stage.ids.ada, promised_ms=hour_ms)
    stage.there(stage.ids.ada, "offline")
    stage.ready(stage.ids.bob)
    stage.restart(after_ms=7_200_000)
    assert stage.holder(mail) == stage.ids.bob, "the hour came while nobody led"


def test_what_was_promised_can_be_taken_by_hand_before_its_hour(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    mail = stage.in_hand_of(stage.ids.ada, stage.mail())
    hour_ms = stage.clock.at_ms + 3_600_000
    stage.do(handing_on.promise, contact_id=mail, agent_id=stage.ids.ada, promised_ms=hour_ms)
    stage.do(offers.take, contact_id=mail, agent_id=stage.ids.bob)
    assert (stage.state(mail), stage.holder(mail)) == ("in_hand", stage.ids.bob)
    stage.pass_ms(7_200_000)
    assert stage.state(mail) == "in_hand"
    told_again(stage)


def test_the_journal_told_to_a_fresh_engine_leads_everybody_to_the_same_place(stage: Stage) -> None:
    rules = {"overflow_queue_id": stage.ids.second_chat, "overflow_after_ms": 50_000, "max_length": 2}
    ruled(stage, stage.ids.chat, wrap_up_ms=WRAP_MS, **rules)
    with psycopg.Connection[DictRow].connect(stage.dsn, row_factory=dict_row) as conn:
        policy = PgSettings(cast("Any", conn), SettingsKept()).policy()
    stage.ready(stage.ids.ada)
    held = [stage.in_hand_of(stage.ids.ada, stage.chat()[1]) for _ in range(2)]
    for _ in range(4):
        stage.chat()
        stage.pass_ms(7_000)
    stage.do(handing_on.close, contact_id=held[0], agent_id=stage.ids.ada, outcome="resolved")
    mail = stage.in_hand_of(stage.ids.ada, stage.mail())
    hour_ms = stage.clock.at_ms + 3_600_000
    stage.do(handing_on.promise, contact_id=mail, agent_id=stage.ids.ada, promised_ms=hour_ms)
    stage.pass_ms(WRAP_MS)
    router = Router(policy)
    rows = stage.query("select at_ms, kind, contact_id, agent_id, data from journal order by seq")
    for row in rows:
        fact = fact_of(row)
        if fact is not None and row["kind"] not in DECIDED:
            router.advance(fact.at_ms)
            follow.follow(router, fact, fact.at_ms)
    router.advance(stage.clock.at_ms)
    live = stage.runner._router  # pyright: ignore[reportPrivateUsage] - the engine as it stands
    assert live is not None
    assert {one.place.value for one in live.live_contacts()} >= {"waiting", "held", "in_hand"}
    assert router.live_contacts() == live.live_contacts()
