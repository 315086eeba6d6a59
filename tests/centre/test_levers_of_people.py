"""Limits lifted for a while, offers pulled back for what goes first, and what a wake finds when its agent is gone."""

from collections.abc import Generator
from dataclasses import replace

import pytest

from affluent.centre import handing_on, offers
from affluent.centre.hub import PulledBack
from affluent.centre.refusals import Forbidden, Invalid
from affluent.centre.supervising import people as supervising_people
from affluent.centre.wall import Role, Viewer
from affluent.facts.agent import LimitsLifted
from affluent.facts.instants import HOUR_MS, MINUTE_MS
from affluent.measure.fold import fold
from affluent.routing.policy import Policy
from affluent.storage.following import PgOpenTime
from affluent.storage.journal_reading import fact_of
from affluent.storage.settings import PgSettings
from tests.centre.again import decided_again
from tests.centre.replay import replayed
from tests.centre.stage import KEEP_MS, OFFER_MS, Stage, settings_changed
from tests.centre.test_again import ROWS, policy_of


def supervisor(stage: Stage, *brands: int) -> Viewer:
    return Viewer(
        stage.ids.sam, "Sam", Role.SUPERVISOR, "en", frozenset(brands or (stage.ids.north, stage.ids.south))
    )


def lift(stage: Stage, extra: dict[str, int], for_ms: int = HOUR_MS) -> None:
    stage.do(
        supervising_people.lift_limits,
        viewer=supervisor(stage),
        agent_id=stage.ids.ada,
        extra=extra,
        until_ms=stage.clock.at_ms + for_ms,
    )


def has(stage: Stage) -> int:
    return len(stage.query("select 1 from contact where agent_id = %s", stage.ids.ada))


def all_agrees(stage: Stage) -> None:
    rows = stage.query(ROWS)
    assert replayed(rows) == {row["id"]: row["state"] for row in stage.query("select id, state from contact")}
    decided_again(policy_of(stage), rows)


