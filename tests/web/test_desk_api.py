"""The desk over HTTP: what agents do, what is refused, and the brand wall through every route."""

import base64
import json
import re
from collections.abc import Generator
from email.message import EmailMessage
from typing import Any, LiteralString

import pytest
from starlette.testclient import TestClient

from affluent.centre import passwords
from affluent.centre.receive import receive_mail
from affluent.channels.email.door import as_incoming
from affluent.channels.email.parse import parse
from affluent.cli.compose import Centre, compose
from affluent.routing import warm_up
from affluent.storage.database import Database
from tests.centre.stage import furnish
from tests.channels.centre import eventually
from tests.web.desk_house import indexed_first
from tests.web.house import WRITES

PASSWORD = "a-long-password"


class Desk:
    """A composed centre, with browsers of its people."""

    def __init__(self, dsn: str, *before: LiteralString) -> None:
        self.ids = furnish(dsn)
        self.database = Database(dsn, size_max=2)
        self.database.open()
        password_hash = passwords.hashed(PASSWORD)
        with self.database.transaction() as conn:
            conn.execute("update account set password_hash = %s", (password_hash,))
            for statement in before:
                conn.execute(statement)
        self.centre: Centre = compose(dsn)
        assert self.centre.runner.wait_until_leading(30)

    def browser(self, name: str, **headers: str) -> TestClient:
        client = TestClient(self.centre.app, base_url="http://centre.test", headers={**WRITES, **headers})
        client.event_hooks = {"request": [indexed_first(self.database)]}
        answer = client.post(
            "/api/v1/session", json={"email": f"{name}@example.org", "password": PASSWORD}, headers=WRITES
        )
        assert answer.status_code in (200, 201), answer.text
        return client

    def mail(self, **parts: Any) -> int:
        from affluent.centre.receive import IncomingMail, receive_mail  # noqa: PLC0415 -- one line of a stage

        usual: dict[str, Any] = {
            "key": f"mail-{len(parts)}-{parts}",
            "channel_id": self.ids.mail_door,
            "received_ms": 0,
            "sender": "zoe@customer.example",
            "sender_name": "Zoe",
            "reply_to": "",
            "subject": "Parcel",
            "text": "Where?",
            "new_text": "Where?",
        }
        return self.centre.runner.do(receive_mail, mail=IncomingMail(**{**usual, **parts}))

    def stop(self) -> None:
        self.centre.stop()
        self.database.close()


@pytest.fixture
def desk(dsn: str) -> Generator[Desk]:
    warm_up(lambda line: None)
    made = Desk(dsn)
    try:
        yield made
    finally:
        made.stop()


def offered(desk: Desk, ada: TestClient, **parts: Any) -> int:
    ada.put("/api/v1/desk/presence", json={"state": "ready"}).raise_for_status()
    contact = desk.mail(**parts)
    offers = ada.get("/api/v1/desk").json()["offers"]
    assert [one["id"] for one in offers] == [contact]
    return contact


def test_an_agent_serves_a_contact_from_offer_to_close(desk: Desk) -> None:
    ada = desk.browser("ada")
    contact = offered(desk, ada)
    conversation = ada.post(f"/api/v1/contacts/{contact}/accept").json()
    assert conversation["contact"]["can"]["reply"] is True
    assert [one["text"] for one in conversation["messages"] if one["direction"] == "in"] == ["Where?"]
    words = {"key": "reply-key-1", "kind": "reply", "text": "Here."}
    first = ada.post(f"/api/v1/contacts/{contact}/messages", json=words)
    again = ada.post(f"/api/v1/contacts/{contact}/messages", json=words)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["delivery"] == "pending"
    note = {"key": "note-key-1", "kind": "note", "text": "Calm."}
    assert ada.post(f"/api/v1/contacts/{contact}/messages", json=note).json()["direction"] == "note"
    assert ada.put(f"/api/v1/contacts/{contact}/draft", json={"text": "He"}).status_code == 200
    assert ada.post(f"/api/v1/contacts/{contact}/read").status_code == 200
    assert ada.get(f"/api/v1/contacts/{contact}").json()["draft"]["text"] == "He"
    later = 4_000_000_000_000
    assert ada.post(f"/api/v1/contacts/{contact}/sleep", json={"until_ms": later}).status_code == 422
    assert ada.post(f"/api/v1/contacts/{contact}/sleep", json={"until_ms": None}).status_code == 200
    assert ada.get("/api/v1/desk").json()["sleeping"][0]["id"] == contact
    assert ada.post(f"/api/v1/contacts/{contact}/wake").status_code == 200
    ending = {"outcome": "resolved", "motive_id": desk.ids.motive, "note": "Done."}
    assert ada.post(f"/api/v1/contacts/{contact}/close", json=ending).status_code == 200
    assert ada.post(f"/api/v1/contacts/{contact}/close", json=ending).status_code == 403
    thread = ada.get(f"/api/v1/contacts/{contact}").json()["messages"]
    events = [one["event"] for one in thread if one["direction"] == "event"]
    assert [one["code"] for one in events] == ["accepted", "slept", "woke", "closed"]
    assert events[-1]["params"] == {"agent": "Ada", "outcome": "resolved"}
    found = ada.get("/api/v1/contacts", params={"q": "parcel"}).json()["items"]
    assert [(one["id"], one["state"]) for one in found] == [(contact, "closed")]


