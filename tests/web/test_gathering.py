"""Acts on many contacts, mentions and other notifications, templates filled in, conversations exported."""

import time
from collections.abc import Generator
from typing import Any

import pytest
from starlette.testclient import TestClient

from affluent.centre.answering import delivery_moved
from affluent.centre.notifying import named
from tests.web.desk_house import DeskHouse, desk_house

API = "/api/v1"


@pytest.fixture
def desk(dsn: str) -> Generator[DeskHouse]:
    with desk_house(dsn) as made:
        yield made


def job(browser: TestClient, key: str, act: dict[str, Any], **of: Any) -> dict[str, Any]:
    answer = browser.post(f"{API}/jobs", json={"key": key, "act": act, **of})
    assert answer.status_code == 202, answer.text
    return finished(browser, answer.json()["id"])


def finished(browser: TestClient, job_id: int) -> dict[str, Any]:
    for _ in range(400):
        found = browser.get(f"{API}/jobs/{job_id}").json()
        if found["state"] == "done":
            return found
        time.sleep(0.05)
    raise AssertionError("the job does not end")


def notices(browser: TestClient) -> list[tuple[str, int]]:
    return [(one["kind"], one["contact_id"]) for one in browser.get(f"{API}/notifications").json()["items"]]


def test_a_supervisor_closes_many_sees_who_was_refused_and_takes_it_back(desk: DeskHouse) -> None:
    ada, sam, cleo = desk.browser("ada"), desk.browser("sam"), desk.browser("cleo")
    held = desk.in_hand(ada)
    ada.put(f"{API}/desk/presence", json={"state": "away", "reason": "lunch"}).raise_for_status()
    waiting = [desk.mail(sender=f"c{n}@x.example") for n in range(3)]
    done = job(
        sam, "job-key-1", {"action": "close", "outcome": "resolved"}, contact_ids=[*waiting, held, 999_999]
    )
    assert (done["total"], done["done"], done["refused"], done["can_undo"]) == (4, 4, 0, True)
    again = job(sam, "job-key-2", {"action": "spam"}, contact_ids=waiting[:1])
    assert (again["refused"], again["refusals"][0]["contact_id"]) == (1, waiting[0])
    assert again["refusals"][0]["message"] and not again["can_undo"]
    same = sam.post(
        f"{API}/jobs", json={"key": "job-key-1", "act": {"action": "spam"}, "contact_ids": waiting}
    )
    assert same.json()["id"] == done["id"], "a repeat of the key is the first"
    undo = sam.post(f"{API}/jobs/{done['id']}/undo", json={"key": "undo-key-1"})
    assert undo.status_code == 202, undo.text
    assert finished(sam, undo.json()["id"])["done"] == 4
    states = {row["id"]: row["state"] for row in desk.query("select id, state from contact")}
    assert states == {held: "in_hand", **dict.fromkeys(waiting, "waiting")}
    assert (
        sam.post(f"{API}/jobs/{done['id']}/undo", json={"key": "undo-key-1"}).json()["id"]
        == undo.json()["id"]
    )
    assert cleo.get(f"{API}/jobs/{done['id']}").status_code == 404
    walled = cleo.post(
        f"{API}/jobs", json={"key": "job-key-9", "act": {"action": "spam"}, "contact_ids": waiting}
    )
    assert walled.json()["error"]["code"] == "no_contacts"


def test_an_agent_acts_on_what_is_theirs_and_a_job_on_filters_takes_what_they_leave(desk: DeskHouse) -> None:
    ada, sam = desk.browser("ada"), desk.browser("sam")
    held = desk.in_hand(ada)
    ada.put(f"{API}/desk/presence", json={"state": "away", "reason": "lunch"}).raise_for_status()
    waits = desk.mail(sender="b@x.example")
    motive = {"action": "motive", "motive_id": desk.ids.motive}
    mine = job(ada, "job-key-1", motive, contact_ids=[held, waits])
    assert (mine["done"], [one["contact_id"] for one in mine["refusals"]]) == (1, [waits])
    assert desk.query("select motive_id from contact where id = %s", held)[0]["motive_id"] == desk.ids.motive
    undo = ada.post(f"{API}/jobs/{mine['id']}/undo", json={"key": "undo-key-1"}).json()
    assert finished(ada, undo["id"])["done"] == 1
    assert desk.query("select motive_id from contact where id = %s", held)[0]["motive_id"] is None
    slept = job(ada, "job-key-2", {"action": "sleep"}, filters={"agent": ["me"]})
    assert (slept["done"], desk.query("select state from contact where id = %s", held)[0]["state"]) == (
        1,
        "sleeping",
    )
    desk.browser("bob").put(f"{API}/desk/presence", json={"state": "ready"}).raise_for_status()
    to_bob = {"action": "assign", "agent_id": desk.ids.bob}
    silent = job(sam, "job-key-4", to_bob, contact_ids=[held])
    assert [one["code"] for one in silent["refusals"]] == ["reason_needed"], "as on the board"
    given = job(sam, "job-key-3", {**to_bob, "reason": "Ada is away"}, filters={"state": ["open"]})
    assert given["done"] == 2
    owners = {row["agent_id"] for row in desk.query("select agent_id from contact")}
    assert owners == {desk.ids.bob}
    assert ("assigned", held) in notices(desk.browser("bob"))
    for bad in ({"contact_ids": [1], "filters": {}}, {}, {"contact_ids": []}):
        answer = sam.post(f"{API}/jobs", json={"key": "job-key-8", "act": {"action": "spam"}, **bad})
        assert answer.status_code in (409, 422), answer.text


