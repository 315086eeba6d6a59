"""A process that stands by shows what the one that writes does, within moments, and writes nothing itself."""

from collections.abc import Generator
from typing import Any

import pytest
from starlette.testclient import TestClient

from affluent.centre.hub import Announcement, ContactMoved, MessageAdded
from affluent.centre.receive import IncomingMail, receive_mail
from affluent.centre.transaction import Transaction
from affluent.cli.compose import Centre, compose
from tests.web.desk_house import PASSWORD, DeskHouse, desk_house
from tests.web.house import WRITES
from tests.web.test_board import API, board, dots, eventually

SOON_S = 4.0


@pytest.fixture
def house(dsn: str) -> Generator[DeskHouse]:
    with desk_house(dsn) as made:
        yield made


@pytest.fixture
def other(house: DeskHouse, dsn: str) -> Generator[Centre]:
    """A second server on the same database."""
    made = compose(dsn)
    try:
        assert not made.runner.wait_until_leading(0.5)
        yield made
    finally:
        made.stop()


def browser(centre: Centre) -> TestClient:
    client = TestClient(centre.app, base_url="http://centre.test", headers=WRITES)
    signed = client.post("/api/v1/session", json={"email": "sam@example.org", "password": PASSWORD})
    assert signed.status_code in (200, 201), signed.text
    return client


def test_the_board_of_a_server_that_stands_by_follows_the_one_that_leads(
    house: DeskHouse, other: Centre
) -> None:

    heard: list[Announcement] = []
    other.hub.subscribe(heard.append)
    sam = browser(other)
    eventually(lambda: board(sam)["queues"], for_s=SOON_S)
    contact = house.mail()
    dot = eventually(lambda: dots(sam).get(contact), for_s=SOON_S)
    assert (dot["state"], dot["owed_ms"]) == ("waiting", dot["arrived_ms"])
    ada = house.browser("ada")
    ada.put(f"{API}/desk/presence", json={"state": "ready"}).raise_for_status()
    eventually(lambda: dots(sam)[contact]["state"] == "offered", for_s=SOON_S)

    def of_ada() -> dict[str, Any]:
        return next(one for one in board(sam)["people"] if one["id"] == house.ids.ada)

    eventually(lambda: of_ada()["state"] == "ready", for_s=SOON_S)
    ada.post(f"{API}/contacts/{contact}/accept").raise_for_status()
    eventually(lambda: dots(sam)[contact]["state"] == "in_hand", for_s=SOON_S)
    ada.post(f"{API}/contacts/{contact}/close", json={"outcome": "resolved"}).raise_for_status()
    eventually(lambda: contact not in dots(sam), for_s=SOON_S)
    assert any(isinstance(one, MessageAdded) and one.contact_id == contact for one in heard)


def test_levers_and_settings_of_the_one_show_on_the_other(house: DeskHouse, other: Centre) -> None:
    there, here = browser(other), house.browser("sam")
    eventually(lambda: board(there)["queues"], for_s=SOON_S)
    path = f"{API}/board/queues/{house.ids.mail}/raise"
    until_ms = house.centre.clock.now_ms() + 600_000
    assert here.post(path, json={"tier": 7, "until_ms": until_ms}).status_code == 200

    def raised() -> Any:
        return next(one for one in board(there)["queues"] if one["id"] == house.ids.mail)["raised"]

    assert eventually(raised, for_s=SOON_S)["tier"] == 7
    # What would be written is refused there, as before.
    assert there.post(path, json={"tier": 8, "until_ms": until_ms}).status_code == 503


def test_who_takes_over_goes_on_without_hearing_twice(house: DeskHouse, other: Centre) -> None:
    sam = browser(other)
    first = house.mail()
    eventually(lambda: dots(sam).get(first), for_s=SOON_S)
    house.centre.runner.stop()
    assert other.runner.wait_until_leading(20)
    heard: list[Announcement] = []
    other.hub.subscribe(heard.append)
    second = other.runner.do(_mail, door=house.ids.mail_door)
    eventually(lambda: dots(sam).get(second), for_s=SOON_S)
    moves = [one for one in heard if isinstance(one, ContactMoved) and one.contact.id == second]
    versions = [one.contact.version for one in moves]
    assert versions == sorted(set(versions)), "each move is told once"


def _mail(tx: Transaction, *, door: int) -> int:
    mail = IncomingMail("other-1", door, 0, "zoe@customer.example", "Zoe", "", "Parcel", "Where?", "Where?")
    return receive_mail(tx, mail=mail)
