"""Calls from their first ring to their last, with hang-ups and cuts at each moment; on a switch in memory."""

import pytest

from affluent.centre import consulting, handing_on, offers
from affluent.centre.menus.waiting import WaitNow
from affluent.centre.refusals import Refusal
from affluent.channels.voice.calls.waiting_words import Waiting
from affluent.channels.voice.switch import Ending, Sound
from affluent.facts.together import Part
from tests.centre.stage import OFFER_MS
from tests.channels.centre import eventually
from tests.voice.house import House


def test_a_caller_waits_with_music_then_talks_with_the_agent_whose_phone_was_picked_up(house: House) -> None:
    leg, contact = house.calls(state="waiting")
    eventually(lambda: house.switch.lines[leg].music, "music")
    house.stage.ready(house.stage.ids.ada)
    phone = house.phone(house.stage.ids.ada)
    assert house.stage.state(contact) == "offered"
    house.switch.picks_up(phone.leg)
    eventually(lambda: house.switch.together(leg, phone.leg), "both in one room")
    assert house.stage.state(contact) == "in_hand"
    assert not house.switch.lines[leg].music
    house.switch.ends(leg)
    eventually(lambda: phone.leg not in house.switch.lines, "the agent's phone hung up")
    house.last(contact, "CallEnded")
    assert house.facts(contact) == [
        "ContactReceived", "ContactQueued", "ContactOffered", "OfferAccepted", "CallEnded",
    ]  # fmt: skip
    assert house.stage.state(contact) == "in_hand", "for the work after the call"


def test_an_agent_who_hangs_up_ends_the_call(house: House) -> None:
    house.stage.ready(house.stage.ids.ada)
    leg, contact, _, phone = house.talks()
    house.switch.ends(phone)
    eventually(lambda: leg not in house.switch.lines, "the caller's line closed")
    ended = eventually(lambda: house.stage.query("select ended_by from call where ended_ms is not null"))
    assert ended == [{"ended_by": "agent"}]
    assert house.stage.state(contact) == "in_hand"


def test_an_agent_who_closes_the_contact_ends_the_call(house: House) -> None:
    house.stage.ready(house.stage.ids.ada)
    leg, contact, agent, phone = house.talks()
    house.stage.do(handing_on.close, contact_id=contact, agent_id=agent, outcome="resolved")
    eventually(lambda: not {leg, phone} & house.switch.lines.keys(), "both lines closed")


def test_who_leaves_in_the_queue_has_abandoned(house: House) -> None:
    leg, contact = house.calls(state="waiting")
    house.switch.ends(leg)
    house.state(contact, "abandoned")
    assert not house.switch.lines


def test_who_leaves_while_the_phone_rings_silences_it_at_once(house: House) -> None:
    house.stage.ready(house.stage.ids.ada)
    leg, contact = house.calls()
    phone = house.phone(house.stage.ids.ada)
    house.switch.ends(leg)
    eventually(lambda: phone.leg not in house.switch.lines, "the phone falls silent")
    house.state(contact, "abandoned")
    _, again = house.calls()
    assert house.stage.holder(again) == house.stage.ids.ada, "nobody is stuck"


def test_who_leaves_in_the_moment_the_phone_is_picked_up_leaves_nobody_stuck(house: House) -> None:
    house.stage.ready(house.stage.ids.ada)
    leg, contact = house.calls()
    phone = house.phone(house.stage.ids.ada)
    house.switch.picks_up(phone.leg)
    house.switch.ends(leg)
    eventually(lambda: not house.switch.lines, "every line closed")
    eventually(lambda: house.facts(contact)[-1] in ("ContactAbandoned", "CallEnded"), "an end")


@pytest.mark.parametrize("ending", [Ending.BUSY, Ending.REJECTED, Ending.NO_ANSWER, Ending.UNREACHABLE])
def test_a_phone_that_is_not_answered_sends_the_call_to_the_next(house: House, ending: Ending) -> None:
    house.stage.ready(house.stage.ids.ada, house.stage.ids.bob)
    _, contact = house.calls()
    first = house.stage.holder(contact)
    assert first is not None
    house.switch.ends(house.phone(first).leg, ending)
    (second,) = {house.stage.ids.ada, house.stage.ids.bob} - {first}
    house.phone(second)
    reason = "no_phone" if ending is Ending.UNREACHABLE else "missed"
    assert house.stage.query("select reason from presence where account_id = %s", first) == [
        {"reason": reason}
    ]


def test_a_phone_that_is_not_there_is_no_stuck_call(house: House) -> None:
    house.switch.unreachable.add(f"agent:{house.stage.ids.ada}")
    house.stage.ready(house.stage.ids.ada)
    _, contact = house.calls(state="waiting")
    away = house.stage.query("select state, reason from presence where account_id = %s", house.stage.ids.ada)
    assert away == [{"state": "away", "reason": "no_phone"}], "she is told, and offered no more of them"
    house.stage.ready(house.stage.ids.bob)
    house.phone(house.stage.ids.bob)
    assert house.stage.holder(contact) == house.stage.ids.bob


