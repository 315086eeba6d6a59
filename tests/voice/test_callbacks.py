"""Callers who would rather be called back: asked while they wait, called when it is their turn, or not reached."""

import json
from collections.abc import Generator, Sequence

import pytest

from affluent.centre.menus.turns import DigitsSpoken, Prompt, SpokenText
from affluent.centre.menus.waiting import WaitNow
from affluent.channels.voice.calls.waiting_words import Waiting
from affluent.channels.voice.switch import Ending, Sound
from affluent.facts.instants import HOUR_MS, MINUTE_MS
from affluent.storage.post import PgPost
from tests.centre.stage import insert_into, settings_changed
from tests.channels.centre import eventually
from tests.voice.house import House, housed
from tests.voice.scripted_switch import Line

ZOE = "+33612345678"
EVERY_MS = 15 * MINUTE_MS


def sounds(prompts: Sequence[Prompt]) -> list[Sound]:
    return [
        Sound(one.text if isinstance(one, SpokenText | DigitsSpoken) else type(one).__name__)
        for one in prompts
    ]


@pytest.fixture
def house(dsn: str, engine: None) -> Generator[House]:
    with housed(dsn) as made:
        made.door.stop()
        made.stage.change(
            "update channel set settings = settings || %s where medium = 'voice'",
            '{"callback": true, "callback_attempts": 2, "callback_sundays": true, "country": "FR"}',
        )
        made.waiting = Waiting(sounds, lambda contact, now_ms: WaitNow(1, None))
        made.open()
        yield made


def spoken(house: House, leg: str, text: str) -> None:
    """Waits until this is being said, and lets it be heard out."""
    eventually(
        lambda: house.switch.lines[leg].playing and any(text in one for one in house.switch.acts[-1]), text
    )
    house.switch.heard_out(leg)


def asks(house: House, number: str = ZOE) -> int:
    """Somebody calls, waits, and asks to be called back; the contact, after they hung up."""
    leg = house.switch.rings(number)
    contact = house.contact_of(leg)
    house.state(contact, "waiting")
    spoken(house, leg, "Pour être rappelé")
    house.switch.presses(leg, "1")
    spoken(house, leg, "Si c’est bien cela")
    house.switch.presses(leg, "1")
    spoken(house, leg, "C’est noté")
    eventually(lambda: leg not in house.switch.lines, "the line is closed")
    house.last(contact, "CallEnded")
    return contact


def customer(house: House, number: str = ZOE) -> Line:
    found: Line = eventually(
        lambda: next((one for one in house.switch.lines.values() if one.door == number), None),
        "the customer's phone",
    )
    return found


def agent_up(house: House) -> str:
    phone = house.phone(house.stage.ids.ada)
    house.switch.picks_up(phone.leg)
    return phone.leg


def row(house: House, contact: int) -> dict[str, object]:
    return house.stage.query("select * from call where id = %s", contact)[0]


def test_they_keep_their_place_and_are_called_once_the_agents_phone_is_up(house: House) -> None:
    first = asks(house)
    leg, second = house.calls(state="waiting")
    assert house.facts(first)[-2:] == ["CallbackAsked", "CallEnded"]
    assert house.stage.state(first) == "waiting"
    house.stage.ready(house.stage.ids.ada)
    assert house.stage.state(first) == "offered", "who was there first is served first"
    assert house.stage.state(second) == "waiting"
    phone = agent_up(house)
    line = customer(house)
    house.state(first, "in_hand")
    assert line.from_number == "+33145678900", "they see the number that they called"
    assert not house.switch.together(phone, line.leg)
    house.switch.picks_up(line.leg)
    eventually(lambda: house.switch.together(phone, line.leg), "both in one room")
    house.switch.ends(line.leg)
    house.last(first, "CallEnded")
    assert house.stage.state(first) == "in_hand", "for the work after the call"
    assert row(house, first)["dials"] is False
    assert house.stage.query("select 1 from journal where kind = 'ContactAbandoned'") == []
    house.switch.ends(leg)


@pytest.mark.parametrize("ending", [Ending.BUSY, Ending.NO_ANSWER])
def test_who_is_not_there_is_called_again_and_in_the_end_left_alone(house: House, ending: Ending) -> None:
    contact = asks(house)
    ada = house.stage.ids.ada
    house.stage.ready(ada)
    phone = agent_up(house)
    house.switch.ends(customer(house).leg, ending)
    house.state(contact, "waiting")
    eventually(lambda: phone not in house.switch.lines, "the agent's phone falls silent")
    assert house.facts(contact)[-3:] == ["CallDialled", "CallNotReached", "ContactQueued"]
    house.stage.pass_ms(EVERY_MS - 1)
    assert house.stage.state(contact) == "waiting", "not before the time"
    house.stage.pass_ms(1)
    house.state(contact, "offered")
    agent_up(house)
    house.switch.ends(customer(house).leg, ending)
    house.state(contact, "closed")
    assert house.stage.contact(contact)["outcome"] == "unreached"
    eventually(lambda: not house.switch.lines, "every line closed")


