"""The customer's card: addresses are checked, stay on their side of the wall, and their changes are told."""

from collections.abc import Generator
from typing import Any

import pytest

from affluent.routing import warm_up
from tests.web.test_desk_api import Desk, offered


@pytest.fixture
def desk(dsn: str) -> Generator[Desk]:
    warm_up(lambda line: None)
    made = Desk(dsn)
    try:
        yield made
    finally:
        made.stop()


def _email(value: str) -> dict[str, str]:
    return {"kind": "email", "value": value}


def _phone(value: str) -> dict[str, str]:
    return {"kind": "phone", "value": value}


def test_addresses_are_added_and_removed_and_the_trail_tells(desk: Desk) -> None:
    ada = desk.browser("ada")
    contact = offered(desk, ada)
    card = ada.get(f"/api/v1/contacts/{contact}").json()["customer"]
    at = f"/api/v1/customers/{card['id']}"
    assert card["addresses"] == [_email("zoe@customer.example")]

    wanted = [_email("ZOE@Work.Example"), _phone("06 12 34 56 78"), _phone("+33612345678")]
    changed = ada.patch(at, json={"addresses": wanted})
    assert changed.status_code == 200, changed.text
    assert changed.json()["addresses"] == [_email("zoe@work.example"), _phone("+33612345678")]

    sam = desk.browser("sam")
    with desk.database.transaction() as conn:
        entry = conn.execute("select * from audit order by id desc limit 1").fetchone()
    assert entry is not None
    assert entry["before"] == {"addresses": ["zoe@customer.example"]}
    assert entry["after"] == {"addresses": ["+33612345678", "zoe@work.example"]}
    assert entry["brand_ids"] == [desk.ids.north]
    assert sam.get(at).json()["addresses"] == changed.json()["addresses"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (_email("zoe at home"), "not_an_email"),
        (_phone("12"), "not_a_phone"),
        (_phone("call me"), "not_a_phone"),
    ],
)
def test_what_is_no_address_is_refused_with_its_place(desk: Desk, wrong: dict[str, Any], code: str) -> None:
    ada = desk.browser("ada")
    contact = offered(desk, ada)
    at = f"/api/v1/customers/{ada.get(f'/api/v1/contacts/{contact}').json()['customer']['id']}"
    answer = ada.patch(at, json={"addresses": [_email("zoe@customer.example"), wrong]})
    assert answer.status_code == 422
    assert (answer.json()["error"]["code"], answer.json()["error"]["field"]) == (code, "addresses.1.value")
    assert ada.get(at).json()["addresses"] == [_email("zoe@customer.example")]


def test_the_address_of_another_customer_is_refused_and_nothing_changes(desk: Desk) -> None:
    ada = desk.browser("ada")
    offered(desk, ada)
    desk.mail(sender="yann@customer.example", sender_name="Yann")
    found = ada.get("/api/v1/contacts", params={"q": "yann"}).json()["items"][0]["customer"]
    both = {"name": "Yann G.", "addresses": [_email("yann@customer.example"), _email("zoe@customer.example")]}
    answer = ada.patch(f"/api/v1/customers/{found['id']}", json=both)
    assert answer.status_code == 409
    assert answer.json()["error"]["field"] == "addresses.1.value"
    assert "Zoe" in answer.json()["error"]["message"]
    assert ada.get(f"/api/v1/customers/{found['id']}").json()["name"] == "Yann"


def test_a_chat_visitor_keeps_the_address_of_their_browser(desk: Desk) -> None:
    ada = desk.browser("ada")
    contact = offered(desk, ada)
    customer = ada.get(f"/api/v1/contacts/{contact}").json()["customer"]["id"]
    with desk.database.transaction() as conn:
        conn.execute(
            "insert into customer_address (customer_id, brand_id, kind, value) values (%s, %s, 'chat', '7')",
            (customer, desk.ids.north),
        )
    at = f"/api/v1/customers/{customer}"
    kept = ada.patch(at, json={"addresses": []}).json()["addresses"]
    assert kept == [{"kind": "chat", "value": "7"}]
    assert ada.patch(at, json={"addresses": [{"kind": "chat", "value": "8"}]}).json()["addresses"] == kept
