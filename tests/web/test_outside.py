"""An integrator's own channel: contacts brought in, continued, answered; customers kept in step."""

from collections.abc import Generator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.integration import Works, at_work

CONTACTS = "/api/v1/contacts"


@pytest.fixture
def works(dsn: str) -> Generator[Works]:
    with at_work(dsn) as made:
        yield made


@pytest.fixture
def program(works: Works) -> TestClient:
    return works.program(works.key()["secret"])


def test_a_program_opens_serves_and_closes_a_contact(works: Works, program: TestClient) -> None:
    program.put("/api/v1/desk/presence", json={"state": "ready"}).raise_for_status()
    opened = program.post(CONTACTS, json=works.opening(reference="thread-1"))
    assert opened.status_code == 201, opened.text
    contact = f"{CONTACTS}/{opened.json()['contact_id']}"
    assert program.get("/api/v1/desk").json()["offers"][0]["id"] == opened.json()["contact_id"]
    assert program.post(f"{contact}/accept").status_code == 200
    reply = program.post(f"{contact}/messages", json={"key": "reply-0001", "text": "On its way."}).json()
    assert reply["delivery"] == "sent" and reply["author"]["name"] == "Ada"
    told = program.post(f"{contact}/messages/{reply['id']}/delivery", json={"delivery": "delivered"})
    assert told.json()["delivery"] == "delivered"
    assert program.post(f"{contact}/close", json={"outcome": "resolved"}).status_code == 200
    page = program.get(f"{contact}/messages?limit=1").json()
    assert page["items"][0]["text"] == "Where is my parcel?" and page["next"]
    rest = program.get(f"{contact}/messages?cursor={page['next']}").json()
    assert [one["text"] for one in rest["items"] if one["direction"] == "out"] == ["On its way."]


def test_a_repeat_of_its_key_opens_one_contact(works: Works, program: TestClient) -> None:
    first = program.post(CONTACTS, json=works.opening(key="delivery-1"))
    again = program.post(CONTACTS, json=works.opening(key="delivery-1"))
    assert first.json() == again.json()
    assert len(works.rows("select id from contact")) == 1


