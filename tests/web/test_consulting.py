"""Several agents on one contact, as their browsers see it; a supervisor's levers over people."""

import time
from collections.abc import Callable, Generator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.centre.replay import replayed
from tests.centre.stage import settings_changed
from tests.web.desk_house import DeskHouse, desk_house

API = "/api/v1"


@pytest.fixture
def house(dsn: str) -> Generator[DeskHouse]:
    with desk_house(dsn) as made:
        yield made
        journal = made.query("select * from journal order by seq")
        states = {row["id"]: row["state"] for row in made.query("select id, state from contact")}
        assert replayed(journal) == states, "the journal tells the same as the rows"


def desk(browser: TestClient) -> dict[str, Any]:
    return browser.get(f"{API}/desk").raise_for_status().json()


def read(browser: TestClient, contact: int) -> dict[str, Any]:
    return browser.get(f"{API}/contacts/{contact}").raise_for_status().json()


def ready(browser: TestClient) -> None:
    browser.put(f"{API}/desk/presence", json={"state": "ready"}).raise_for_status()


def refused(answer: Any) -> str:
    assert answer.status_code >= 400, answer.text
    return answer.json()["error"]["code"]


def events(conversation: dict[str, Any]) -> list[str]:
    return [one["event"]["code"] for one in conversation["messages"] if one["direction"] == "event"]


def dot(browser: TestClient, contact: int) -> dict[str, Any]:
    contacts = browser.get(f"{API}/board").raise_for_status().json()["contacts"]
    return next((one for one in contacts if one["id"] == contact), {"beside": None})


def person(browser: TestClient, agent: int) -> dict[str, Any]:
    people = browser.get(f"{API}/board").raise_for_status().json()["people"]
    return next(one for one in people if one["id"] == agent)


def wait_for(seen: Callable[[], bool]) -> None:
    """The board follows the commits by a moment."""
    deadline_s = time.monotonic() + 10
    while not seen():
        assert time.monotonic() < deadline_s, "the board never showed it"
        time.sleep(0.05)


def test_a_consultation_from_the_question_to_the_handing_over(house: DeskHouse) -> None:
    ada, bob = house.browser("ada"), house.browser("bob")
    contact = house.in_hand(ada)
    ready(bob)
    before = read(ada, contact)["contact"]
    assert (before["can"]["invite"], before["can"]["join"], before["together"]) == (True, False, [])
    asked = {"agent_id": house.ids.bob, "note": "Is this one of yours?"}
    ada.post(f"{API}/contacts/{contact}/invitations", json=asked).raise_for_status()
    (invitation,) = desk(bob)["invitations"]
    assert (invitation["id"], invitation["mine"]["by"]["name"]) == (contact, "Ada")
    assert (invitation["asked"], invitation["mine"]["part"]) == ("Is this one of yours?", "consult")
    came = bob.post(f"{API}/contacts/{contact}/invitation/accept").raise_for_status().json()
    assert (came["contact"]["can"]["reply"], came["contact"]["can"]["leave"]) == (False, True)
    assert [one["text"] for one in came["messages"] if one["direction"] == "note"] == [asked["note"]]
    mine = desk(bob)
    assert [one["id"] for one in mine["beside"]] == [contact] and mine["invitations"] == []
    emails = next(one for one in mine["capacity"] if one["medium"] == "email")
    assert emails["in_hand"] == 1
    message = {"kind": "reply", "key": "reply-of-bob", "text": "Good morning"}
    assert refused(bob.post(f"{API}/contacts/{contact}/messages", json=message)) == "not_in_your_hand"
    whisper = {"kind": "note", "key": "note-of-bob", "text": "Yes, it is ours"}
    bob.post(f"{API}/contacts/{contact}/messages", json=whisper).raise_for_status()
    part = {"conference": True}
    ada.put(f"{API}/contacts/{contact}/parts/{house.ids.bob}", json=part).raise_for_status()
    bob.post(f"{API}/contacts/{contact}/messages", json=message).raise_for_status()
    given = {"agent_id": house.ids.bob, "note": "Thank you"}
    ada.post(f"{API}/contacts/{contact}/hand-over", json=given).raise_for_status()
    after = read(bob, contact)
    assert (after["contact"]["agent"]["name"], after["contact"]["together"]) == ("Bob", [])
    assert [one["id"] for one in desk(bob)["in_hand"]] == [contact]
    assert desk(ada)["in_hand"] == desk(ada)["beside"] == []
    assert events(after) == ["accepted", "invited", "joined", "may_answer", "handed_over"]
    assert refused(ada.post(f"{API}/contacts/{contact}/hand-over", json=given)) == "not_in_your_hand"


