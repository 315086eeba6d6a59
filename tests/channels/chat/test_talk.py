"""A customer and an agent talk over the socket."""

from affluent.centre import answering
from affluent.centre.hub import Typing
from tests.channels.centre import eventually
from tests.channels.chat.conftest import House


def test_no_contact_before_the_first_word(house: House) -> None:
    widget = house.widget().hello()
    assert widget.welcome["state"] == "new"
    assert widget.welcome["channel"]["title"] == "Parlons"
    assert widget.welcome["channel"]["brand"] == "Arvène"
    assert house.centre.contacts() == []


def test_a_question_is_acknowledged_after_its_commit_and_answered(house: House) -> None:
    widget = house.widget().hello()
    seq = widget.said("Bonjour, où est ma carte ?", name="Hélène")
    (contact,) = house.centre.contacts()
    assert contact["subject"] == "Bonjour, où est ma carte ?"
    assert widget.until("state", state="waiting")["place"] == {"ahead": 0}
    house.centre.ready(house.agent)
    contact_id = house.centre.accepts(house.agent)
    assert widget.until("state", state="in_hand")["agent"] == {"name": "Camille"}
    house.centre.answers(house.agent, contact_id, "Elle est partie hier.")
    answer = widget.message("Elle est partie hier.")
    assert answer["from"] == "agent" and answer["name"] == "Camille" and answer["seq"] > seq
    assert answer["key"] is None, "an agent's key is not the customer's business"


def test_notes_and_inner_events_never_reach_the_customer(house: House) -> None:
    widget = house.widget().hello()
    widget.said("Bonjour")
    house.centre.ready(house.agent)
    contact_id = house.centre.accepts(house.agent)
    house.centre.runner.do(
        answering.note, contact_id=contact_id, agent_id=house.agent, key="a-note", text="Cliente difficile"
    )
    house.centre.answers(house.agent, contact_id, "Bonjour !")
    widget.message("Bonjour !")
    again = house.widget(token=widget.token).hello()
    assert [one["text"] for one in again.messages] == ["Bonjour", "Bonjour !"]


def test_two_tabs_hear_the_same(house: House) -> None:
    one = house.widget().hello()
    two = house.widget(token=one.token).hello()
    one.said("depuis le premier")
    two.message("depuis le premier")
    two.said("depuis le second")
    one.message("depuis le second")
    assert len(house.centre.contacts()) == 1


def test_typing_goes_both_ways_and_not_back_to_its_sender(house: House) -> None:
    widget = house.widget().hello()
    widget.said("Bonjour")
    widget.until("state", state="waiting")
    house.centre.ready(house.agent)
    contact_id = house.centre.accepts(house.agent)
    heard: list[Typing] = []
    house.centre.hub.subscribe(lambda one: heard.append(one) if isinstance(one, Typing) else None)
    widget.until("state", state="in_hand")
    widget.send(t="typing", on=True)
    typing = eventually(lambda: heard, "typing")[0]
    assert (typing.contact_id, typing.agent_id, typing.on) == (contact_id, None, True)
    house.centre.hub.publish(Typing(contact_id, house.brand, house.agent, "Camille"))
    assert widget.until("typing")["who"] == "Camille"
    assert widget.quiet()


def test_read_marks_go_both_ways(house: House) -> None:
    widget = house.widget().hello()
    mine = widget.said("Bonjour")
    house.centre.ready(house.agent)
    contact_id = house.centre.accepts(house.agent)
    house.centre.runner.do(answering.agent_reads, contact_id=contact_id, agent_id=house.agent)
    assert widget.until("read")["seq"] == mine
    reply = house.centre.answers(house.agent, contact_id, "Bonjour !")
    widget.message("Bonjour !")
    widget.send(t="read", seq=reply)
    sql = "select delivery from message where id = %s"
    eventually(lambda: house.centre.rows(sql, reply)[0]["delivery"] == "read", "the mark")


def test_the_place_in_line_moves(house: House) -> None:
    first, second = house.widget().hello(), house.widget().hello()
    first.said("un")
    second.said("deux")
    assert second.until("state", state="waiting")["place"] == {"ahead": 1}
    first.send(t="leave")
    first.until("state", state="closed")
    assert second.until("state", state="waiting")["place"] == {"ahead": 0}
