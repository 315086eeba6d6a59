"""An agent calls a customer: their own phone first, then the customer's; never against a rule."""

import json
from typing import Any

import pytest

from affluent.centre.outbound_calls import calling_out
from affluent.centre.outbound_calls.calling_out import Wanted
from affluent.centre.outbound_calls.law import Purpose, Said
from affluent.centre.refusals import Refusal
from affluent.channels.voice.switch import Ending
from tests.channels.centre import eventually
from tests.voice.house import House
from tests.voice.scripted_switch import Line

ZOE = "+33612345678"


def asked(house: House, purpose: Purpose = Purpose.SERVICE, key: str = "k") -> int:
    """Ada wants to call Zoe, who called before."""
    stage = house.stage
    if not stage.query("select 1 from call"):
        leg, contact = house.calls(state="waiting")
        house.switch.ends(leg)
        house.state(contact, "abandoned")
        stage.change(
            "update channel set settings = settings || %s where medium = 'voice'",
            json.dumps({"server_id": house.server}),
        )
    customer = stage.query("select customer_id from contact order by id limit 1")[0]["customer_id"]
    wanted = Wanted(key, stage.ids.ada, customer, ZOE, purpose)
    return stage.do(calling_out.place, wanted=wanted)


def zoe(house: House) -> Line:
    found: Line = eventually(
        lambda: next((one for one in house.switch.lines.values() if one.door == ZOE), None), "Zoe's phone"
    )
    return found


def proofs(house: House) -> list[dict[str, Any]]:
    return house.stage.query("select * from call_proof")


def test_the_agents_phone_then_the_customers_then_both_in_one_room(house: House) -> None:
    ada = house.stage.ids.ada
    house.stage.there(ada, "away", "break")
    contact = asked(house)
    assert asked(house) == contact, "a repeat is the same call"
    phone = house.phone(ada)
    assert not [one for one in house.switch.lines.values() if one.door == ZOE]
    house.switch.picks_up(phone.leg)
    line = zoe(house)
    assert line.from_number == "+33145678900" and len(proofs(house)) == 1
    house.switch.picks_up(line.leg)
    eventually(lambda: house.switch.together(phone.leg, line.leg), "both in one room")
    house.switch.ends(line.leg)
    house.last(contact, "CallEnded")
    assert house.stage.state(contact) == "in_hand"
    assert house.facts(contact) == [
        "ContactReceived", "CallPlaced", "ContactQueued", "ContactTaken", "CallDialled", "CallEnded",
    ]  # fmt: skip
    assert house.stage.query("select direction, to_number from call where id = %s", contact) == [
        {"direction": "out", "to_number": ZOE}
    ]


def test_in_vain_it_stays_in_hand_and_can_be_tried_again(house: House) -> None:
    ada = house.stage.ids.ada
    house.stage.there(ada, "away", "break")
    contact = asked(house)
    house.switch.picks_up(house.phone(ada).leg)
    house.switch.ends(zoe(house).leg, Ending.BUSY)
    house.last(contact, "CallEnded")
    eventually(lambda: not house.switch.lines, "every line closed")
    assert house.stage.state(contact) == "in_hand"
    house.stage.do(calling_out.again, contact_id=contact, agent_id=ada)
    house.switch.picks_up(house.phone(ada).leg)
    line = zoe(house)
    house.switch.picks_up(line.leg)
    eventually(lambda: house.switch.lines[line.leg].room, "they talk")
    assert len(proofs(house)) == 2


def test_an_agent_who_hangs_up_first_stops_the_ringing(house: House) -> None:
    ada = house.stage.ids.ada
    house.stage.there(ada, "away", "break")
    contact = asked(house)
    phone = house.phone(ada)
    house.switch.picks_up(phone.leg)
    zoe(house)
    house.switch.ends(phone.leg)
    eventually(lambda: not house.switch.lines, "every line closed")
    house.last(contact, "CallEnded")


def test_what_was_said_while_the_agents_phone_rang_stops_the_call(house: House) -> None:
    ada, stage = house.stage.ids.ada, house.stage
    stage.there(ada, "away", "break")
    contact = asked(house)
    phone = house.phone(ada)
    customer = stage.contact(contact)["customer_id"]
    stage.do(
        calling_out.note, customer_id=customer, number=ZOE, purpose=Purpose.SERVICE, word=Said.OPPOSED,
        source="a letter", agent_id=ada,
    )  # fmt: skip
    house.switch.picks_up(phone.leg)
    house.last(contact, "CallEnded")
    assert proofs(house) == [] and ("dial", ZOE) not in house.switch.acts
    told = stage.query("select event from message where contact_id = %s and event is not null", contact)
    assert [one["event"] for one in told] == [{"code": "call_forbidden", "params": {"rule": "call_opposed"}}]
    with pytest.raises(Refusal):
        asked(house, key="other")
