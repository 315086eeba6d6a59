"""The machine's clock is set wrong and put right: nobody is lost, nothing waits for an hour that has been."""

import pytest

from affluent.centre import answering, offers
from affluent.facts.instants import DAY_MS, HOUR_MS
from tests.centre.stage import ASIDE_MS, OFFER_MS, Stage


def test_when_the_clock_goes_back_an_hour_contacts_are_still_offered_accepted_and_answered(
    stage: Stage,
) -> None:
    stage.ready(stage.ids.ada, stage.ids.bob)
    chat, first = stage.chat()
    stage.clock.at_ms -= HOUR_MS
    holder = stage.holder(first)
    assert holder is not None
    stage.in_hand_of(holder, first)
    stage.say(chat, "Still there?")
    stage.do(answering.reply, contact_id=first, agent_id=holder, key="answer", text="Yes")
    _, second = stage.chat()
    taker = stage.holder(second)
    assert taker is not None
    stage.do(offers.decline, contact_id=second, agent_id=taker)
    assert stage.holder(second) not in (None, taker)


@pytest.mark.parametrize("restarted", [True, False])
def test_when_the_clock_goes_back_an_offer_ends_after_its_time_and_not_an_hour_later(
    stage: Stage, restarted: bool
) -> None:
    stage.ready(stage.ids.ada)
    _, before = stage.chat()
    stage.clock.at_ms -= HOUR_MS
    if restarted:
        stage.restart()
    _, after = stage.chat()
    assert (stage.state(before), stage.state(after)) == ("offered", "offered")
    stage.pass_ms(OFFER_MS)
    assert (stage.state(before), stage.state(after)) == ("waiting", "waiting")


def test_when_the_clock_jumps_a_day_what_is_due_happens_once_and_work_goes_on(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    _, offered = stage.chat()
    stage.pass_ms(DAY_MS)
    assert stage.state(offered) == "waiting"
    assert stage.facts(offered).count("OfferExpired") == 1
    stage.clock.at_ms -= DAY_MS
    stage.ready(stage.ids.bob)
    assert stage.holder(offered) == stage.ids.bob
    stage.in_hand_of(stage.ids.bob, offered)
    stage.pass_ms(OFFER_MS + ASIDE_MS)
    assert stage.state(offered) == "in_hand"