def test_the_desk_shows_what_was_promised_and_the_work_after_a_contact(desk: Desk) -> None:
    with desk.database.transaction() as conn:
        conn.execute("update queue set wrap_up_ms = 600000")
    ada = desk.browser("ada")
    contact = offered(desk, ada)
    assert ada.post(f"/api/v1/contacts/{contact}/accept").status_code == 200
    hour_ms = ada.get("/api/v1/desk").json()["now_ms"] + 3_600_000
    at = f"/api/v1/contacts/{contact}"
    assert ada.post(f"{at}/sleep", json={"until_ms": None, "promised": True}).status_code == 422
    assert ada.post(f"{at}/sleep", json={"until_ms": hour_ms, "promised": True}).status_code == 200
    shown = ada.get("/api/v1/desk").json()
    assert [(one["id"], one["not_before_ms"]) for one in shown["promised"]] == [(contact, hour_ms)]
    assert ada.post(f"{at}/take").status_code == 200
    assert ada.post(f"{at}/close", json={"outcome": "resolved"}).status_code == 200
    shown = ada.get("/api/v1/desk").json()
    assert [one["id"] for one in shown["wrapping"]] == [contact]
    assert shown["in_hand"] == shown["promised"] == []
    assert [one["in_hand"] for one in shown["capacity"] if one["medium"] == "email"] == [1]
    assert desk.browser("bob").post(f"{at}/wrapped").status_code == 403
    assert ada.post(f"{at}/wrapped").status_code == 200
    assert ada.get("/api/v1/desk").json()["wrapping"] == []
    assert ada.post(f"{at}/wrapped").status_code == 409


def test_who_lets_an_offer_pass_is_told_that_nothing_else_comes_and_can_end_that(dsn: str) -> None:
    warm_up(lambda line: None)
    desk = Desk(dsn, "update queue set offer_ms = 1000, set_aside_ms = 600000")
    try:
        ada = desk.browser("ada")
        offered(desk, ada)
        assert ada.get("/api/v1/desk").json()["presence"]["rests_until_ms"] is None
        rests = eventually(lambda: ada.get("/api/v1/desk").json()["presence"]["rests_until_ms"])
        assert 590_000 < rests - ada.get("/api/v1/desk").json()["now_ms"] <= 600_000
        assert ada.get("/api/v1/desk").json()["offers"] == []
        presence = "/api/v1/desk/presence"
        assert ada.put(presence, json={"state": "away", "reason": "missed"}).status_code == 200
        back = ada.put(presence, json={"state": "ready"}).json()
        assert back["presence"]["rests_until_ms"] is None
        assert eventually(lambda: ada.get("/api/v1/desk").json()["offers"])
    finally:
        desk.stop()


def test_writes_without_our_header_are_refused(desk: Desk) -> None:
    ada = desk.browser("ada")
    contact = offered(desk, ada)
    bare = TestClient(desk.centre.app, base_url="http://centre.test", cookies=ada.cookies)
    assert bare.get("/api/v1/desk").status_code == 200
    for answer in (
        bare.post(f"/api/v1/contacts/{contact}/accept"),
        bare.put("/api/v1/desk/presence", json={"state": "away", "reason": "lunch"}),
        bare.post(f"/api/v1/contacts/{contact}/close", json={"outcome": "spam"}),
    ):
        assert answer.status_code == 403, answer.text
    assert ada.get(f"/api/v1/contacts/{contact}").json()["contact"]["state"] == "offered"


