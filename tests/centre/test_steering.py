"""Motives steered to the channels that suit them: offered, never forced; words and place go along."""

from typing import Any

import pytest
from psycopg.types.json import Jsonb

from affluent.centre import going_on, offers, steering
from affluent.centre.refusals import Invalid, NotFound, Refusal
from affluent.facts.instants import DAY_MS, MINUTE_MS
from tests.centre.stage import Stage, insert

TOLD = "Pour un retard, un e-mail garde la trace de tout."


def steered(stage: Stage, *media: str, words: str = "retard", waiting: int = 3) -> None:
    """The motive suits these media; a rule gives it to whoever says the word."""
    with stage.database.transaction() as conn:
        conn.execute(
            "update motive set media = %s, steer_fr = %s, steer_waiting = %s where id = %s",
            (Jsonb(list(media)), TOLD, waiting, stage.ids.motive),
        )
        insert(
            conn,
            "rule",
            brand_id=stage.ids.north,
            name="steer",
            conditions=Jsonb([{"field": "words", "op": "contains", "value": words}]),
            actions={"motive_id": stage.ids.motive},
        )
        conn.execute("insert into setting values ('public_url', '\"https://help.example\"')")
    stage.change("select 1")


def token_of(stage: Stage, contact: int) -> str:
    return stage.query("select token from steering where contact_id = %s", contact)[0]["token"]


def accepted(stage: Stage, contact: int, **more: Any) -> going_on.Moved:
    usual: dict[str, Any] = {"token_hash": b"chat", "language": "fr", "email": "zoe@customer.example"}
    return stage.do(going_on.accept, token=token_of(stage, contact), **{**usual, **more})


def test_a_chat_is_offered_the_mail_and_goes_on_there_with_words_and_place(stage: Stage) -> None:
    steered(stage, "email")
    _, contact = stage.chat("Quel retard !")
    before = stage.contact(contact)
    assert (before["steered"], before["state"]) == ("offered", "waiting"), "offered, and waiting all the same"
    stage.clock.at_ms += MINUTE_MS
    moved = accepted(stage, contact)
    new, old = stage.contact(moved.contact_id), stage.contact(contact)
    assert (old["state"], old["outcome"], old["steered"]) == ("closed", "duplicate", "accepted")
    assert (new["medium"], new["queue_id"], new["request_id"]) == ("email", stage.ids.mail, old["request_id"])
    assert new["place_ms"] == before["place_ms"], "the place goes along"
    assert new["reply_address"]["to"] == "zoe@customer.example"
    assert new["motive_id"] == stage.ids.motive
    words = stage.query("select text from message where contact_id = %s and direction = 'in'", new["id"])
    assert [row["text"] for row in words] == ["Quel retard !"]
    assert stage.query("select state from request where id = %s", new["request_id"])[0]["state"] == "open"


def test_a_form_is_offered_the_chat_while_few_wait_there(stage: Stage) -> None:
    steered(stage, "chat", words="b", waiting=0)
    contact = stage.form("form-1")
    assert stage.contact(contact)["steered"] == "offered"
    moved = accepted(stage, contact)
    assert (moved.site, stage.contact(moved.contact_id)["medium"]) == ("chat_door", "chat")
    chat = stage.query("select contact_id from chat where token_hash = %s", b"chat")[0]
    assert chat["contact_id"] == moved.contact_id
    assert stage.contact(stage.form("form-2"))["steered"] is None, "one waits there by now"


def test_a_mail_gets_the_way_to_the_chat_once_a_day(stage: Stage) -> None:
    steered(stage, "chat")
    stage.ready(stage.ids.cleo)
    letter: dict[str, Any] = {
        "text": "Un retard",
        "new_text": "Un retard",
        "reply_to": "zoe@customer.example",
    }
    first = stage.mail(**letter)
    texts = stage.query("select text from message where contact_id = %s and direction = 'out'", first)
    assert [row["text"] for row in texts] == [f"{TOLD}\n\nhttps://help.example/move/{token_of(stage, first)}"]
    assert "MessageAnswered" not in stage.facts(first)
    assert stage.contact(stage.mail(**letter))["steered"] is None
    stage.clock.at_ms += DAY_MS
    assert stage.contact(stage.mail(**letter))["steered"] == "offered"


def test_who_refuses_waits_on_where_they_are(stage: Stage) -> None:
    steered(stage, "email")
    _, contact = stage.chat("Quel retard !")
    for _ in range(2):
        stage.do(steering.refuse, token=token_of(stage, contact))
    row = stage.contact(contact)
    assert (row["state"], row["steered"], row["queue_id"]) == ("waiting", "refused", stage.ids.chat)
    assert stage.facts(contact).count("SteeringRefused") == 1
    with pytest.raises(Refusal):
        accepted(stage, contact)


def test_whom_an_agent_is_about_to_answer_is_not_taken_away(stage: Stage) -> None:
    steered(stage, "email")
    _, contact = stage.chat("Quel retard !")
    stage.ready(stage.ids.ada)
    assert stage.state(contact) == "offered"
    with pytest.raises(Refusal) as refused:
        accepted(stage, contact)
    assert refused.value.code == "steered_too_late"
    stage.do(offers.accept, contact_id=contact, agent_id=stage.ids.ada)
    assert stage.contact(contact)["steered"] == "offered"


def test_a_second_yes_moves_nobody_twice(stage: Stage) -> None:
    steered(stage, "email")
    _, contact = stage.chat("Quel retard !")
    accepted(stage, contact)
    with pytest.raises(Refusal):
        accepted(stage, contact)
    assert len(stage.query("select 1 as one from contact")) == 2


def test_a_mail_needs_an_address_and_a_token_its_offer(stage: Stage) -> None:
    steered(stage, "email")
    _, contact = stage.chat("Quel retard !")
    with pytest.raises(Invalid):
        accepted(stage, contact, email="")
    with pytest.raises(NotFound):
        stage.do(going_on.accept, token="no-such-token", token_hash=b"x", language="fr")


def test_who_is_at_the_right_door_is_offered_nothing(stage: Stage) -> None:
    steered(stage, "chat", "email")
    assert stage.contact(stage.chat("Quel retard !")[1])["steered"] is None
    assert stage.contact(stage.chat("Bonjour")[1])["steered"] is None


def test_a_closed_chat_is_not_offered(stage: Stage) -> None:
    steered(stage, "chat", words="b")
    closed = {"timezone": "Europe/Paris", "name": "never", "weekly": {}}
    with stage.database.transaction() as conn:
        hours = insert(conn, "hours", **closed)
        conn.execute("update queue set hours_id = %s where id = %s", (hours, stage.ids.chat))
    stage.change("select 1")
    assert stage.contact(stage.form("form-1"))["steered"] is None


def test_it_stands_after_a_restart(stage: Stage) -> None:
    steered(stage, "email")
    _, contact = stage.chat("Quel retard !")
    stage.restart()
    moved = accepted(stage, contact)
    stage.ready(stage.ids.ada)
    assert stage.holder(moved.contact_id) == stage.ids.ada
