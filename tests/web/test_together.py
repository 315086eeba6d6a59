"""Merging, splitting, reopening: what goes where, that nothing is lost, and that each can be taken back."""

from collections.abc import Generator
from typing import Any

import pytest
from starlette.testclient import TestClient

from affluent.centre.likeness import evidence
from tests.centre.replay import replayed
from tests.web.desk_house import DeskHouse, desk_house

API = "/api/v1"


@pytest.fixture
def desk(dsn: str) -> Generator[DeskHouse]:
    with desk_house(dsn) as made:
        yield made
        journal = made.query("select * from journal order by seq")
        states = {row["id"]: row["state"] for row in made.query("select id, state from contact")}
        assert replayed(journal) == states, "the journal tells the same as the rows"


def read(browser: TestClient, contact: int) -> dict[str, Any]:
    answer = browser.get(f"{API}/contacts/{contact}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def post(browser: TestClient, path: str, **body: Any) -> Any:
    answer = browser.post(f"{API}{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def away(browser: TestClient) -> None:
    browser.put(f"{API}/desk/presence", json={"state": "away", "reason": "lunch"}).raise_for_status()


def words(conversation: dict[str, Any]) -> list[str]:
    return [one["text"] for one in conversation["messages"] if one["direction"] != "event"]


def events(conversation: dict[str, Any]) -> list[str]:
    return [one["event"]["code"] for one in conversation["messages"] if one["direction"] == "event"]


def test_what_waits_of_a_merged_request_goes_to_who_has_the_other_in_hand(desk: DeskHouse) -> None:
    ada = desk.browser("ada")
    held = desk.in_hand(ada, text="First")
    away(ada)
    waits = desk.mail("Second")
    assert read(ada, waits)["contact"]["state"] == "waiting"
    merge = post(ada, f"/contacts/{held}/merge", contact_id=waits)["merge_id"]
    after = read(ada, waits)
    assert after["contact"]["agent"]["name"] == "Ada" and after["contact"]["state"] == "in_hand"
    assert words(read(ada, held)) == words(after) == ["First", "Second"]
    assert "merged" in events(after)
    assert desk.facts(waits)[-2:] == ["ContactMoved", "ContactTaken"]
    assert "ContactReceived" in desk.facts(held), "both journals are kept"
    later = desk.mail("Third", thread=("<2@customer.example>",))
    assert later == held, "an answer to the merged thread comes to the one request"
    assert [one["id"] for one in ada.get(f"{API}/contacts/{held}/merges").json()["items"]] == [merge]
    post(ada, f"/merges/{merge}/undo")
    post(ada, f"/merges/{merge}/undo")
    assert words(read(ada, held)) == ["First", "Third"]
    assert words(read(ada, waits)) == ["Second"]
    assert ada.get(f"{API}/contacts/{held}/merges").json()["items"] == []
    actions = [row["action"] for row in desk.query("select action from audit order by id")]
    assert actions == ["merge_request", "undo_merge_request"]


def test_a_duplicate_is_closed_by_the_merge_and_comes_back_with_its_undoing(desk: DeskHouse) -> None:
    ada = desk.browser("ada")
    held = desk.in_hand(ada)
    away(ada)
    again = desk.mail("Again")
    merge = post(ada, f"/contacts/{held}/merge", contact_id=again, close_other=True)["merge_id"]
    closed = read(ada, again)["contact"]
    assert (closed["state"], closed["outcome"]) == ("closed", "duplicate")
    post(ada, f"/merges/{merge}/undo")
    back = read(ada, again)["contact"]
    assert (back["state"], back["outcome"], back["request_id"] == closed["request_id"]) == (
        "waiting",
        None,
        False,
    )


def test_two_hands_are_not_merged_into_one_behind_somebodys_back(desk: DeskHouse) -> None:
    ada, bob = desk.browser("ada"), desk.browser("bob")
    hers = desk.in_hand(ada)
    away(ada)
    his = desk.in_hand(bob, text="Also")
    answer = ada.post(f"{API}/contacts/{hers}/merge", json={"contact_id": his})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "in_two_hands")
    assert "Bob" in answer.json()["error"]["message"]
    assert words(read(ada, hers)) == ["Where?"], "a refused merge moved nothing"
    same = ada.post(f"{API}/contacts/{hers}/merge", json={"contact_id": hers})
    assert same.json()["error"]["code"] == "one_already"


def test_customers_are_merged_with_all_they_have_and_parted_again(desk: DeskHouse) -> None:
    ada = desk.browser("ada")
    mine = desk.in_hand(ada, sender="zoe.martin@home.example", sender_name="Zoé Martin")
    other = desk.mail("From work", sender="zoe.martin@work.example", sender_name="Zoe Martin")
    one, two = read(ada, mine)["customer"]["id"], read(ada, other)["customer"]["id"]
    likely = ada.get(f"{API}/customers/{one}/likely").json()["items"]
    assert [found["customer"]["id"] for found in likely] == [two]
    assert [why["code"] for why in likely[0]["evidence"]] == ["same_mailbox", "same_name"]
    refused = ada.post(f"{API}/contacts/{mine}/merge", json={"contact_id": other})
    assert refused.json()["error"]["code"] == "of_two_customers"
    skill = desk.query("insert into skill (key, name_fr, name_en) values ('asl', 'LSF', 'ASL') returning id")[
        0
    ]["id"]
    wished = {"wish_ids": [skill], "named_agent_id": desk.ids.ada}
    assert ada.patch(f"{API}/customers/{two}", json=wished).status_code == 200
    merge = post(ada, f"/customers/{one}/merge", customer_id=two)["merge_id"]
    card = read(ada, other)["customer"]
    assert card["id"] == one
    assert (card["wish_ids"], card["named_agent"]["id"]) == ([skill], desk.ids.ada), (
        "asked for once, and for good"
    )
    assert {line["value"] for line in card["addresses"]} == {
        "zoe.martin@home.example",
        "zoe.martin@work.example",
    }
    assert {step["contact_id"] for step in read(ada, mine)["journey"]} == {mine, other}
    new = desk.mail("Again from work", sender="zoe.martin@work.example")
    assert read(ada, new)["customer"]["id"] == one
    assert ada.get(f"{API}/contacts", params={"q": "martin work"}).json()["items"]
    post(ada, f"/merges/{merge}/undo")
    assert read(ada, other)["customer"]["id"] == two
    assert [line["value"] for line in read(ada, mine)["customer"]["addresses"]] == ["zoe.martin@home.example"]
    parted = read(ada, mine)["customer"]
    assert (parted["wish_ids"], parted["named_agent"]) == ([], None)
    assert read(ada, other)["customer"]["wish_ids"] == [skill]
    assert read(ada, new)["customer"]["id"] == one, "what came since stays where it is"
    both = post(ada, f"/contacts/{mine}/merge", contact_id=other, customers=True)
    assert both["merge_id"] and words(read(ada, mine)) == words(read(ada, other))


@pytest.mark.parametrize(
    ("one", "other", "codes"),
    [
        ({"name": "Zoé Martin"}, {"name": "Martin Zoe"}, ["same_name"]),
        ({"name": "Zoé Martin"}, {"name": "Zoé Martine"}, ["similar_name"]),
        ({"name": "Zoé"}, {"name": "Zoé"}, []),
        ({"note": "zoe@x.example"}, {"email": "Zoe@X.example"}, ["claimed_email"]),
        ({"phone": "+33612345678"}, {"phone": "0612345678"}, ["same_phone"]),
        ({"email": "contact@a.example"}, {"email": "contact@b.example"}, []),
    ],
)
def test_evidence_names_what_speaks_for_one_person(
    one: dict[str, str], other: dict[str, str], codes: list[str]
) -> None:
    def card(values: dict[str, str]) -> dict[str, Any]:
        kinds = [{"kind": kind, "value": values[kind]} for kind in ("email", "phone") if kind in values]
        return {"name": values.get("name", ""), "note": values.get("note", ""), "addresses": kinds}

    assert [why["code"] for why in evidence(card(one), card(other))[1]] == codes


def test_a_message_about_something_else_becomes_a_request_of_its_own(desk: DeskHouse) -> None:
    ada = desk.browser("ada")
    contact = desk.in_hand(ada, text="My parcel")
    desk.mail("And my invoice", thread=("<1@customer.example>",), subject="Re: Parcel", headers={
        "message_id": "<2@customer.example>", "subject": "Re: Parcel"})  # fmt: skip
    ids = {one["text"]: one["id"] for one in read(ada, contact)["messages"] if one["direction"] == "in"}
    new = post(ada, f"/contacts/{contact}/split", message_ids=[ids["And my invoice"]], subject="Invoice")[
        "contact_id"
    ]
    assert words(read(ada, contact)) == ["My parcel"]
    assert words(read(ada, new)) == ["And my invoice"]
    assert read(ada, new)["contact"]["state"] == "offered", "it comes to the same agent first"
    assert read(ada, new)["contact"]["subject"] == "Invoice"
    assert "split" in events(read(ada, contact)) and "split_from" in events(read(ada, new))
    assert desk.mail("About the invoice", thread=("<2@customer.example>",)) == new
    assert [row["id"] for row in ada.get(f"{API}/contacts", params={"q": "invoice"}).json()["items"]] == [new]
    rest = ada.post(f"{API}/contacts/{contact}/split", json={"message_ids": [ids["My parcel"]]})
    assert rest.json()["error"]["code"] == "split_leaves_nothing"
    foreign = ada.post(f"{API}/contacts/{contact}/split", json={"message_ids": [ids["And my invoice"]]})
    assert foreign.status_code == 404


def test_a_closing_is_taken_back_by_who_closed_it_or_a_supervisor(desk: DeskHouse) -> None:
    ada, bob, sam = desk.browser("ada"), desk.browser("bob"), desk.browser("sam")
    contact = desk.in_hand(ada)
    post(ada, f"/contacts/{contact}/close", outcome="resolved")
    assert read(ada, contact)["contact"]["can"]["reopen"]
    assert not read(bob, contact)["contact"]["can"]["reopen"]
    assert bob.post(f"{API}/contacts/{contact}/reopen").status_code == 403
    back = post(ada, f"/contacts/{contact}/reopen")["contact"]
    assert (back["state"], back["outcome"], back["agent"]["name"]) == ("in_hand", None, "Ada")
    assert back["due_ms"] is not None, "an answer is owed again"
    assert back["request"]["state"] == "open"
    words = {"key": "reply-key-1", "kind": "reply", "text": "Here."}
    assert ada.post(f"{API}/contacts/{contact}/messages", json=words).status_code == 200
    assert ada.post(f"{API}/contacts/{contact}/reopen").json()["error"]["code"] == "not_closed"
    post(ada, f"/contacts/{contact}/close", outcome="resolved")
    desk.query("insert into agent_capacity values (%s, 'email', 1) returning 1", desk.ids.sam)
    desk.do(changed)
    assert post(sam, f"/contacts/{contact}/reopen")["contact"]["agent"]["name"] == "Sam"


def changed(tx: Any) -> None:
    tx.store.settings.forget()
    tx.policy_changed = True


def test_a_transfer_is_taken_back_while_nobody_has_taken_it_up(desk: DeskHouse) -> None:
    ada, bob = desk.browser("ada"), desk.browser("bob")
    contact = desk.in_hand(ada)
    bob.put(f"{API}/desk/presence", json={"state": "ready"}).raise_for_status()
    post(ada, f"/contacts/{contact}/transfer", agent_id=desk.ids.bob)
    assert read(bob, contact)["contact"]["state"] == "offered"
    assert bob.post(f"{API}/contacts/{contact}/untransfer").status_code == 403
    assert read(ada, contact)["contact"]["can"]["take_back"]
    assert post(ada, f"/contacts/{contact}/untransfer")["contact"]["agent"]["name"] == "Ada"
    assert bob.get(f"{API}/desk").json()["offers"] == []
    post(ada, f"/contacts/{contact}/transfer", agent_id=desk.ids.bob)
    post(bob, f"/contacts/{contact}/accept")
    assert ada.post(f"{API}/contacts/{contact}/untransfer").status_code in (403, 409)


def test_none_of_it_reaches_over_the_wall(desk: DeskHouse) -> None:
    ada, cleo = desk.browser("ada"), desk.browser("cleo")
    one, two = desk.in_hand(ada), desk.mail("Second", sender="other@x.example")
    merge = post(ada, f"/contacts/{one}/merge", contact_id=two, customers=True)["merge_id"]
    customer = read(ada, one)["customer"]["id"]
    tries: list[tuple[str, str, Any]] = [
        ("POST", f"/contacts/{one}/reopen", {}),
        ("POST", f"/contacts/{one}/untransfer", {}),
        ("POST", f"/contacts/{one}/merge", {"contact_id": two}),
        ("GET", f"/contacts/{one}/merges", None),
        ("POST", f"/merges/{merge}/undo", {}),
        ("GET", f"/customers/{customer}/likely", None),
        ("POST", f"/customers/{customer}/merge", {"customer_id": customer + 1}),
        ("POST", f"/contacts/{one}/split", {"message_ids": [1]}),
    ]
    for method, path, body in tries:
        assert cleo.request(method, API + path, json=body).status_code == 404, path
