"""Events on their way: each arrives, in the order of its contact, signed; failures are tried again, then parked."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Generator
from typing import Any, get_args

import pytest

from affluent.centre.integration.events import EVENTS, KIND_OF, Kind
from affluent.centre.integration.webhooks import PATIENCE_MS, Outcome, next_try_ms, pause_ms
from affluent.channels.webhooks.signing import headers
from affluent.cli.compose import compose
from affluent.storage.deliveries import PgDeliveries
from tests.channels.centre import eventually
from tests.channels.webhooks.receiver import Answer, Received, Receiver, receiver
from tests.web.integration import ADMIN, Works, at_work

ALL: list[str] = list(EVENTS)
CONTACTS = "/api/v1/contacts"


@pytest.fixture
def crm() -> Generator[Receiver]:
    with receiver() as made:
        yield made


@pytest.fixture
def works(dsn: str) -> Generator[Works]:
    with at_work(dsn, webhooks_private=True) as made:
        yield made


def hook(works: Works, crm: Receiver, **values: Any) -> dict[str, Any]:
    entry = {"name": "CRM", "brand_id": works.brand, "url": crm.url, "events": ALL}
    return works.made("webhooks", **{**entry, **values})


def deliveries(works: Works, webhook: dict[str, Any], **asked: Any) -> list[dict[str, Any]]:
    return works.ada.get(f"{ADMIN}/webhooks/{webhook['id']}/deliveries", params=asked).json()["items"]


def open_contact(works: Works, **more: Any) -> dict[str, Any]:
    answer = works.ada.post(CONTACTS, json=works.opening(**more))
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_the_life_of_a_contact_arrives_in_order_signed_and_as_described(works: Works, crm: Receiver) -> None:
    made = hook(works, crm)
    works.ada.put("/api/v1/desk/presence", json={"state": "ready"})
    contact = open_contact(works, reference="thread-1")["contact_id"]
    works.ada.post(f"{CONTACTS}/{contact}/accept").raise_for_status()
    works.ada.post(f"{CONTACTS}/{contact}/messages", json={"key": "reply-01", "text": "On its way."})
    works.ada.post(f"{CONTACTS}/{contact}/close", json={"outcome": "resolved"}).raise_for_status()
    eventually(lambda: any(b"contact.closed" in one.body for one in crm.had))
    told = [json.loads(one.body) for one in crm.had]
    assert [one["type"] for one in told] == [
        "contact.opened", "message.received", "contact.queued", "contact.offered", "contact.accepted",
        "message.answered", "contact.closed",
    ]  # fmt: skip
    for had, event in zip(crm.had, told, strict=True):
        EVENTS[event["type"]].model_validate(event)
        assert event["id"] == had.id
        signed = headers(had.id, had.body, [made["secret"]], at_s=int(had.headers["webhook-timestamp"]))
        assert signed["webhook-signature"] == had.headers["webhook-signature"]
    seen = told[5]["data"]
    assert seen["contact"]["reference"] == "thread-1" and seen["contact"]["customer"]["external_id"] == "C-1"
    assert (seen["message"]["text"], seen["agent"]["name"]) == ("On its way.", "Ada")
    shown = eventually(lambda: (rows := deliveries(works, made, state="done")) and len(rows) == 7 and rows)
    assert {one["status"] for one in shown} == {204}


def test_an_hour_made_moved_and_cancelled_is_told(works: Works, crm: Receiver) -> None:
    promises = {"most": 1, "every_ms": 1_800_000, "notice_ms": 3_600_000, "days": 2, "remind_ms": None}
    works.ada.patch(f"{ADMIN}/queues/{works.queue}", json={"promises": promises}).raise_for_status()
    hook(works, crm, events=[kind for kind in ALL if kind.startswith("appointment.")])
    first, second, *_ = works.ada.get(f"/api/v1/channels/{works.channel}/hours").json()["items"]
    page = open_contact(works, promised_ms=first)["promised_path"]
    assert works.ada.post(page, data={"answer": "move", "hour": str(second)}).status_code == 200
    assert works.ada.post(page, data={"answer": "cancelled"}).status_code == 200
    eventually(lambda: len(crm.had) == 3)
    told = [json.loads(one.body) for one in crm.had]
    for event in told:
        assert event["data"].pop("contact")["customer"]["external_id"] == "C-1"
    queue = {"id": works.queue, "name": "Messages"}
    assert [(one["type"], one["data"]) for one in told] == [
        ("appointment.made", {"queue": queue, "promised_ms": first}),
        ("appointment.moved", {"queue": queue, "from_ms": first, "promised_ms": second}),
        ("appointment.cancelled", {"promised_ms": second}),
    ]


def test_one_contact_waits_for_its_failed_event_and_the_others_do_not(works: Works, crm: Receiver) -> None:
    refused: dict[int, int] = defaultdict(int)

    def answer(had: Received) -> Answer:
        data = json.loads(had.body)["data"]
        if data["contact"]["id"] == 1 and refused[1] < 1:
            refused[1] += 1
            return 422, {}, "non, pas ça".encode()
        return 200, {}, b""

    crm.answer = answer
    made = hook(works, crm, events=["contact.opened", "message.received", "contact.queued"])
    first, second = open_contact(works)["contact_id"], open_contact(works, key="second-01")["contact_id"]
    assert (first, second) == (1, 2)
    eventually(lambda: len(deliveries(works, made, state="done")) == 3)
    (failing,) = eventually(lambda: deliveries(works, made, state="failing"))
    assert (failing["status"], failing["excerpt"], failing["attempts"]) == (422, "non, pas ça", 1)
    assert failing["due_ms"] > failing["attempted_ms"] + 3_900
    assert len(deliveries(works, made, state="due")) == 3
    again = f"{ADMIN}/webhooks/{made['id']}/deliveries/{failing['id']}/again"
    assert works.ada.post(again).status_code == 202
    eventually(lambda: len(deliveries(works, made, state="done")) == 6)
    of_first = [one for one in crm.had if json.loads(one.body)["data"]["contact"]["id"] == 1]
    assert [json.loads(one.body)["type"] for one in of_first] == [
        "contact.opened", "contact.opened", "message.received", "contact.queued",
    ]  # fmt: skip
    assert of_first[0].id == of_first[1].id, "a repeat bears the identifier of the first try"


def test_an_endpoint_that_is_down_is_left_in_peace_and_hears_all_later(works: Works, crm: Receiver) -> None:
    pause_s, at_once = 6, 4
    crm.answer = lambda _: (503, {"Retry-After": str(pause_s)}, b"later")
    made = hook(works, crm, events=["contact.opened"])
    began_s = time.monotonic()
    for number in range(20):
        open_contact(works, key=f"contact-{number:02}")
    eventually(lambda: len(works.rows("select id from webhook_delivery")) == 20)
    time.sleep(0.5)
    # On a slow machine opening the contacts may outlast the pause that the endpoint asked for: then it is tried again.
    rounds = 1 + int((time.monotonic() - began_s) / pause_s)
    assert len(crm.had) <= at_once * rounds, "each contact's event was tried although the endpoint is down"
    assert works.ada.get(f"{ADMIN}/webhooks/{made['id']}").json()["warnings"][0]["code"] == "webhook_failing"
    crm.answer = lambda _: (200, {}, b"")
    eventually(lambda: len(deliveries(works, made, state="done")) == 20, timeout_s=40)
    assert len(set(crm.ids())) == 20
    assert works.ada.get(f"{ADMIN}/webhooks/{made['id']}").json()["failing_since_ms"] is None


def test_after_three_days_it_is_parked_the_endpoint_disabled_and_all_can_be_sent_again(
    works: Works, crm: Receiver
) -> None:
    crm.answer = lambda _: (500, {}, b"")
    made = hook(works, crm, events=["contact.opened"])
    open_contact(works)
    eventually(lambda: deliveries(works, made, state="failing"))
    works.rows(
        "update webhook set failing_since_ms = failing_since_ms - %s, resume_ms = 0 returning 1", PATIENCE_MS
    )
    works.rows("update webhook_delivery set due_ms = 0 returning 1")
    open_contact(works, key="stirs-it")
    eventually(lambda: not works.ada.get(f"{ADMIN}/webhooks/{made['id']}").json()["active"])
    shown = works.ada.get(f"{ADMIN}/webhooks/{made['id']}").json()
    assert shown["disabled_why"] == "failing" and shown["warnings"][0]["code"] == "webhook_disabled"
    assert works.ada.get(f"{ADMIN}/audit?noun=webhooks").json()["items"][0]["action"] == "disable"
    parked = eventually(lambda: deliveries(works, made, state="parked"))
    crm.answer = lambda _: (200, {}, b"")
    works.ada.patch(f"{ADMIN}/webhooks/{made['id']}", json={"active": True}).raise_for_status()
    assert works.ada.post(f"{ADMIN}/webhooks/{made['id']}/again").json() == {"count": len(parked)}
    eventually(lambda: not deliveries(works, made, state="parked"))
    eventually(lambda: len(deliveries(works, made, state="done")) == len(parked))


def test_an_endpoint_that_says_gone_is_disabled_at_once(works: Works, crm: Receiver) -> None:
    crm.answer = lambda _: (410, {}, b"")
    made = hook(works, crm)
    open_contact(works)
    eventually(lambda: works.ada.get(f"{ADMIN}/webhooks/{made['id']}").json()["disabled_why"] == "gone")


def test_a_redirect_is_not_followed(works: Works, crm: Receiver) -> None:
    crm.answer = lambda _: (302, {"Location": "http://127.0.0.1:1/"}, b"")
    made = hook(works, crm, events=["contact.opened"])
    open_contact(works)
    (one,) = eventually(lambda: deliveries(works, made, state="failing"))
    assert (one["status"], one["error"]) == (302, "webhook_redirect")


def test_a_private_address_is_refused_unless_the_operator_allows_it(dsn: str, crm: Receiver) -> None:
    with at_work(dsn) as works:
        made = hook(works, crm, events=["contact.opened"])
        assert [one["code"] for one in made["warnings"]] == ["webhook_not_https"]
        secure = hook(works, crm, url=f"https://localhost:{crm.port}/", events=["contact.opened"])
        open_contact(works)
        errors = [
            eventually(lambda one=one: deliveries(works, one, state="failing"))[0]["error"]
            for one in (made, secure)
        ]
        assert errors == ["webhook_not_https", "webhook_private"]
        assert crm.had == []


def test_a_test_event_and_a_rotation(works: Works, crm: Receiver) -> None:
    made = hook(works, crm)
    rotated = works.ada.post(f"{ADMIN}/webhooks/{made['id']}/rotate").json()
    assert rotated["secret"] not in works.ada.get(f"{ADMIN}/webhooks/{made['id']}").text
    assert works.ada.post(f"{ADMIN}/webhooks/{made['id']}/test").status_code == 202
    eventually(lambda: crm.had)
    (had,) = crm.had
    secrets = [rotated["secret"], made["secret"]]
    signed = headers(had.id, had.body, secrets, at_s=int(had.headers["webhook-timestamp"]))
    assert signed["webhook-signature"] == had.headers["webhook-signature"]
    assert json.loads(had.body)["type"] == "test.ping" and json.loads(had.body)["id"] == had.id
    now_ms = works.centre.clock.now_ms()
    works.rows(
        "update webhook set secrets = jsonb_set(secrets, '{1,until_ms}', to_jsonb(%s)) returning 1", now_ms
    )
    works.ada.post(f"{ADMIN}/webhooks/{made['id']}/test")
    eventually(lambda: len(crm.had) == 2)
    assert len(crm.had[1].headers["webhook-signature"].split(" ")) == 1


def test_another_brands_contacts_are_not_told(works: Works, crm: Receiver) -> None:
    south = works.made("brands", name="South")["id"]
    walled = hook(works, crm, brand_id=south)
    everyone = hook(works, crm, brand_id=None, events=["contact.opened"])
    open_contact(works)
    eventually(lambda: deliveries(works, everyone, state="done"))
    assert deliveries(works, walled) == []


def test_what_happened_while_no_process_ran_is_told_by_the_next(works: Works, crm: Receiver) -> None:
    dropped = threading.Event()

    def answer(_: Received) -> Answer:
        dropped.set()
        return 503, {}, b""

    crm.answer = answer
    hook(works, crm, events=["contact.opened"])
    open_contact(works)
    assert dropped.wait(15)
    works.centre.stop()
    crm.answer = lambda _: (200, {}, b"")
    works.centre = compose(works.dsn, webhooks_private=True)
    eventually(lambda: works.rows("select id from webhook_delivery where state = 'done'"), timeout_s=40)
    assert len(set(crm.ids())) == 1


def test_every_kind_is_known_and_back_off_grows_to_hours() -> None:
    assert set(KIND_OF.values()) == set(EVENTS) == set(get_args(Kind))
    assert next_try_ms(1, 0) == 4_000 and next_try_ms(1, 1) == 6_000
    assert next_try_ms(50, 0.5) == 4 * 3_600_000 and next_try_ms(1, 0, 60_000) == 60_000
    assert pause_ms(1) == 2_000 and pause_ms(50) == 15 * 60_000
    assert not Outcome(404, None, "", 1).of_endpoint and Outcome(None, "x", "", 1).of_endpoint


def test_one_process_sends_at_a_time(works: Works) -> None:
    eventually(
        lambda: works.rows("select 1 from pg_locks where locktype = 'advisory' and objid = %s", 0x0FF1_0E20)
    )
    assert PgDeliveries(works.centre.database).hold_lock() is None
