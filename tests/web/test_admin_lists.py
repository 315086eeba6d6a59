"""Lists of settings a page at a time: searched, narrowed and walled where they are kept, with two thousand people."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from affluent.centre.administration.administration import Administration
from affluent.centre.administration.nouns import NOUNS
from affluent.centre.wall import Role, Viewer
from affluent.storage.administration import PostgresSettings
from tests.web.house import House
from tests.web.settings import ADMIN, furnish

PEOPLE = 2_000


def crowd(house: House, brand: int, team: int, count: int = PEOPLE) -> None:
    """People with names in an order that their identifiers do not have; each seventh is switched off."""
    house.query(
        "with made as (insert into account (email, name, role, active, team_id, created_ms)"
        " select 'p' || n || '@example.org', 'Émilie ' || lpad(((n * 7919) %% 10007)::text, 5, '0'), 'agent',"
        " n %% 7 <> 0, case when n %% 2 = 0 then %s::bigint end, 1 from generate_series(1, %s) n returning id)"
        " insert into account_brand (account_id, brand_id) select id, %s from made returning 1",
        team, count, brand,
    )  # fmt: skip


def pages(client: TestClient, noun: str, **asked: Any) -> tuple[list[dict[str, Any]], set[int]]:
    """All items, page by page, and the totals that the pages told."""
    items: list[dict[str, Any]] = []
    totals: set[int] = set()
    cursor: str | None = None
    while True:
        answer = client.get(f"{ADMIN}/{noun}", params={**asked, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= asked.get("limit", 100)
        items += page["items"]
        totals.add(page["total"])
        cursor = page["next"]
        if cursor is None:
            return items, totals


def test_two_thousand_people_come_page_by_page_each_once_by_name(
    administrator: TestClient, house: House
) -> None:
    office = furnish(administrator)
    crowd(house, office.brand, office.team)
    items, totals = pages(administrator, "agents", q="émilie")
    assert totals == {PEOPLE} and len({one["id"] for one in items}) == len(items) == PEOPLE
    assert [one["name"] for one in items] == sorted(one["name"] for one in items)


def test_what_is_added_or_renamed_meanwhile_moves_nothing_else(
    administrator: TestClient, house: House
) -> None:
    office = furnish(administrator)
    crowd(house, office.brand, office.team, 30)
    first = administrator.get(f"{ADMIN}/agents", params={"limit": 10, "q": "Emilie"}).json()
    house.query("update account set name = 'Aaron' where id = %s returning 1", first["items"][3]["id"])
    crowd_first = {one["id"] for one in first["items"]}
    rest, _ = pages(administrator, "agents", limit=10, q="Emilie", cursor=first["next"])
    assert crowd_first.isdisjoint(one["id"] for one in rest) and len(rest) == 20


def test_lists_are_searched_without_case_and_accents_and_narrowed(
    administrator: TestClient, house: House
) -> None:
    office = furnish(administrator)
    crowd(house, office.brand, office.team, 70)

    def count(**asked: Any) -> int:
        return pages(administrator, "agents", **asked)[1].pop()

    assert count(q="EMILIE") == count(q="émilie") == 70
    assert count(q="emilie p17@example") == 1
    assert count(q="emilie", team=office.team) == 35
    assert (count(q="emilie", active=False), count(q="emilie", active=True)) == (10, 60)
    assert count(role="administrator") == 1
    assert count(brand=office.brand) == 71 and count(brand=office.brand + 4040) == 0
    other = furnish(administrator, "2")
    assert pages(administrator, "macros", q="customer.NAME")[1] == {2}
    assert pages(administrator, "macros", brand=other.brand)[1] == {1}
    assert [one["id"] for one in pages(administrator, "channels", medium="chat", brand=other.brand)[0]] == [
        other.chat
    ]
    assert pages(administrator, "keys", brand=office.brand)[1] == {1}
    assert [one["id"] for one in pages(administrator, "webhooks", q="hooks")[0]] == [
        office.webhook,
        other.webhook,
    ]
    administrator.delete(office.path("macros")).raise_for_status()
    assert [one["id"] for one in pages(administrator, "macros", archived=1)[0]] == [office.macro]


@pytest.mark.parametrize(
    "asked", [{"cursor": "x"}, {"limit": 0}, {"limit": 101}, {"q": "\x00"}, {"role": "king"}]
)
def test_a_list_asked_for_wrongly_is_refused(administrator: TestClient, asked: dict[str, Any]) -> None:
    assert administrator.get(f"{ADMIN}/agents", params=asked).status_code == 422


def test_pages_hold_what_the_whole_list_does_whoever_looks(administrator: TestClient, house: House) -> None:
    """The wall in the query and the wall of the noun's description are one wall."""
    one, two = furnish(administrator), furnish(administrator, "2")
    administrator.post(f"{ADMIN}/teams", json={"name": "Everyone's"})
    administrator.post(f"{ADMIN}/macros", json={"title": "Everyone's", "body": "Hello"})
    administrator.post(
        f"{ADMIN}/webhooks", json={"name": "All", "url": "https://all.example/", "events": ["contact.opened"]}
    )
    administration = Administration(PostgresSettings(house.database), house.clock)
    for brands in (None, {one.brand}, {one.brand, two.brand}, {4040}, set[int]()):
        viewer = Viewer(1, "Ada", Role.ADMINISTRATOR, "en", None if brands is None else frozenset(brands))
        for noun in NOUNS:
            whole = administration.list_(viewer, noun)
            page = administration.page(viewer, noun)
            assert page.rows == whole and page.total == len(whole), (noun, brands)