def test_an_offer_that_expires_silences_the_phone(house: House) -> None:
    house.stage.ready(house.stage.ids.ada)
    leg, contact = house.calls()
    phone = house.phone(house.stage.ids.ada)
    house.stage.pass_ms(OFFER_MS)
    eventually(lambda: phone.leg not in house.switch.lines, "the phone falls silent")
    house.state(contact, "waiting")
    assert house.switch.lines[leg].music
    away = "select reason from presence where account_id = %s and state = 'away'"
    assert house.stage.query(away, house.stage.ids.ada) == [{"reason": "missed"}]


def test_an_offer_declined_at_the_desk_silences_the_phone(house: House) -> None:
    house.stage.ready(house.stage.ids.ada)
    _, contact = house.calls()
    phone = house.phone(house.stage.ids.ada)
    house.stage.do(offers.decline, contact_id=contact, agent_id=house.stage.ids.ada)
    eventually(lambda: phone.leg not in house.switch.lines, "the phone falls silent")


def test_an_offer_taken_back_as_the_phone_is_picked_up_puts_nobody_on_a_dead_line(house: House) -> None:
    house.stage.ready(house.stage.ids.ada)
    _, contact = house.calls()
    phone = house.phone(house.stage.ids.ada)
    house.stage.do(offers.decline, contact_id=contact, agent_id=house.stage.ids.ada)
    house.switch.picks_up(phone.leg)
    eventually(lambda: phone.leg not in house.switch.lines, "the phone is let go")
    house.state(contact, "waiting")


def test_accepting_at_the_desk_waits_for_the_phone(house: House) -> None:
    house.stage.ready(house.stage.ids.ada)
    leg, contact = house.calls()
    phone = house.phone(house.stage.ids.ada)
    house.stage.do(offers.accept, contact_id=contact, agent_id=house.stage.ids.ada)
    house.switch.picks_up(phone.leg)
    eventually(lambda: house.switch.together(leg, phone.leg), "both in one room")


def test_a_cut_to_the_agent_puts_the_caller_back_in_line_with_music(house: House) -> None:
    house.stage.ready(house.stage.ids.ada)
    leg, contact, agent, phone = house.talks()
    assert house.stage.contact(contact)["due_ms"] is None, "whom one talks with is owed nothing"
    house.switch.ends(phone, Ending.LOST)
    house.state(contact, "waiting")
    assert house.stage.contact(contact)["due_ms"] is not None, "who waits again is owed an answer again"
    eventually(lambda: house.switch.lines[leg].music, "music")
    house.stage.ready(house.stage.ids.bob)
    other = house.phone(house.stage.ids.bob)
    house.switch.picks_up(other.leg)
    eventually(lambda: house.switch.together(leg, other.leg), "both in one room")
    assert agent == house.stage.ids.ada


def test_a_cut_to_the_caller_ends_the_call_and_says_so(house: House) -> None:
    house.stage.ready(house.stage.ids.ada)
    leg, _, _, phone = house.talks()
    house.switch.ends(leg, Ending.LOST)
    eventually(lambda: phone not in house.switch.lines, "the agent's phone hung up")
    assert eventually(lambda: house.stage.query("select ended_by from call where ended_ms is not null")) == [
        {"ended_by": "lost"}
    ]


def test_hold_gives_music_and_resume_brings_back(house: House) -> None:
    house.stage.ready(house.stage.ids.ada)
    leg, contact, agent, phone = house.talks()
    house.door.hold(contact, agent)
    eventually(lambda: house.switch.lines[leg].music and house.switch.lines[leg].room is None, "on hold")
    house.door.resume(contact, agent)
    eventually(lambda: house.switch.together(leg, phone), "both in one room")
    house.door.hang_up(contact, agent)
    eventually(lambda: not house.switch.lines, "every line closed")
    house.last(contact, "CallEnded")
    assert house.facts(contact)[-3:] == ["CallHeld", "CallResumed", "CallEnded"]
    with pytest.raises(Refusal, match="no_call"):
        house.door.hold(contact, agent)


def test_a_blind_transfer_takes_the_caller_to_the_next_agent(house: House) -> None:
    house.stage.ready(house.stage.ids.ada)
    leg, contact, agent, phone = house.talks()
    house.stage.ready(house.stage.ids.bob)
    house.stage.do(
        handing_on.transfer, contact_id=contact, agent_id=agent, key="t", to_agent_id=house.stage.ids.bob
    )
    other = house.phone(house.stage.ids.bob)
    assert phone not in house.switch.lines
    house.switch.picks_up(other.leg)
    eventually(lambda: house.switch.together(leg, other.leg), "both in one room")


