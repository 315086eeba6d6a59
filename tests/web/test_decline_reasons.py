"""Why agents decline is the administrator's to say: names and order change, the code stays."""

from collections.abc import Generator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.desk_house import DeskHouse, desk_house

API = "/api/v1"
ADMIN = f"{API}/admin/decline_reasons"
SEEDED = ["busy", "not_mine", "needs_other", "other"]


@pytest.fixture
def desk(dsn: str) -> Generator[DeskHouse]:
    with desk_house(dsn) as made:
        yield made


@pytest.fixture
def chief(desk: DeskHouse) -> TestClient:
    with desk.database.transaction() as conn:
        conn.execute("update account set role = 'administrator' where name = 'Sam'")
        conn.execute("delete from account_brand where account_id = %s", (desk.ids.sam,))
    return desk.browser("sam")


def codes(browser: TestClient) -> list[str]:
    return [one["code"] for one in browser.get(f"{API}/decline-reasons").json()]


def declined(desk: DeskHouse, browser: TestClient, reason: str) -> tuple[int, Any]:
    browser.put(f"{API}/desk/presence", json={"state": "ready"}).raise_for_status()
    contact = desk.mail()
    return contact, browser.post(f"{API}/contacts/{contact}/decline", json={"reason": reason})


def test_the_menu_follows_the_order_and_the_names_that_are_kept(desk: DeskHouse, chief: TestClient) -> None:
    ada = desk.browser("ada")
    assert codes(ada) == SEEDED
    made = chief.post(
        ADMIN, json={"code": "lunch", "name_fr": "Je déjeune", "name_en": "At lunch", "position": 15}
    )
    assert made.status_code == 201, made.text
    assert codes(ada) == ["busy", "lunch", "not_mine", "needs_other", "other"]
    busy = next(one for one in chief.get(ADMIN).json()["items"] if one["code"] == "busy")
    chief.delete(f"{ADMIN}/{busy['id']}").raise_for_status()
    assert codes(ada) == ["lunch", "not_mine", "needs_other", "other"]


def test_a_code_stays_and_is_given_once(chief: TestClient) -> None:
    again = chief.post(ADMIN, json={"code": "busy", "name_fr": "x", "name_en": "x"})
    assert (again.status_code, again.json()["error"]["code"]) == (422, "taken")
    busy = next(one for one in chief.get(ADMIN).json()["items"] if one["code"] == "busy")
    renamed = chief.patch(f"{ADMIN}/{busy['id']}", json={"code": "occupied"})
    assert renamed.status_code == 422


def test_only_a_reason_that_is_offered_declines(desk: DeskHouse) -> None:
    ada = desk.browser("ada")
    contact, refused = declined(desk, ada, "because")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "no_such_reason")
    ada.post(f"{API}/contacts/{contact}/decline", json={"reason": ""}).raise_for_status()


def test_the_timeline_names_the_reason_in_both_languages_as_it_is_called_now(
    desk: DeskHouse, chief: TestClient
) -> None:
    ada, bob = desk.browser("ada"), desk.browser("bob")
    contact, answer = declined(desk, ada, "busy")
    answer.raise_for_status()
    busy = next(one for one in chief.get(ADMIN).json()["items"] if one["code"] == "busy")
    chief.patch(f"{ADMIN}/{busy['id']}", json={"name_en": "Busy elsewhere"}).raise_for_status()
    bob.put(f"{API}/desk/presence", json={"state": "ready"}).raise_for_status()
    bob.post(f"{API}/contacts/{contact}/accept").raise_for_status()
    told = bob.get(f"{API}/contacts/{contact}").json()["messages"]
    events = [one["event"] for one in told if one.get("event")]
    params = next(one["params"] for one in events if one["code"] == "declined")
    assert params["reason"] == "busy"
    assert (params["reason_fr"], params["reason_en"]) == ("Je finis un autre contact", "Busy elsewhere")
