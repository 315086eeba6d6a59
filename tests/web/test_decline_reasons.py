"""Why agents decline is the administrator's to say: names and order change, the code stays."""

from collections import Counter
from collections.abc import Generator
from random import Random
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


def counted_by_hand(desk: DeskHouse, brands: set[int]) -> Counter[str]:
    """What a slow reader of the journal counts."""
    brand_of = {row["id"]: row["brand_id"] for row in desk.query("select id, brand_id from contact")}
    rows = desk.query("select contact_id, data from journal where kind = 'OfferDeclined' order by seq")
    return Counter(row["data"].get("reason", "") for row in rows if brand_of[row["contact_id"]] in brands)


def test_declines_are_counted_by_reason_with_the_offers_behind(desk: DeskHouse, chief: TestClient) -> None:
    ada, bob = desk.browser("ada"), desk.browser("bob")
    chance = Random(7)
    for _ in range(12):
        declined(desk, ada, chance.choice(["busy", "not_mine", "other", ""]))[1].raise_for_status()
    ada.put(f"{API}/desk/presence", json={"state": "offline"}).raise_for_status()
    bob.put(f"{API}/desk/presence", json={"state": "ready"}).raise_for_status()
    for row in desk.query("select id from contact where state = 'offered' and agent_id = %s", desk.ids.bob):
        answer = bob.post(f"{API}/contacts/{row['id']}/decline", json={"reason": chance.choice(["busy", ""])})
        answer.raise_for_status()
    items = {one["code"]: one for one in chief.get(ADMIN).json()["items"]}
    chief.delete(f"{ADMIN}/{items['busy']['id']}").raise_for_status()
    with desk.database.transaction() as conn:
        conn.execute("delete from decline_reason where code = 'other'")
    now_ms = desk.query("select max(at_ms) as at_ms from journal")[0]["at_ms"]
    span = {"from_ms": now_ms - 3_600_000, "to_ms": now_ms + 1}
    by_hand = counted_by_hand(desk, {desk.ids.north})
    assert by_hand.total() >= 12 and {"busy", "other", ""} <= by_hand.keys()

    found = chief.get(f"{API}/figures/declines", params=span).json()
    assert {one["code"] or "": one["count"] for one in found["items"]} == by_hand
    assert found["total"] == by_hand.total()
    told = {one["code"]: (one["name"], one["archived"]) for one in found["items"]}
    assert told["busy"] == (items["busy"]["name_fr"], True), "archived, and counted on"
    assert told["other"] == (None, None) and told[None] == (None, None)
    for one in found["items"]:
        asked = {"unsaid": True} if one["code"] is None else {"code": one["code"]}
        page = chief.get(f"{API}/figures/declines/contacts", params={**span, **asked}).json()
        assert (page["total"], len(page["items"])) == (one["count"], one["count"])
        assert len({row["contact_id"] for row in page["items"]}) == one["contacts"]
        assert len({row["agent"] for row in page["items"]}) == one["agents"]
        assert {row["code"] for row in page["items"]} == {one["code"]}
    queue = {"queue": desk.ids.mail}
    assert chief.get(f"{API}/figures/declines", params={**span, **queue}).json()["total"] == found["total"]
    assert chief.get(f"{API}/figures/declines", params={**span, "medium": "chat"}).json()["total"] == 0
    mine = ada.get(f"{API}/figures/declines", params=span).json()["total"]
    of_ada = desk.query(
        "select count(*) as n from journal where kind = 'OfferDeclined' and agent_id = %s", desk.ids.ada
    )[0]["n"]
    assert mine == of_ada < found["total"], "an agent sees their own"
    cleo = desk.browser("cleo").get(f"{API}/figures/declines", params=span).json()
    assert cleo["total"] == 0, "of the other brand"
