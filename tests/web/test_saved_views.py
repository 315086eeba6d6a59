"""Saved views: whose they are, who sees them, what they count, and the wall between brands."""

from collections.abc import Generator
from typing import Any

import pytest

from tests.web.desk_house import DeskHouse, desk_house

VIEWS = "/api/v1/views"


@pytest.fixture
def desk(dsn: str) -> Generator[DeskHouse]:
    with desk_house(dsn) as made:
        yield made


def team(desk: DeskHouse, *accounts: int) -> None:
    made = desk.query("insert into team (name) values ('Front') returning id")[0]["id"]
    desk.query("update account set team_id = %s where id = any(%s) returning id", made, list(accounts))


def names(browser: Any) -> list[str]:
    return [one["name"] for one in browser.get(VIEWS).json()["items"]]


def test_a_view_keeps_filters_order_and_columns_and_counts_for_whoever_asks(desk: DeskHouse) -> None:
    ada, bob = desk.browser("ada"), desk.browser("bob")
    team(desk, desk.ids.ada, desk.ids.bob)
    contact = desk.in_hand(ada)
    view = {
        "name": "Chez moi", "filters": {"agent": ["me"], "state": ["open"], "q": "parcel"},
        "sort": "due", "columns": ["queue", "due"], "shared": "team",
    }  # fmt: skip
    made = ada.post(VIEWS, json=view)
    assert made.status_code == 201, made.text
    assert made.json()["filters"]["agent"] == ["me"] and made.json()["may_change"]
    for browser, count in ((ada, 1), (bob, 0)):
        assert browser.get(f"{VIEWS}/counts").json()["items"] == [
            {"id": made.json()["id"], "count": count, "more": False}
        ]
    theirs = bob.get(VIEWS).json()["items"][0]
    assert theirs["owner"]["name"] == "Ada" and not theirs["may_change"]
    assert bob.delete(f"{VIEWS}/{theirs['id']}").status_code == 403
    assert bob.patch(f"{VIEWS}/{theirs['id']}", json={"name": "Mine"}).status_code == 403
    changed = ada.patch(
        f"{VIEWS}/{theirs['id']}", json={"name": "Mes ouverts", "filters": {"state": ["closed"]}}
    )
    assert changed.json()["name"] == "Mes ouverts"
    assert changed.json()["filters"]["q"] is None and changed.json()["columns"] == ["queue", "due"]
    assert bob.get(f"{VIEWS}/counts").json()["items"][0]["count"] == 0
    ada.post(f"/api/v1/contacts/{contact}/close", json={"outcome": "resolved"}).raise_for_status()
    assert ada.get(f"{VIEWS}/counts").json()["items"][0]["count"] == 1
    assert ada.delete(f"{VIEWS}/{theirs['id']}").status_code == 200
    assert names(bob) == []


def test_each_person_orders_what_they_see(desk: DeskHouse) -> None:
    ada, sam = desk.browser("ada"), desk.browser("sam")
    ids = [ada.post(VIEWS, json={"name": name}).json()["id"] for name in ("B", "A")]
    shared = sam.post(VIEWS, json={"name": "C", "shared": "everyone"}).json()["id"]
    assert names(ada) == ["A", "B", "C"]
    assert ada.put(f"{VIEWS}/order", json={"ids": [shared, ids[0]]}).status_code == 200
    assert names(ada) == ["C", "B", "A"] and names(sam) == ["C"]
    assert sam.put(f"{VIEWS}/order", json={"ids": [ids[0]]}).status_code == 404


def test_sharing_needs_a_team_or_the_right_and_stays_on_its_side_of_the_wall(desk: DeskHouse) -> None:
    ada, cleo, sam = desk.browser("ada"), desk.browser("cleo"), desk.browser("sam")
    no_team = ada.post(VIEWS, json={"name": "T", "shared": "team"})
    assert (no_team.status_code, no_team.json()["error"]["code"]) == (409, "no_team")
    assert ada.post(VIEWS, json={"name": "E", "shared": "everyone"}).status_code == 403
    assert names(ada) == [], "a refused view is not kept"
    team(desk, desk.ids.ada, desk.ids.cleo)
    secret = ada.post(VIEWS, json={"name": "North only", "shared": "team"}).json()["id"]
    both = sam.post(VIEWS, json={"name": "Both", "shared": "everyone"}).json()["id"]
    assert names(cleo) == ["Both"]
    assert cleo.patch(f"{VIEWS}/{secret}", json={"name": "x"}).status_code == 404
    assert cleo.delete(f"{VIEWS}/{secret}").status_code == 404
    assert cleo.delete(f"{VIEWS}/{both}").status_code == 403
    for bad in (
        {"name": ""},
        {"name": "x", "filters": {"x": 1}},
        {"name": "x", "sort": "no"},
        {"name": "x", "y": 1},
    ):
        assert ada.post(VIEWS, json=bad).status_code == 422, bad