def test_who_was_never_there_is_written_to_where_a_mail_can_reach_them(house: House) -> None:
    insert_into(
        house.stage, "channel", brand_id=house.stage.ids.north, medium="email", name="post", public_key="post"
    )
    house.stage.change(
        "update channel set settings = settings || '{\"callback_attempts\": 1}' where medium = 'voice'"
    )
    house.stage.do(settings_changed)
    contact = asks(house)
    house.stage.change(
        "insert into customer_address (customer_id, brand_id, kind, value) values (%s, %s, 'email', 'zoe@example.org')",
        house.stage.contact(contact)["customer_id"],
        house.stage.ids.north,
    )
    house.stage.ready(house.stage.ids.ada)
    agent_up(house)
    house.switch.ends(customer(house).leg, Ending.NO_ANSWER)
    house.state(contact, "closed")
    post = PgPost(house.stage.database)
    (reply,) = post.due(house.stage.clock.at_ms, 10)
    assert (reply.to, reply.contact_id, reply.automatic) == ("zoe@example.org", contact, True)
    assert "sans parvenir à vous joindre" in reply.text
    sender = post.sender_of(reply.channel_id)
    assert sender is not None and sender.medium == "email"


def test_another_number_is_typed_and_one_that_is_dear_is_refused(house: House) -> None:
    leg = house.switch.rings("")
    contact = house.contact_of(leg)
    spoken(house, leg, "Pour être rappelé")
    house.switch.presses(leg, "1")
    spoken(house, leg, "Composez votre numéro")
    house.switch.presses(leg, "0899701234#")
    spoken(house, leg, "Nous ne pouvons pas appeler ce numéro")
    house.switch.presses(leg, "0145678901#")
    spoken(house, leg, "0145678901")
    house.switch.presses(leg, "1")
    spoken(house, leg, "C’est noté")
    house.last(contact, "CallEnded")
    assert row(house, contact)["dial_number"] == "+33145678901"


def test_who_hangs_up_after_it_is_promised_and_before_goodbye_is_called_back_all_the_same(
    house: House,
) -> None:
    leg = house.switch.rings()
    contact = house.contact_of(leg)
    spoken(house, leg, "Pour être rappelé")
    house.switch.presses(leg, "1")
    spoken(house, leg, "Si c’est bien cela")
    house.switch.presses(leg, "1")
    eventually(lambda: row(house, contact)["dials"])
    house.switch.ends(leg)
    house.last(contact, "CallEnded")
    assert house.stage.state(contact) == "waiting"


def asks_again(house: House) -> tuple[str, int]:
    """Zoé calls while her call-back is in line, and asks for one again: (leg, contact)."""
    leg = house.switch.rings()
    contact = house.contact_of(leg)
    house.state(contact, "waiting")
    spoken(house, leg, "Pour être rappelé")
    house.switch.presses(leg, "1")
    spoken(house, leg, "Si c’est bien cela")
    house.switch.presses(leg, "1")
    eventually(
        lambda: house.switch.lines[leg].playing and "Vous avez déjà demandé" in str(house.switch.acts[-1]),
        "she is told",
    )
    return leg, contact


@pytest.mark.parametrize("hangs_up", [True, False])
def test_who_asks_twice_is_called_once_and_told_so(house: House, hangs_up: bool) -> None:
    first = asks(house)
    leg, second = asks_again(house)
    assert "Ahead" in str(house.switch.acts[-1]), "and how far the first one is"
    if hangs_up:
        house.switch.ends(leg)
    else:
        house.switch.heard_out(leg)
    house.state(second, "closed")
    eventually(lambda: leg not in house.switch.lines, "the line is closed")
    assert house.stage.contact(second)["outcome"] == "duplicate"
    assert house.stage.state(first) == "waiting"
    assert [one["id"] for one in house.stage.query("select id from call where dials")] == [first]
    assert "ContactAbandoned" not in house.facts(second)