def test_an_agent_has_more_than_the_limit_until_the_hour_and_no_more_after(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contacts = [stage.chat()[1] for _ in range(4)]
    assert has(stage) == 2
    lift(stage, {"chat": 1})
    assert has(stage) == 3, "the room is used at once"
    for contact in contacts[:3]:
        stage.in_hand_of(stage.ids.ada, contact)
    stage.pass_ms(HOUR_MS)
    assert has(stage) == 3, "what is in hand stays there"
    stage.do(handing_on.close, contact_id=contacts[0], agent_id=stage.ids.ada, outcome="resolved")
    assert stage.state(contacts[3]) == "waiting", "two in hand are the limit again"
    all_agrees(stage)


def test_what_is_lifted_outlives_a_crash_and_a_change_of_the_rules(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    lift(stage, {"chat": 2})
    stage.restart(after_ms=MINUTE_MS)
    stage.do(settings_changed)
    for _ in range(5):
        stage.chat()
    assert has(stage) == 4
    stage.there(stage.ids.ada, "away", "break")
    stage.restart(after_ms=HOUR_MS)
    stage.ready(stage.ids.ada)
    assert has(stage) == 2, "its hour has come while nobody was there to see it"


def test_lifting_is_taken_back_and_replaced(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    lift(stage, {"chat": 2})
    lift(stage, {"chat": 1, "email": 1})
    presence = stage.query("select lifted from presence where account_id = %s", stage.ids.ada)[0]
    assert presence["lifted"] == {"chat": 1, "email": 1}
    stage.do(supervising_people.end_lifting, viewer=supervisor(stage), agent_id=stage.ids.ada)
    stage.do(supervising_people.end_lifting, viewer=supervisor(stage), agent_id=stage.ids.ada)
    for _ in range(4):
        stage.chat()
    assert has(stage) == 2
    assert len(stage.query("select 1 from audit where action = 'lift'")) == 3
    all_agrees(stage)


def test_what_cannot_be_lifted_is_refused(stage: Stage) -> None:
    for extra in ({}, {"voice": 1}, {"chat": 21}, {"chat": 0}):
        with pytest.raises(Invalid, match="limits_not_lifted"):
            lift(stage, extra)
    with pytest.raises(Invalid, match="until_out_of_range"):
        lift(stage, {"chat": 1}, for_ms=48 * HOUR_MS)
    agent = replace(supervisor(stage), role=Role.AGENT)
    with pytest.raises(Forbidden):
        stage.do(supervising_people.end_lifting, viewer=agent, agent_id=stage.ids.ada)


@pytest.fixture
def pulling(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Generator[Stage]:
    """A chat fills its agent's hands, and pulls back the mail that was not accepted yet."""
    plain = PgSettings.policy

    def policy(self: PgSettings) -> Policy:
        found = plain(self)
        media = tuple(
            replace(one, units=60, interrupts=(), pulls_back=("email",)) if one.medium == "chat" else one
            for one in found.media
        )
        return replace(found, media=media)

    monkeypatch.setattr(PgSettings, "policy", policy)
    stage.do(settings_changed)
    yield stage


def test_an_offer_goes_back_for_a_chat_and_comes_back_first(pulling: Stage) -> None:
    stage = pulling
    stage.ready(stage.ids.ada)
    mail = stage.mail()
    assert stage.holder(mail) == stage.ids.ada
    place = stage.contact(mail)["place_ms"]
    _, chat = stage.chat()
    assert (stage.holder(chat), stage.state(mail)) == (stage.ids.ada, "waiting")
    assert PulledBack(stage.ids.ada, mail) in stage.heard
    assert stage.facts(mail)[-1] == "OfferPulledBack"
    row = stage.contact(mail)
    assert (row["kept_for"], row["kept_until_ms"]) == (stage.ids.ada, stage.clock.at_ms + KEEP_MS)
    assert row["place_ms"] == place
    stage.restart(after_ms=1_000)
    stage.ready(stage.ids.bob)
    assert stage.state(mail) == "waiting", "kept for her, over a crash"
    stage.do(offers.accept, contact_id=chat, agent_id=stage.ids.ada)
    stage.do(handing_on.close, contact_id=chat, agent_id=stage.ids.ada, outcome="resolved")
    assert stage.holder(mail) == stage.ids.ada


def test_who_was_pulled_back_from_is_neither_set_aside_nor_counted_as_silent(pulling: Stage) -> None:
    stage = pulling
    stage.ready(stage.ids.ada)
    mail = stage.mail()
    _, chat = stage.chat()
    stage.in_hand_of(stage.ids.ada, chat)
    stage.do(handing_on.close, contact_id=chat, agent_id=stage.ids.ada, outcome="resolved")
    assert stage.holder(mail) == stage.ids.ada, "she does not rest"
    all_agrees(stage)
    rows = stage.query(
        "select at_ms, kind, contact_id, agent_id, data from journal where contact_id = %s order by seq", mail
    )
    known = [fact for row in rows if (fact := fact_of(row)) is not None]
    (stay,) = fold([one for one in known if not isinstance(one, LimitsLifted)], PgOpenTime())
    assert (stay.offers, stay.declined, stay.expired) == (2, 0, 0)


def test_a_pulled_back_offer_that_then_expires_is_for_anyone_even_after_a_crash(pulling: Stage) -> None:
    stage = pulling
    stage.ready(stage.ids.ada)
    mail = stage.mail()
    _, chat = stage.chat()
    stage.in_hand_of(stage.ids.ada, chat)
    stage.do(handing_on.close, contact_id=chat, agent_id=stage.ids.ada, outcome="resolved")
    stage.pass_ms(OFFER_MS)
    assert stage.facts(mail)[-1] == "OfferExpired"
    stage.restart()
    stage.ready(stage.ids.bob)
    assert stage.holder(mail) == stage.ids.bob


@pytest.mark.parametrize(("how", "cause"), [("time", "woke_time"), ("customer", "woke_customer")])
def test_a_wake_while_the_agent_is_gone_says_what_woke_it(stage: Stage, how: str, cause: str) -> None:
    stage.ready(stage.ids.ada)
    mail = stage.in_hand_of(stage.ids.ada, stage.mail())
    arrived = stage.contact(mail)["place_ms"]
    until_ms = stage.clock.at_ms + 60_000
    stage.do(handing_on.sleep, contact_id=mail, agent_id=stage.ids.ada, until_ms=until_ms)
    stage.there(stage.ids.ada, "offline")
    if how == "time":
        stage.pass_ms(60_000)
    else:
        stage.pass_ms(1_000)
        assert stage.mail(thread=("<1@customer.example>",)) == mail
    events = stage.query("select event from message where contact_id = %s and direction = 'event'", mail)
    assert [one["event"] for one in events] == [{"code": "returned_to_queue", "params": {"cause": cause}}]
    assert (stage.state(mail), stage.contact(mail)["place_ms"]) == ("waiting", arrived)


def test_what_comes_back_after_two_transfers_keeps_its_arrival(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contact = stage.in_hand_of(stage.ids.ada, stage.chat()[1])
    arrived = stage.contact(contact)["place_ms"]
    for number, (giver, taker) in enumerate([(stage.ids.ada, stage.ids.bob), (stage.ids.bob, stage.ids.ada)]):
        stage.ready(taker)
        stage.pass_ms(7_000)
        hand = {"contact_id": contact, "agent_id": giver, "key": f"handed-{number}", "to_agent_id": taker}
        stage.do(handing_on.transfer, **hand)
        assert stage.contact(contact)["place_ms"] == arrived
        stage.in_hand_of(taker, contact)
    stage.there(stage.ids.ada, "offline")
    assert stage.contact(contact)["place_ms"] == arrived, "returned to the line, it stands where it stood"