def test_declining_says_why_and_leaving_is_ones_own(house: DeskHouse) -> None:
    ada, bob = house.browser("ada"), house.browser("bob")
    contact = house.in_hand(ada)
    ready(bob)
    asked = {"agent_id": house.ids.bob}
    ada.post(f"{API}/contacts/{contact}/invitations", json=asked).raise_for_status()
    no = {"reason": "In a meeting"}
    bob.post(f"{API}/contacts/{contact}/invitation/decline", json=no).raise_for_status()
    lines = [one["event"] for one in read(ada, contact)["messages"] if one["direction"] == "event"]
    assert lines[-1] == {
        "code": "invitation_declined",
        "params": {"agent": "Bob", "by": "Ada", "reason": "In a meeting"},
    }
    assert refused(bob.post(f"{API}/contacts/{contact}/invitation/accept")) == "invitation_gone"
    ada.post(f"{API}/contacts/{contact}/invitations", json=asked).raise_for_status()
    bob.post(f"{API}/contacts/{contact}/invitation/accept").raise_for_status()
    assert refused(bob.delete(f"{API}/contacts/{contact}/parts/{house.ids.ada}")) == "not_in_your_hand"
    bob.delete(f"{API}/contacts/{contact}/parts/{house.ids.bob}").raise_for_status()
    bob.delete(f"{API}/contacts/{contact}/parts/{house.ids.bob}").raise_for_status()
    assert events(read(ada, contact))[-2:] == ["joined", "left"]


def test_a_supervisor_joins_from_the_board_and_is_seen(house: DeskHouse) -> None:
    ada, sam = house.browser("ada"), house.browser("sam")
    contact = house.in_hand(ada)
    assert read(sam, contact)["contact"]["can"]["join"] is True
    assert refused(ada.post(f"{API}/board/contacts/{contact}/join", json={})) == "forbidden"
    sam.post(f"{API}/board/contacts/{contact}/join", json={}).raise_for_status()
    (seen,) = read(ada, contact)["contact"]["together"]
    assert (seen["agent"]["name"], seen["part"]) == ("Sam", "supervision")
    wait_for(lambda: dot(sam, contact)["beside"] == [house.ids.sam])
    sam.post(f"{API}/board/contacts/{contact}/join", json={"answers": True}).raise_for_status()
    message = {"kind": "reply", "key": "reply-of-sam", "text": "Good morning"}
    sam.post(f"{API}/contacts/{contact}/messages", json=message).raise_for_status()
    assert refused(sam.post(f"{API}/board/contacts/{contact}/take-over")) == "agent_lacks_skill"
    sam.delete(f"{API}/contacts/{contact}/parts/{house.ids.sam}").raise_for_status()
    assert events(read(ada, contact))[-3:] == ["joined_supervision", "may_answer", "left"]


def test_limits_are_lifted_for_a_while_and_taken_back(house: DeskHouse) -> None:
    ada, sam = house.browser("ada"), house.browser("sam")
    ready(ada)
    until_ms = desk(ada)["now_ms"] + 3_600_000
    lifted = {"extra": {"email": 2}, "until_ms": until_ms}
    path = f"{API}/board/agents/{house.ids.ada}/lift"
    assert refused(ada.put(path, json=lifted)) == "forbidden"
    assert refused(sam.put(path, json={**lifted, "extra": {"voice": 1}})) == "limits_not_lifted"
    sam.put(path, json=lifted).raise_for_status()
    email = next(one for one in desk(ada)["capacity"] if one["medium"] == "email")
    assert (email["limit"], email["extra"], email["extra_until_ms"]) == (3, 2, until_ms)
    offered = [house.mail(sender=f"c{number}@customer.example") for number in range(6)]
    assert len(desk(ada)["offers"]) == 5 and offered
    wait_for(lambda: person(sam, house.ids.ada)["lifted"] == {"email": 2})
    assert person(sam, house.ids.ada)["lifted_until_ms"] == until_ms
    sam.delete(path).raise_for_status()
    email = next(one for one in desk(ada)["capacity"] if one["medium"] == "email")
    assert email["extra"] == 0
    acts = house.query("select action from audit where noun = 'agents' order by id")
    assert [one["action"] for one in acts] == ["lift", "lift"]


def test_a_team_is_found_in_the_directory_with_who_is_ready(house: DeskHouse) -> None:
    ada, bob = house.browser("ada"), house.browser("bob")
    house.query("insert into team (name) values ('Experts') returning id")
    house.query("update account set team_id = (select id from team) where name = 'Bob' returning id")
    ready(bob)
    teams = ada.get(f"{API}/directory").raise_for_status().json()["teams"]
    assert [(one["name"], one["ready"]) for one in teams] == [("Experts", 1)]


def test_a_reserve_that_is_shut_says_why_on_the_board(house: DeskHouse) -> None:
    ada, sam = house.browser("ada"), house.browser("sam")
    house.query(
        "insert into agent_reserve (name, brand_id, medium, queue_ids, agents) values"
        " ('Chats first', %s, 'chat', jsonb_build_array(%s::bigint), 1) returning id",
        house.ids.north,
        house.ids.chat,
    )
    house.do(settings_changed)
    ready(ada)
    (kept,) = sam.get(f"{API}/board/reserves").raise_for_status().json()["items"]
    assert (kept["name"], kept["shut"], kept["free"], kept["keeps"]) == ("Chats first", True, 1, 1)
    ready(house.browser("bob"))
    (kept,) = sam.get(f"{API}/board/reserves").raise_for_status().json()["items"]
    assert (kept["shut"], kept["free"]) == (False, 2)
    assert refused(ada.get(f"{API}/board/reserves")) == "forbidden"