def test_the_customer_goes_on_and_after_the_end_on_the_same_request(
    works: Works, program: TestClient
) -> None:
    program.put("/api/v1/desk/presence", json={"state": "ready"})
    opened = program.post(CONTACTS, json=works.opening(reference="thread-1")).json()
    contact = f"{CONTACTS}/{opened['contact_id']}"
    more = program.post(f"{contact}/incoming", json={"text": "Well?", "key": "second-word"}).json()
    assert more["contact_id"] == opened["contact_id"] and more["message_id"] != opened["message_id"]
    program.post(f"{contact}/accept").raise_for_status()
    program.post(f"{contact}/close", json={"outcome": "resolved"}).raise_for_status()
    later = program.post(f"{contact}/incoming", json={"text": "Still not here", "key": "third-word"}).json()
    assert later["contact_id"] != opened["contact_id"] and later["request_id"] == opened["request_id"]
    again = program.post(f"{contact}/incoming", json={"text": "Still not here", "key": "third-word"}).json()
    assert again == later | {"state": again["state"]}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"customer": {}}, 422, "customer_needed"),
        ({"text": " "}, 422, "empty_message"),
        ({"channel_id": 10_000}, 404, "not_found"),
        ({"file_ids": [99]}, 422, "file_unknown"),
        ({"customer": {"email": "no"}}, 422, "not_an_email"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_and_leaves_nothing(
    works: Works, program: TestClient, change: dict[str, object], status: int, code: str
) -> None:
    answer = program.post(CONTACTS, json={**works.opening(), **change})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert works.rows("select id from contact") == [] == works.rows("select id from customer")


def test_another_kind_of_channel_takes_nothing_in(works: Works, program: TestClient) -> None:
    chat = works.made("channels", brand_id=works.brand, medium="chat", name="Chat", settings={})["id"]
    refused = program.post(CONTACTS, json=works.opening() | {"channel_id": chat})
    assert refused.json()["error"]["code"] == "channel_not_yours"
    program.delete(f"/api/v1/admin/channels/{works.channel}").raise_for_status()
    assert program.post(CONTACTS, json=works.opening()).status_code == 404


def test_customers_are_kept_by_their_external_identifier(works: Works, program: TestClient) -> None:
    entry = {"brand_id": works.brand, "external_id": "C-7", "name": "Zoé", "segment": "gold"}
    address = {"addresses": [{"kind": "email", "value": "Zoe@Example.org"}]}
    made = program.put("/api/v1/customers", json=entry | address)
    assert made.status_code == 201, made.text
    again = program.put("/api/v1/customers", json={**entry, "name": "Zoé Martin"})
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    assert again.json()["segment"] == "gold" and len(again.json()["addresses"]) == 2
    found = program.get("/api/v1/customers?email=zoe@example.org&external_id=C-7").json()["items"]
    assert [one["name"] for one in found] == ["Zoé Martin"]
    taken = program.put("/api/v1/customers", json={**entry, "external_id": "C-8", **address})
    assert taken.json()["error"]["code"] == "address_of_other_customer"
    opened = program.post(CONTACTS, json=works.opening() | {"customer": {"external_id": "C-7"}}).json()
    assert opened["customer_id"] == made.json()["id"]


def test_a_card_changed_by_hand_keeps_the_external_identifier(works: Works, program: TestClient) -> None:
    made = program.put("/api/v1/customers", json={"brand_id": works.brand, "external_id": "C-7"}).json()
    works.ada.patch(f"/api/v1/customers/{made['id']}", json={"addresses": []}).raise_for_status()
    assert program.get("/api/v1/customers?external_id=C-7").json()["items"][0]["id"] == made["id"]


PROMISES = {"most": 1, "every_ms": 1_800_000, "notice_ms": 3_600_000, "days": 2, "remind_ms": None}


def test_a_program_asks_for_an_hour_and_is_told_which_are_left_when_it_is_taken(
    works: Works, program: TestClient
) -> None:
    hours = f"/api/v1/channels/{works.channel}/hours"
    assert program.get(hours).json() == {"timezone": "UTC", "every_ms": 0, "items": []}
    changed = works.ada.patch(f"/api/v1/admin/queues/{works.queue}", json={"promises": PROMISES})
    assert changed.status_code == 200, changed.text
    first, second, *_ = program.get(hours).json()["items"]
    asked = {"promised_ms": first, "timezone": "America/Montreal"}
    opened = program.post(CONTACTS, json=works.opening(**asked))
    assert opened.status_code == 201, opened.text
    assert opened.json()["promised_ms"] == first
    page = program.get(opened.json()["promised_path"])
    assert page.status_code == 200
    assert "America/Montreal" in page.text
    lost = program.post(CONTACTS, json=works.opening(**asked, key="second-one"))
    error = lost.json()["error"]
    assert (lost.status_code, error["code"], error["details"]["hours_ms"][0]) == (409, "hour_full", second)
    assert len(works.rows("select id from contact")) == 1
    assert program.get("/api/v1/channels/99999/hours").status_code == 404


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"promised_ms": 1}, "hour_unknown"),
        ({"promised_ms": 1, "timezone": "Moon/Tycho"}, "unknown_timezone"),
        ({"timezone": "../../etc/passwd"}, "unknown_timezone"),
    ],
)
def test_a_program_that_asks_for_no_hour_is_refused(
    works: Works, program: TestClient, asked: dict[str, Any], code: str
) -> None:
    works.ada.patch(f"/api/v1/admin/queues/{works.queue}", json={"promises": PROMISES}).raise_for_status()
    answer = program.post(CONTACTS, json=works.opening(**asked))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert works.rows("select id from contact") == []


@pytest.mark.parametrize(
    ("medium", "promises", "code"),
    [
        ("chat", PROMISES, "hours_of_writing_only"),
        ("email", {**PROMISES, "notice_ms": 2 * 86_400_000}, "notice_beyond_days"),
        ("email", {**PROMISES, "most": 0}, "too_small"),
    ],
)
def test_promises_that_cannot_be_kept_are_refused_when_saved(
    works: Works, medium: str, promises: dict[str, object], code: str
) -> None:
    entry = {"brand_id": works.brand, "name": medium, "medium": medium, "target_ms": 60_000}
    answer = works.ada.post("/api/v1/admin/queues", json={**entry, "promises": promises})
    assert answer.status_code == 422
    if code != "too_small":
        assert answer.json()["error"]["code"] == code


def test_the_closing_words_are_shown_as_they_will_be_said(works: Works) -> None:
    office = {"mon": [["09:00", "12:00"]], "tue": [], "wed": [], "thu": [], "fri": [], "sat": [], "sun": []}
    hours = works.made("hours", name="Office", timezone="Europe/Paris", weekly=office)["id"]
    asked = {"brand_id": works.brand, "hours_id": hours, "closing_fr": "Le service dort."}
    shown = works.ada.post("/api/v1/admin/queues/closing", json=asked).json()
    assert shown["fr"].startswith("Le service dort. Nous rouvrons le lundi ")
    assert shown["en"].startswith("We are closed. We open again on Monday ")
    works.ada.patch(
        f"/api/v1/admin/brands/{works.brand}", json={"closing_en": "All sleep."}
    ).raise_for_status()
    assert works.ada.post("/api/v1/admin/queues/closing", json=asked).json()["en"].startswith("All sleep.")
    assert works.ada.post("/api/v1/admin/queues/closing", json={**asked, "brand_id": 999}).status_code == 404