def test_nothing_of_a_brand_is_seen_from_behind_its_wall(desk: Desk) -> None:
    ada, cleo = desk.browser("ada"), desk.browser("cleo")
    contact = offered(desk, ada)
    inside = ada.post(f"/api/v1/contacts/{contact}/accept").json()
    words = {"key": "reply-key-2", "kind": "reply", "text": "Secret"}
    message = ada.post(f"/api/v1/contacts/{contact}/messages", json=words).json()["id"]
    upload = ada.post("/api/v1/files", files={"file": ("a.txt", b"secret", "text/plain")}).json()["id"]
    customer = inside["customer"]["id"]
    at = f"/api/v1/contacts/{contact}"
    tries: list[tuple[str, str, Any]] = [
        ("GET", at, None),
        ("POST", f"{at}/accept", None),
        ("POST", f"{at}/decline", {}),
        ("POST", f"{at}/take", None),
        ("POST", f"{at}/messages", words),
        ("POST", f"{at}/messages", {**words, "kind": "note"}),
        ("POST", f"{at}/messages/{message}/retry", None),
        ("PUT", f"{at}/draft", {"text": "x"}),
        ("POST", f"{at}/typing", None),
        ("POST", f"{at}/read", None),
        ("POST", f"{at}/transfer", {"queue_id": desk.ids.south_chat}),
        ("POST", f"{at}/sleep", {}),
        ("POST", f"{at}/wake", None),
        ("POST", f"{at}/close", {"outcome": "spam"}),
        ("GET", f"/api/v1/customers/{customer}", None),
        ("PATCH", f"/api/v1/customers/{customer}", {"name": "Mine"}),
        ("GET", f"/api/v1/files/{upload}", None),
    ]
    for method, path, body in tries:
        answer = cleo.request(method, path, json=body)
        assert answer.status_code == 404, (method, path, answer.text)
        nowhere = path.replace(f"/contacts/{contact}", "/contacts/999999")
        nowhere = nowhere.replace(f"/customers/{customer}", "/customers/999999")
        nowhere = nowhere.replace(f"/files/{upload}", "/files/999999")
        assert cleo.request(method, nowhere, json=body).json() == answer.json(), (
            "it looks as if it were not there"
        )
    assert cleo.get("/api/v1/contacts").json()["items"] == []
    for params in (
        {"q": "Parcel"},
        {"customer": customer},
        {"queue": desk.ids.mail},
        {"agent": desk.ids.ada},
    ):
        assert cleo.get("/api/v1/contacts", params=params).json()["items"] == []
    assert cleo.get("/api/v1/motives").json() == []
    seen = json.dumps([cleo.get("/api/v1/directory").json(), cleo.get("/api/v1/desk").json()])
    assert "Ada" not in seen
    assert "mail" not in {one["name"] for one in cleo.get("/api/v1/directory").json()["queues"]}
    assert ada.get(f"/api/v1/contacts/{contact}").json()["customer"]["name"] == "Zoe"


def test_a_transfer_does_not_cross_the_wall(desk: Desk) -> None:
    ada = desk.browser("ada")
    contact = offered(desk, ada)
    ada.post(f"/api/v1/contacts/{contact}/accept").raise_for_status()
    for to in ({"queue_id": desk.ids.south_chat}, {"agent_id": desk.ids.cleo}):
        assert ada.post(f"/api/v1/contacts/{contact}/transfer", json=to).status_code == 404


def test_who_is_not_signed_in_sees_nothing(desk: Desk) -> None:
    client = TestClient(desk.centre.app, base_url="http://centre.test", headers=WRITES)
    for path in ("desk", "contacts", "contacts/1", "customers/1", "macros", "motives", "directory", "stream"):
        assert client.get(f"/api/v1/{path}").status_code == 401, path


def test_a_supervisor_sees_both_brands_and_a_refusal_speaks_the_readers_language(desk: Desk) -> None:
    contact = desk.mail()
    sam = desk.browser("sam")
    assert [one["id"] for one in sam.get("/api/v1/contacts").json()["items"]] == [contact]
    answer = sam.post(f"/api/v1/contacts/{contact}/accept")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "offer_gone"


def test_bad_questions_are_refused_with_the_field(desk: Desk) -> None:
    ada = desk.browser("ada")
    for path in ("/api/v1/contacts?cursor=%%%", "/api/v1/contacts?queue=x", "/api/v1/contacts?unknown=1"):
        answer = ada.get(path)
        assert answer.status_code == 422, path
        assert answer.json()["error"]["code"]
    body = {"key": "short", "text": "x"}
    assert ada.post("/api/v1/contacts/1/messages", json=body).status_code == 422


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def pictured() -> bytes:
    """A mail that shows a picture of its own; the second is called an attachment, as some programs do."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "zoe@customer.example", "help@north.example", "Broken"
    letter["Message-ID"] = "<pictured@customer.example>"
    letter.set_content("See the picture.")
    letter.add_alternative(
        '<p>See <img src="cid:one@x"> and <img src="cid:two@x"><img src="cid:none@x"><img src="/api/v1/desk">'
        '<img src="https://far.example/track.png"></p>',
        subtype="html",
    )
    letter.add_attachment(PIXEL, "image", "png", cid="<one@x>", disposition="inline", filename="one.png")
    letter.add_attachment(PIXEL, "image", "png", cid="<two@x>", filename="two.png")
    return letter.as_bytes()


def test_pictures_inside_a_mail_are_shown_from_its_own_files(desk: Desk) -> None:
    raw = pictured()
    incoming = as_incoming(parse(raw), raw, desk.ids.mail_door, "pictured", 0, loop=False, flood=False)
    contact = desk.centre.runner.do(receive_mail, mail=incoming)
    ada = desk.browser("ada")
    (message,) = [
        one for one in ada.get(f"/api/v1/contacts/{contact}").json()["messages"] if one["direction"] == "in"
    ]
    shown = re.findall(r' src="([^"]*)"', message["html"])
    numbers = [one["id"] for one in message["attachments"]]
    assert shown == [f"/api/v1/files/{number}?inline=1" for number in numbers]
    for address in shown:
        answer = ada.get(address)
        assert answer.content == PIXEL
        assert answer.headers["content-type"] == "image/png"
        assert desk.browser("cleo").get(address).status_code == 404
    assert 'data-src="https://far.example/track.png"' in message["html"]
    assert "/api/v1/desk" not in message["html"]
