"""Why a contact went where it went, by API: past offers from the journal, candidates while it waits."""

from collections.abc import Generator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.desk_house import DeskHouse, desk_house

API = "/api/v1"


@pytest.fixture
def desk(dsn: str) -> Generator[DeskHouse]:
    with desk_house(dsn) as made:
        yield made


def explained(browser: TestClient, contact: int) -> dict[str, Any]:
    answer = browser.get(f"{API}/contacts/{contact}/explanation")
    assert answer.status_code == 200, answer.text
    return answer.json()


def presence(browser: TestClient, state: str) -> None:
    reason = {"reason": "lunch"} if state == "away" else {}
    browser.put(f"{API}/desk/presence", json={"state": state, **reason}).raise_for_status()


def test_who_could_have_what_waits_and_what_stands_in_their_way(desk: DeskHouse) -> None:
    ada = desk.browser("ada")
    presence(ada, "away")
    found = explained(ada, desk.mail())
    assert found["offers"] == []
    waiting = found["waiting"]
    obstacles = {one["agent"]["name"]: one["obstacles"] for one in waiting["candidates"]}
    assert obstacles == {"Ada": ["away"], "Bob": ["offline"]}, "Cleo is behind the wall"
    assert (waiting["stage"], waiting["stages_ms"], waiting["more"]) == (0, [0], False)


def test_past_offers_tell_their_reasons_and_how_they_ended(desk: DeskHouse) -> None:
    ada, bob = desk.browser("ada"), desk.browser("bob")
    presence(ada, "ready")
    contact = desk.mail()
    assert explained(ada, contact)["waiting"] is None, "it is offered"
    ada.post(f"{API}/contacts/{contact}/decline", json={"reason": "busy"}).raise_for_status()
    refused = explained(ada, contact)["waiting"]
    assert [one["obstacles"] for one in refused["candidates"] if one["agent"]["name"] == "Ada"] == [
        ["refused"]
    ]
    assert ("refused", "Ada") in [
        (one["without"], (one["agent"] or {}).get("name")) for one in refused["otherwise"]
    ]
    presence(bob, "ready")
    bob.post(f"{API}/contacts/{contact}/accept").raise_for_status()
    first, second = explained(bob, contact)["offers"]
    assert (first["agent"]["name"], first["ended"]) == ("Ada", "declined")
    assert (second["agent"]["name"], second["ended"]) == ("Bob", "accepted")
    assert "only_one" in [reason["code"] for reason in first["why"]]


def before(browser: TestClient, contact: int, place: int) -> dict[str, Any]:
    """What is told of the situation just before one of its offers."""
    offer = explained(browser, contact)["offers"][place]
    answer = browser.get(f"{API}/contacts/{contact}/offers/{offer['id']}/explanation")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_offer_of_the_past_tells_who_else_could_have_had_it(desk: DeskHouse) -> None:
    ada, bob = desk.browser("ada"), desk.browser("bob")
    presence(bob, "ready")
    presence(ada, "ready")
    first = desk.mail()
    bob.post(f"{API}/contacts/{first}/accept").raise_for_status()
    second = desk.mail()
    ada.post(f"{API}/contacts/{second}/accept").raise_for_status()
    presence(ada, "away")
    presence(bob, "away")
    told = before(bob, first, 0)
    assert (told["why_not"], told["decided_by"]) == (None, "longest_idle")
    free = [one["agent"]["name"] for one in told["before"]["candidates"] if not one["obstacles"]]
    assert free == ["Bob", "Ada"]
    assert {"without": "longest_idle", "agent": "Ada"} in [
        {**one, "agent": one["agent"]["name"]} for one in told["before"]["otherwise"]
    ]
    assert before(ada, second, 0)["decided_by"] == "least_busy"


def test_a_past_without_rules_says_so(desk: DeskHouse) -> None:
    ada = desk.browser("ada")
    presence(ada, "ready")
    contact = desk.mail()
    desk.query("delete from journal where kind = 'EngineBuilt' returning seq")
    assert before(ada, contact, 0) == {"before": None, "decided_by": None, "why_not": "no_rules"}


def test_the_past_has_walls_too(desk: DeskHouse) -> None:
    ada = desk.browser("ada")
    presence(ada, "ready")
    contact, other = desk.mail(), desk.mail()
    offer = explained(ada, contact)["offers"][0]["id"]
    path = f"{API}/contacts/{{}}/offers/{{}}/explanation"
    assert desk.browser("cleo").get(path.format(contact, offer)).status_code == 404
    assert ada.get(path.format(other, offer)).status_code == 404, "it is no offer of that one"
    assert ada.get(path.format(contact, 999_999)).status_code == 404


def test_nothing_is_told_over_the_wall(desk: DeskHouse) -> None:
    contact = desk.mail()
    assert desk.browser("cleo").get(f"{API}/contacts/{contact}/explanation").status_code == 404
    assert desk.browser("ada").get(f"{API}/contacts/999999/explanation").status_code == 404
