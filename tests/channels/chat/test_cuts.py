"""Networks fail at any moment: nothing is lost, nothing is said twice, and a place in line is kept."""

import random
import threading
import time

import pytest
from websockets.exceptions import ConnectionClosed

from tests.channels.centre import MINUTE_MS, eventually
from tests.channels.chat.conftest import House


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_lost_or_repeated_over_cuts_at_any_moment(house: House, seed: int) -> None:
    chance = random.Random(seed)
    widget = house.widget().hello()
    widget.said("début")
    house.centre.ready(house.agent)
    contact_id = house.centre.accepts(house.agent)
    asked = [f"question {n}" for n in range(25)]
    answers = [f"réponse {n}" for n in range(25)]

    def agent_answers() -> None:
        for text in answers:
            house.centre.answers(house.agent, contact_id, text)

    agent = threading.Thread(target=agent_answers)
    agent.start()
    for text in asked:
        widget.say(text)
        moment = chance.random()
        if moment < 0.35:
            time.sleep(chance.choice([0, 0.001, 0.005, 0.02]))
            widget.cut()
            widget.hello()
        elif moment < 0.5:
            widget.next(10)
        time.sleep(0.05)  # the door's limit of frames a second is tested elsewhere
    agent.join(30)
    while widget.unsent or len({one["seq"] for one in widget.messages}) < 51:
        try:
            widget.next(15)
        except ConnectionClosed:
            widget.hello()
    kept = house.centre.rows("select id, text, direction from message where direction <> 'event' order by id")
    assert [row["text"] for row in kept if row["direction"] == "in"] == ["début", *asked]
    seen = {one["seq"]: one["text"] for one in widget.messages}
    assert seen == {row["id"]: row["text"] for row in kept}
    fresh = house.widget(token=widget.token).hello()
    assert [one["text"] for one in fresh.messages] == [row["text"] for row in kept]


def test_a_message_resent_after_a_cut_before_its_ack_is_one_message(house: House) -> None:
    widget = house.widget().hello()
    key = widget.say("une seule fois")
    widget.cut()
    eventually(house.centre.contacts, "the commit")
    widget.hello()
    assert widget.message("une seule fois")["key"] == key
    widget.send(t="say", key=key, text="une seule fois", files=[])
    widget.until("ack", key=key)
    assert len(house.centre.rows("select 1 from message where direction = 'in'")) == 1
    assert len(house.centre.contacts()) == 1


def test_the_place_in_line_is_kept_across_a_cut(house: House) -> None:
    first, second = house.widget().hello(), house.widget().hello()
    first.said("un")
    house.centre.clock.pass_ms(10)
    second.said("deux")
    first.cut()
    eventually(lambda: len(house.centre.rows("select 1 from chat where not connected")) == 1, "the cut")
    house.centre.clock.pass_ms(MINUTE_MS)
    first.hello()
    assert first.welcome["place"] == {"ahead": 0} and first.welcome["state"] == "waiting"
    assert second.until("state", state="waiting")["place"] == {"ahead": 1}
    assert house.centre.rows("select 1 from timer") == []
    house.centre.clock.pass_ms(10 * MINUTE_MS)
    assert house.centre.contacts()[0]["state"] == "waiting"


def test_leaving_while_waiting_is_an_abandon(house: House) -> None:
    widget = house.widget().hello()
    widget.said("Bonjour")
    widget.send(t="leave")
    widget.until("state", state="closed")
    (contact,) = house.centre.contacts()
    assert house.centre.state(contact["id"]) == ("abandoned", "abandoned")


def test_leaving_an_agent_is_told_once_and_writing_again_goes_on(house: House) -> None:
    widget = house.widget().hello()
    widget.said("Bonjour")
    house.centre.ready(house.agent)
    contact_id = house.centre.accepts(house.agent)
    widget.until("state", state="in_hand")
    widget.send(t="leave")
    widget.send(t="leave")
    widget.until("state", state="closed")
    assert house.centre.state(contact_id)[0] == "in_hand"
    left = "select 1 from message where event ->> 'code' = 'customer_left'"
    assert len(house.centre.rows(left)) == 1
    widget.said("Une chose encore")
    assert widget.until("state", state="in_hand")["agent"] == {"name": "Camille"}
    assert len(house.centre.contacts()) == 1


def test_going_without_a_word_is_silent_after_a_while(house: House) -> None:
    widget = house.widget().hello()
    widget.said("Bonjour")
    (contact,) = house.centre.contacts()
    widget.cut()
    eventually(lambda: house.centre.rows("select 1 from timer where kind = 'chat_gone'"), "the timer")
    house.centre.clock.pass_ms(2 * MINUTE_MS + 1)
    eventually(lambda: house.centre.state(contact["id"]) == ("abandoned", "silent"), "silence")


def test_one_of_two_tabs_closing_is_no_departure(house: House) -> None:
    one = house.widget().hello()
    two = house.widget(token=one.token).hello()
    one.said("Bonjour")
    one.close()
    two.said("encore là")
    assert house.centre.rows("select connected from chat") == [{"connected": True}]
    two.close()
    eventually(lambda: house.centre.rows("select 1 from chat where not connected"), "the departure")


def test_a_silent_customer_is_warned_released_closed_and_may_come_back(house: House) -> None:
    widget = house.widget().hello()
    widget.said("Bonjour")
    house.centre.ready(house.agent)
    contact_id = house.centre.accepts(house.agent)
    house.centre.answers(house.agent, contact_id, "Votre numéro ?")
    widget.message("Votre numéro ?")
    house.centre.clock.pass_ms(5 * MINUTE_MS + 1)
    assert widget.until("message")["message"]["from"] == "system"
    assert "toujours là" in widget.messages[-1]["text"]
    widget.until("state", state="warned")
    house.centre.clock.pass_ms(5 * MINUTE_MS + 1)
    assert widget.until("state", state="released")["agent"] == {"name": "Camille"}
    house.centre.clock.pass_ms(20 * MINUTE_MS + 1)
    assert "terminée" in widget.until("message")["message"]["text"]
    if widget.told[-1]["t"] != "state":
        widget.until("state", state="closed")
    assert house.centre.state(contact_id) == ("closed", "no_reply")
    widget.said("Me revoilà : 4412")
    widget.until("state", state="waiting")
    before, after = house.centre.contacts()
    assert before["request_id"] == after["request_id"], "the same wish, taken up again"
    again = house.widget(token=widget.token).hello()
    assert [one["text"] for one in again.messages if one["from"] == "customer"] == [
        "Bonjour",
        "Me revoilà : 4412",
    ]