def test_who_hangs_up_in_the_talk_has_abandoned_and_who_says_nothing_stays(house: House) -> None:
    leg = house.switch.rings()
    contact = house.contact_of(leg)
    spoken(house, leg, "Pour être rappelé")
    house.switch.presses(leg, "1")
    spoken(house, leg, "Si c’est bien cela")
    house.switch.presses(leg, "3")
    spoken(house, leg, "Vous gardez votre place")
    eventually(lambda: house.switch.lines[leg].music, "music")
    house.switch.presses(leg, "1")
    spoken(house, leg, "Si c’est bien cela")
    house.switch.ends(leg)
    house.state(contact, "abandoned")


def test_an_agent_who_comes_in_the_middle_of_the_talk_ends_it(house: House) -> None:
    leg = house.switch.rings()
    contact = house.contact_of(leg)
    spoken(house, leg, "Pour être rappelé")
    house.switch.presses(leg, "1")
    eventually(lambda: house.switch.lines[leg].playing, "the talk")
    house.stage.ready(house.stage.ids.ada)
    phone = agent_up(house)
    eventually(lambda: house.switch.together(leg, phone), "both in one room")
    assert not house.switch.lines[leg].playing
    house.switch.presses(leg, "1")
    house.switch.ends(leg)
    house.last(contact, "CallEnded")
    assert "CallbackAsked" not in house.facts(contact)


def test_at_an_hour_of_their_choice(house: House) -> None:
    promises = {"most": 1, "every_ms": HOUR_MS, "notice_ms": 0, "days": 2, "remind_ms": None}
    house.stage.change("update queue set promises = %s where id = %s", json.dumps(promises), house.queue)
    house.stage.do(settings_changed)
    leg = house.switch.rings()
    contact = house.contact_of(leg)
    spoken(house, leg, "Pour être rappelé")
    house.switch.presses(leg, "1")
    spoken(house, leg, "Si c’est bien cela")
    house.switch.presses(leg, "1")
    spoken(house, leg, "Pour choisir une heure")
    house.switch.presses(leg, "2")
    spoken(house, leg, "tapez 1")
    house.switch.presses(leg, "1")
    spoken(house, leg, "C’est noté")
    house.last(contact, "CallEnded")
    hour_ms = house.stage.contact(contact)["not_before_ms"]
    assert hour_ms and hour_ms % HOUR_MS == 0
    house.stage.ready(house.stage.ids.ada)
    assert house.stage.state(contact) == "waiting"
    house.stage.pass_ms(hour_ms - house.stage.clock.at_ms)
    house.state(contact, "offered")
    agent_up(house)
    customer(house)


def test_the_agent_who_lets_it_ring_in_vain_loses_nobody(house: House) -> None:
    contact = asks(house)
    house.stage.ready(house.stage.ids.ada, house.stage.ids.bob)
    house.state(contact, "offered")
    first = house.stage.holder(contact)
    assert first is not None
    house.switch.ends(house.phone(first).leg, Ending.NO_ANSWER)
    (second,) = {house.stage.ids.ada, house.stage.ids.bob} - {first}
    phone = house.phone(second)
    house.switch.picks_up(phone.leg)
    line = customer(house)
    house.switch.picks_up(line.leg)
    eventually(lambda: house.switch.together(phone.leg, line.leg), "both in one room")
    assert row(house, contact)["attempts"] == 1


def test_a_restart_in_every_moment_calls_them_all_the_same(house: House) -> None:
    contact = asks(house)
    house.stage.ready(house.stage.ids.ada)
    house.phone(house.stage.ids.ada)
    house.restart()
    agent_up(house)
    line = customer(house)
    house.restart()
    assert house.stage.state(contact) == "in_hand"
    house.switch.picks_up(line.leg)
    phone = house.phone(house.stage.ids.ada)
    eventually(lambda: house.switch.together(phone.leg, line.leg), "both in one room")
    eventually(lambda: row(house, contact)["dials"] is False)
    house.restart()
    house.switch.ends(line.leg)
    house.last(contact, "CallEnded")


def test_outside_the_hours_of_calling_nobody_is_rung(house: House) -> None:
    contact = asks(house)
    # It was Monday at 16:13 in Paris; calls end at 20.
    house.stage.clock.at_ms += 8 * HOUR_MS
    house.stage.ready(house.stage.ids.ada)
    agent_up(house)
    house.state(contact, "waiting")
    assert "CallDialled" not in house.facts(contact)
    assert not [one for one in house.switch.acts if one == ("dial", ZOE)]
    due_ms = house.stage.contact(contact)["not_before_ms"]
    assert due_ms > house.stage.clock.at_ms