def test_a_warm_transfer_consults_first_then_hands_over(house: House) -> None:
    ids = house.stage.ids
    house.stage.ready(ids.ada)
    leg, contact, agent, phone = house.talks()
    house.stage.ready(ids.bob)
    house.stage.do(
        consulting.invite,
        contact_id=contact,
        agent_id=agent,
        key="c",
        part=Part.CONSULT,
        colleague_id=ids.bob,
    )
    other = house.phone(ids.bob)
    house.switch.picks_up(other.leg)
    eventually(lambda: house.switch.together(phone, other.leg), "the agents by themselves")
    eventually(lambda: house.switch.lines[leg].music, "music for the caller")
    house.stage.do(
        consulting.change_part, contact_id=contact, agent_id=agent, colleague_id=ids.bob, part=Part.CONFERENCE
    )
    eventually(lambda: house.switch.together(leg, phone, other.leg), "all three")
    house.stage.do(consulting.hand_over, contact_id=contact, agent_id=agent, to_agent_id=ids.bob, key="h")
    eventually(lambda: phone not in house.switch.lines, "the first agent is free")
    assert house.switch.together(leg, other.leg)


def test_our_restart_adopts_the_calls_that_are_up(house: House) -> None:
    ids = house.stage.ids
    house.stage.ready(ids.ada)
    leg, contact, _, phone = house.talks()
    waiting, line = house.calls(state="waiting")
    house.restart()
    assert house.switch.together(leg, phone)
    house.stage.ready(ids.bob)
    other = house.phone(ids.bob)
    house.switch.picks_up(other.leg)
    eventually(lambda: house.switch.together(waiting, other.leg), "who waited is answered")
    house.switch.ends(leg)
    eventually(lambda: phone not in house.switch.lines, "the adopted call ends as any other")
    house.switch.ends(other.leg)
    eventually(lambda: not house.switch.lines, "every line closed")
    for one in (contact, line):
        house.last(one, "CallEnded")


def test_who_hung_up_or_called_while_we_were_gone_is_found_when_we_are_back(house: House) -> None:
    house.stage.ready(house.stage.ids.ada)
    leg, contact, _, phone = house.talks()
    waiting, line = house.calls(state="waiting")
    house.door.stop()
    house.switch.ends(leg)
    house.switch.ends(waiting)
    came = house.switch.rings("+33699999999")
    house.stage.restart()
    house.open()
    eventually(lambda: phone not in house.switch.lines, "nobody is left on a dead line")
    house.state(line, "abandoned")
    house.last(contact, "CallEnded")
    house.state(house.contact_of(came), "waiting")


def test_a_server_that_restarts_loses_its_own_calls_only_and_says_so(house: House) -> None:
    ids = house.stage.ids
    other = house.add_server("second")
    house.restart()
    house.stage.ready(ids.ada)
    _, contact, *_ = house.talks()
    second = house.switch_of(other)
    leg = second.rings()
    line = house.contact_of(leg)
    house.state(line, "waiting")
    house.switch.goes()
    house.switch.comes(restarted=True)
    assert eventually(lambda: house.stage.query("select ended_by from call where ended_ms is not null")) == [
        {"ended_by": "server"}
    ]
    assert (house.stage.state(contact), house.stage.state(line)) == ("in_hand", "waiting")


def test_a_short_cut_to_the_server_loses_nothing(house: House) -> None:
    house.stage.ready(house.stage.ids.ada)
    leg, contact, _, phone = house.talks()
    house.switch.goes()
    house.switch.comes()
    house.calls(state="waiting")
    assert house.switch.together(leg, phone)
    assert house.stage.state(contact) == "in_hand"


def test_a_number_that_leads_nowhere_is_not_answered(house: House) -> None:
    leg = house.switch.rings(door="+33100000000")
    eventually(lambda: leg not in house.switch.lines, "the line is closed")
    assert house.stage.query("select id from call") == []


def test_who_waits_is_told_their_place_between_the_music_until_somebody_answers(house: House) -> None:
    def known(contact_id: int, now_ms: int) -> WaitNow:
        return WaitNow(2, (60, 120))

    house.door.stop()
    house.waiting = Waiting(lambda prompts: [Sound(type(one).__name__) for one in prompts], known)
    house.open()
    leg, _ = house.calls(state="waiting")
    line = house.switch.lines[leg]
    eventually(lambda: line.playing and not line.music, "words")
    assert house.switch.acts[-1] == ("play", leg, "Ahead", "WaitRange")
    house.switch.heard_out(leg)
    eventually(lambda: line.music, "music again")
    other, _ = house.calls(state="waiting")
    eventually(lambda: house.switch.lines[other].playing, "words to the next one")
    house.stage.ready(house.stage.ids.ada)
    phone = house.phone(house.stage.ids.ada)
    house.switch.picks_up(phone.leg)
    eventually(lambda: house.switch.together(leg, phone.leg), "both in one room")
    assert not line.music and not line.playing