def test_a_colleague_named_in_a_note_is_told_until_they_have_read_it(desk: DeskHouse) -> None:
    ada, bob, cleo = desk.browser("ada"), desk.browser("bob"), desk.browser("cleo")
    contact = desk.in_hand(ada)
    note = {"key": "note-key-1", "kind": "note", "text": "@bob, @Cleo et @Ada : qui connaît ce client ?"}
    ada.post(f"{API}/contacts/{contact}/messages", json=note).raise_for_status()
    told = bob.get(f"{API}/notifications").json()
    assert told["unread"] == 1
    assert told["items"][0]["by"]["name"] == "Ada" and "qui connaît" in told["items"][0]["text"]
    assert notices(cleo) == [] and notices(ada) == [], "nobody over the wall, and not the writer"
    assert bob.post(f"{API}/notifications/read", json={"contact_id": contact}).status_code == 200
    after = bob.get(f"{API}/notifications").json()
    assert (after["unread"], after["items"][0]["read"]) == (0, True)


def test_of_names_that_begin_alike_the_one_that_stands_there_is_told() -> None:
    people = [(1, "Ana"), (2, "Ana Ruiz"), (3, "Zoé"), (4, "Ruiz")]
    assert named("@ana ruiz, peux-tu ?", people) == [(2, "Ana Ruiz")]
    assert named("@Ana, @zoe", people) == [(1, "Ana"), (3, "Zoé")]
    assert named("@Anabelle, mail@zoe.example, ana", people) == [(3, "Zoé")]


def test_one_is_told_of_what_woke_was_given_or_did_not_go_out(desk: DeskHouse) -> None:
    ada, bob = desk.browser("ada"), desk.browser("bob")
    contact = desk.in_hand(ada)
    reply = {"key": "reply-key-1", "kind": "reply", "text": "Here."}
    message = ada.post(f"{API}/contacts/{contact}/messages", json=reply).json()["id"]
    desk.do(delivery_moved, message_id=message, delivery="failed", error="550")
    ada.post(f"{API}/contacts/{contact}/sleep", json={}).raise_for_status()
    desk.mail("Still there?", thread=("<1@customer.example>",))
    bob.put(f"{API}/desk/presence", json={"state": "ready"}).raise_for_status()
    ada.post(f"{API}/contacts/{contact}/transfer", json={"agent_id": desk.ids.bob}).raise_for_status()
    assert notices(ada) == [("woke", contact), ("reply_failed", contact)]
    assert notices(bob) == [("assigned", contact)]


def test_templates_ask_and_are_filled_in_for_a_contact(desk: DeskHouse) -> None:
    ada = desk.browser("ada")
    contact = desk.in_hand(ada, language="fr")
    body = "{{#fr}}Bonjour {{customer.name}}{{/fr}}{{#else}}Hi{{/else}} {{field:Numéro}} {{agent.name}}"
    macro = desk.query("insert into macro (title, body) values ('T', %s) returning id", body)[0]["id"]
    assert ada.get(f"{API}/macros").json()[0]["fields"] == [
        {"label": "Numéro", "kind": "text", "choices": []}
    ]
    at = f"{API}/macros/{macro}/fill"
    first = ada.post(at, json={"contact_id": contact}).json()
    assert first["text"] == "Bonjour Zoe [Numéro] Ada" and first["missing"][0]["label"] == "Numéro"
    filled = ada.post(at, json={"contact_id": contact, "values": {"Numéro": "417"}}).json()
    assert (filled["text"], filled["missing"]) == ("Bonjour Zoe 417 Ada", [])
    assert desk.browser("cleo").post(at, json={"contact_id": contact}).status_code == 404


def test_an_export_holds_the_conversation_escapes_it_and_leaves_a_trace(desk: DeskHouse) -> None:
    ada, cleo = desk.browser("ada"), desk.browser("cleo")
    contact = desk.in_hand(ada, text='<script>alert(1)</script> & "quotes"')
    note = {"key": "note-key-1", "kind": "note", "text": "A secret note"}
    ada.post(f"{API}/contacts/{contact}/messages", json=note).raise_for_status()
    page = ada.get(f"{API}/contacts/{contact}/print")
    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text and "&lt;script&gt;alert(1)" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "A secret note" not in page.text
    assert "A secret note" in ada.get(f"{API}/contacts/{contact}/print", params={"notes": True}).text
    data = ada.get(f"{API}/contacts/{contact}/export").json()
    assert [one["direction"] for one in data["messages"]] == ["in"]
    assert data["customer"]["addresses"][0]["value"] == "zoe@customer.example"
    trail = desk.query("select account_id, noun_id, after from audit where action = 'export' order by id")
    assert [(row["account_id"], row["noun_id"], row["after"]["form"], row["after"]["notes"]) for row in trail] == [
        (desk.ids.ada, contact, "html", False), (desk.ids.ada, contact, "html", True),
        (desk.ids.ada, contact, "json", False),
    ]  # fmt: skip
    for path in ("export", "print"):
        assert cleo.get(f"{API}/contacts/{contact}/{path}").status_code == 404
