"""A call and its contact: it arrives, waits, is answered, is held, ends; each side hangs up at each moment."""

from typing import Any

import pytest

from affluent.centre import handing_on, offers
from affluent.centre.calling import calls
from affluent.centre.calling.numbers import number_of, told
from affluent.centre.calling.records import ArrivingCall
from affluent.centre.refusals import Refusal
from affluent.facts.call import EndedBy
from tests.centre.stage import OFFER_MS, Stage, insert_into, settings_changed

ZOE = "+33612345678"


class Phone:
    """The telephone of the stage: a server, a queue, a number."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        ids = stage.ids
        self.server = insert_into(stage, "voice_server", name="pbx", kind="asterisk", public_key="pbx")
        self.queue = insert_into(
            stage,
            "queue",
            brand_id=ids.north,
            name="calls",
            medium="voice",
            target_ms=20_000,
            offer_ms=OFFER_MS,
        )
        self.door = insert_into(
            stage, "channel", brand_id=ids.north, medium="voice", name="phone", queue_id=self.queue,
            public_key="phone",
        )  # fmt: skip
        for agent in (ids.ada, ids.bob):
            stage.change("insert into agent_capacity values (%s, 'voice', 1)", agent)
        stage.do(settings_changed)

    def rings(self, leg: str = "leg-1", number: str = ZOE) -> int:
        call = ArrivingCall(f"call:{self.server}:{leg}", self.door, self.server, leg, number, "+33145678900")
        return self.stage.do(calls.call_arrived, call=call).contact.id

    def queued(self, leg: str = "leg-1", number: str = ZOE, **more: Any) -> int:
        contact_id = self.rings(leg, number)
        self.stage.do(calls.call_queued, contact_id=contact_id, **more)
        return contact_id

    def answered(self, leg: str = "leg-1") -> int:
        contact_id = self.queued(leg)
        return self.stage.in_hand_of(self.stage.holder(contact_id) or 0, contact_id)

    def over(self, contact_id: int, by: EndedBy = EndedBy.CALLER) -> None:
        self.stage.do(calls.call_over, contact_id=contact_id, by=by)

    def row(self, contact_id: int) -> dict[str, Any]:
        return self.stage.query("select * from call where id = %s", contact_id)[0]


@pytest.fixture
def phone(stage: Stage) -> Phone:
    return Phone(stage)


def test_a_call_opens_one_contact_however_often_it_is_told(phone: Phone, stage: Stage) -> None:
    contact = phone.rings()
    assert phone.rings() == contact
    assert (stage.state(contact), stage.facts(contact)) == ("received", ["ContactReceived"])
    assert stage.contact(contact)["subject"] == "Appel du +33 6 12 34 56 78"


def test_who_calls_again_from_the_same_number_is_the_same_customer_and_who_withholds_it_is_not(
    phone: Phone, stage: Stage
) -> None:
    first, second = phone.rings("a"), phone.rings("b")
    hidden, other = phone.rings("c", ""), phone.rings("d", "")
    customers = [stage.contact(one)["customer_id"] for one in (first, second, hidden, other)]
    assert customers[0] == customers[1]
    assert len(set(customers)) == 3


def test_in_the_menu_nobody_waits(phone: Phone, stage: Stage) -> None:
    contact = phone.rings()
    stage.clock.at_ms += 45_000
    stage.do(calls.menu_stepped, contact_id=contact, menu_id=1, version=1, step="welcome", choice="1")
    stage.do(calls.call_queued, contact_id=contact)
    row = stage.contact(contact)
    assert row["due_ms"] == stage.clock.at_ms + 20_000
    assert row["place_ms"] == stage.clock.at_ms
    assert stage.facts(contact) == ["ContactReceived", "CallMenuStepped", "ContactQueued"]


def test_a_restart_lines_up_nobody_who_is_in_the_menu(phone: Phone, stage: Stage) -> None:
    contact = phone.rings()
    stage.restart()
    assert stage.state(contact) == "received"


def test_who_leaves_while_waiting_or_while_the_phone_rings_has_abandoned(phone: Phone, stage: Stage) -> None:
    waiting = phone.queued("a")
    phone.over(waiting)
    stage.ready(stage.ids.ada)
    ringing = phone.queued("b")
    assert stage.state(ringing) == "offered"
    phone.over(ringing)
    phone.over(ringing)
    for contact in (waiting, ringing):
        assert stage.state(contact) == "abandoned"
        assert phone.row(contact)["ended_by"] == "caller"
    assert stage.state(phone.queued("c")) == "offered", "the agent is free again"


def test_after_the_call_the_contact_stays_in_hand_for_the_work_after_it(phone: Phone, stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contact = phone.answered()
    stage.clock.at_ms += 90_000
    phone.over(contact)
    assert (stage.state(contact), stage.holder(contact)) == ("in_hand", stage.ids.ada)
    waiting = phone.queued("b")
    assert stage.state(waiting) == "waiting", "her hand is full"
    stage.do(handing_on.close, contact_id=contact, agent_id=stage.ids.ada, outcome="resolved")
    assert stage.facts(contact)[-2:] == ["CallEnded", "ContactClosed"]
    assert stage.state(waiting) == "offered", "no second wrap-up on top"


def test_the_work_after_a_call_ends_by_itself(phone: Phone, stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contact = phone.answered()
    phone.over(contact)
    stage.pass_ms(60_000)
    assert stage.contact(contact)["state"] == "closed"
    assert stage.query("select event->>'code' as code from message where contact_id = %s", contact) == [
        {"code": "closed_by_time"}
    ]


def test_an_agent_who_closes_while_the_caller_is_there_ends_the_call(phone: Phone, stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contact = phone.answered()
    stage.do(handing_on.close, contact_id=contact, agent_id=stage.ids.ada, outcome="resolved")
    assert phone.row(contact)["ended_by"] == "agent"
    assert stage.facts(contact)[-2:] == ["CallEnded", "ContactClosed"]
    phone.over(contact)
    assert phone.row(contact)["ended_by"] == "agent"


def test_a_phone_that_rings_in_vain_sends_its_agent_away_and_the_call_to_another(
    phone: Phone, stage: Stage
) -> None:
    stage.ready(stage.ids.ada, stage.ids.bob)
    contact = phone.queued()
    first = stage.holder(contact)
    stage.do(calls.not_picked_up, contact_id=contact, agent_id=first)
    assert stage.holder(contact) in {stage.ids.ada, stage.ids.bob} - {first}
    away = stage.query("select state, reason from presence where account_id = %s", first)
    assert away == [{"state": "away", "reason": "missed"}]


def test_a_cut_to_the_agent_puts_the_caller_first_in_line(phone: Phone, stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contact = phone.answered()
    stage.clock.at_ms += 60_000
    phone.queued("later")
    stage.do(calls.agent_lost, contact_id=contact, agent_id=stage.ids.ada)
    assert stage.state(contact) == "waiting"
    stage.ready(stage.ids.bob)
    assert stage.holder(contact) == stage.ids.bob


def test_hold_and_resume_are_facts_of_who_has_the_call(phone: Phone, stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contact = phone.answered()
    stage.do(calls.held, contact_id=contact, agent_id=stage.ids.ada)
    stage.do(calls.resumed, contact_id=contact, agent_id=stage.ids.ada)
    with pytest.raises(Refusal, match="not_in_your_hand"):
        stage.do(calls.held, contact_id=contact, agent_id=stage.ids.bob)
    phone.over(contact)
    with pytest.raises(Refusal, match="no_call"):
        stage.do(calls.held, contact_id=contact, agent_id=stage.ids.ada)
    assert stage.facts(contact)[-3:] == ["CallHeld", "CallResumed", "CallEnded"]


def test_whom_the_menu_served_needed_no_agent(phone: Phone, stage: Stage) -> None:
    contact = phone.rings()
    stage.do(calls.served_by_menu, contact_id=contact)
    phone.over(contact)
    row = stage.contact(contact)
    assert (row["state"], row["outcome"], row["agent_id"]) == ("closed", "self_served", None)


def test_a_message_in_the_mailbox_waits_for_somebody_to_hear_it(phone: Phone, stage: Stage) -> None:
    contact = phone.queued()
    phone.over(contact, EndedBy.VOICEMAIL)
    assert stage.state(contact) == "waiting"
    stage.ready(stage.ids.ada)
    stage.do(offers.accept, contact_id=contact, agent_id=stage.ids.ada)
    stage.pass_ms(300_000)
    assert stage.state(contact) == "in_hand", "no call ended in hand: no clock runs"


@pytest.mark.parametrize(
    ("text", "number", "read"),
    [
        ("06 12 34 56 78", ZOE, "+33 6 12 34 56 78"),
        ("0033612345678", ZOE, "+33 6 12 34 56 78"),
        ("sip:+33612345678@example.org;user=phone", ZOE, "+33 6 12 34 56 78"),
        ("anonymous", "", ""),
        ("9000", "9000", "9000"),
        ("reception", "reception", "reception"),
    ],
)
def test_numbers_are_compared_as_one_and_read_as_people_write_them(text: str, number: str, read: str) -> None:
    assert number_of(text, "FR") == number
    assert told(number) == read
