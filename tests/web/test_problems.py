"""Known problems over the API: declared by supervisors, seen on boards and desks, walled by brand."""

from collections.abc import Generator
from typing import Any

import pytest
from starlette.testclient import TestClient

from affluent.centre import offers
from affluent.storage.words import WordsFollower
from tests.web.desk_house import DeskHouse, desk_house
from tests.web.test_board import eventually

API = "/api/v1"


@pytest.fixture
def house(dsn: str) -> Generator[DeskHouse]:
    with desk_house(dsn) as made:
        yield made


def declared(sam: TestClient, house: DeskHouse, **fields: Any) -> int:
    usual: dict[str, Any] = {
        "name": "Late parcels",
        "brand_id": house.ids.north,
        "message_fr": "Deux jours de retard.",
        "message_en": "Two days late.",
        "words": ["parcel"],
        "begins_ms": 1_000,
    }
    answer = sam.post(f"{API}/problems", json={**usual, **fields})
    assert answer.status_code == 201, answer.text
    house.do(lambda tx: None)  # pyright: ignore[reportUnknownLambdaType] -- a command that does nothing
    return answer.json()["id"]


def test_a_supervisor_declares_watches_and_ends_one(house: DeskHouse) -> None:
    sam, ada = house.browser("sam"), house.browser("ada")
    before = house.mail("Where is my parcel?")
    problem = declared(sam, house)
    house.mail("Another parcel")
    house.mail("An invoice", subject="Money")
    (shown,) = sam.get(f"{API}/problems").json()["items"]
    counts = {name: shown[name] for name in ("id", "state", "marked", "waiting", "in_hand")}
    assert counts == {"id": problem, "state": "open", "marked": 2, "waiting": 2, "in_hand": 0}
    assert sum(shown["flow"]) == 2
    assert shown["owner"]["name"] == "Sam"
    found = ada.get(f"{API}/contacts", params={"problem": problem}).json()["items"]
    assert before in {one["id"] for one in found} and len(found) == 2
    figures = sam.get(f"{API}/figures", params={"by": "problem", "last_days": 1})
    assert figures.status_code in (200, 422), figures.text
    assert sam.post(f"{API}/problems/{problem}/end").status_code == 200
    assert sam.get(f"{API}/problems").json()["items"][0]["state"] == "over"


def test_who_may_what(house: DeskHouse) -> None:
    sam, ada, cleo = house.browser("sam"), house.browser("ada"), house.browser("cleo")
    problem = declared(sam, house)
    body = {"name": "x", "brand_id": house.ids.north, "words": ["x"], "begins_ms": 1}
    assert ada.post(f"{API}/problems", json=body).status_code == 403
    assert ada.post(f"{API}/problems/{problem}/end").status_code == 403
    assert cleo.get(f"{API}/problems").json()["items"] == []
    contact = house.mail("My parcel")
    assert cleo.get(f"{API}/contacts/{contact}/problems").status_code == 404
    assert cleo.put(f"{API}/contacts/{contact}/problem", json={"problem_id": None}).status_code == 404


def test_the_desk_says_which_one_it_may_be_and_why(house: DeskHouse) -> None:
    sam, ada = house.browser("sam"), house.browser("ada")
    other = house.mail("Nothing arrived since Monday, the driver never rang", subject="Delivery")
    problem = declared(sam, house)
    like = house.mail("The driver never rang and nothing arrived", subject="Delivery")
    path = f"{API}/contacts/{like}/problems"
    (first,) = ada.get(path).json()["open"]
    assert first["why"] == []
    answer = ada.put(f"{API}/contacts/{other}/problem", json={"problem_id": problem})
    assert answer.json()["marked"]["id"] == problem
    # The server follows too: while it does, nobody else can, and its words come a moment later.
    words = WordsFollower(house.database)
    (first,) = eventually(
        lambda: words.follow() >= 0 and [one for one in ada.get(path).json()["open"] if one["why"]]
    )
    assert first["why"] == [{"code": "alike", "params": {"count": 1}}]
    assert ada.put(f"{API}/contacts/{other}/problem", json={"problem_id": None}).json()["marked"] is None
    lines = ada.get(f"{API}/contacts/{other}").json()["messages"]
    codes = [one["event"]["code"] for one in lines if one["event"]]
    assert codes == ["problem_marked", "problem_unmarked"]


def test_those_marked_are_answered_together(house: DeskHouse) -> None:
    sam, ada = house.browser("sam"), house.browser("ada")
    problem = declared(sam, house)
    mails = [house.mail("My parcel", reply_to="zoe@customer.example") for _ in range(3)]
    ada.put(f"{API}/desk/presence", json={"state": "ready"})
    house.do(offers.accept, contact_id=mails[0], agent_id=house.ids.ada)
    act = {"action": "answer", "text": "It arrives tomorrow."}
    job = sam.post(
        f"{API}/jobs",
        json={"key": "answer-all-1", "act": act, "filters": {"problem": [problem], "state": ["open"]}},
    ).json()
    for _ in range(100):
        job = sam.get(f"{API}/jobs/{job['id']}").json()
        if job["state"] == "done":
            break
    assert (job["done"], job["refused"]) == (2, 1), job
    assert job["refusals"][0]["code"] == "not_in_your_hand"
    for one in mails[1:]:
        told = ada.get(f"{API}/contacts/{one}").json()
        assert (told["contact"]["state"], told["contact"]["outcome"]) == ("closed", "resolved")
        assert "It arrives tomorrow." in [message["text"] for message in told["messages"]]


def test_the_form_tells_before_anyone_writes(house: DeskHouse) -> None:
    sam = house.browser("sam")
    declared(sam, house)
    shown = sam.get("/form/v1/form_door", params={"lang": "fr"}).json()
    assert shown["notices"] == ["Deux jours de retard."]
    assert shown["closed"] is None
