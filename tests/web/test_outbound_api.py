"""Calls that agents make, over HTTP: placed, refused in words, what customers said, lists, and the journal."""

from collections.abc import Generator

import pytest

from affluent.centre.calling.call_hours import CallHours, Window
from affluent.centre.outbound_calls import calling_out
from affluent.centre.outbound_calls.law import Law, Purpose, law_of
from affluent.channels.voice.calls.door import VoiceDoor
from affluent.routing import warm_up
from affluent.storage.calls import PgVoice
from tests.channels.centre import eventually
from tests.voice.scripted_switch import ScriptedSwitch
from tests.voice.test_calls_api import FURNITURE
from tests.web.test_desk_api import Desk

ZOE = "+33612345678"
ALWAYS = CallHours((Window(0, 1440),), "", True)


def at_any_hour(country: str, purpose: Purpose) -> Law:
    usual = law_of(country, purpose)
    return Law(ALWAYS, usual.needs_consent, usual.heeds_lists, usual.most, usual.per_days, usual.silence_days)


@pytest.fixture
def line(dsn: str, monkeypatch: pytest.MonkeyPatch) -> Generator[tuple[Desk, ScriptedSwitch]]:
    warm_up(lambda said: None)
    monkeypatch.setattr(calling_out, "law_of", at_any_hour)
    desk = Desk(
        dsn,
        *FURNITURE,
        "update account set role = 'administrator' where name = 'Cleo'",
        "delete from account_brand where account_id = (select id from account where name = 'Cleo')",
        "insert into customer (brand_id, name, created_ms) values (1, 'Zoe', 0)",
        "insert into customer_address select id, brand_id, 'phone', '+33612345678' from customer where name = 'Zoe'",
    )
    centre = desk.centre
    switch = ScriptedSwitch(1)
    door = VoiceDoor(centre.runner, PgVoice(centre.database), centre.hub, centre.clock, lambda server: switch)
    door.start()
    centre.app.state.calls = door
    eventually(door.reached, "the switch")
    try:
        yield desk, switch
    finally:
        door.stop()
        desk.stop()


def test_a_call_from_the_card_its_rules_in_words_and_its_proof(line: tuple[Desk, ScriptedSwitch]) -> None:
    desk, switch = line
    ada, cleo = desk.browser("ada"), desk.browser("cleo")
    with desk.database.transaction() as conn:
        row = conn.execute("select id from customer where name = 'Zoe'").fetchone()
    assert row is not None
    at = f"/api/v1/customers/{row['id']}"
    refused = ada.post(f"{at}/call", json={"key": "a", "number": ZOE})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_at_work")
    ada.put("/api/v1/desk/presence", json={"state": "ready"}).raise_for_status()
    sell = {"key": "b", "number": ZOE, "purpose": "prospecting"}
    refused = ada.post(f"{at}/call", json=sell)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "call_without_consent")
    may = ada.get(f"{at}/call", params={"number": ZOE, "purpose": "prospecting"}).json()
    assert may == {"allowed": False, "code": "call_without_consent", "until_ms": None}
    upload = cleo.post(
        "/api/v1/outbound/lists?name=Bloctel", files={"file": ("l.csv", "06 12 34 56 78\n0611111111;x\n")}
    )
    assert (upload.status_code, upload.json()["numbers"]) == (201, 2)
    assert (
        ada.get(f"{at}/call", params={"number": ZOE, "purpose": "prospecting"}).json()["code"]
        == "call_listed"
    )
    word = {"number": ZOE, "purpose": "prospecting", "said": "given", "source": "form of 12 March"}
    assert ada.post(f"{at}/call-words", json=word).status_code == 200
    assert [one["said"] for one in ada.get(f"{at}/call-words").json()["items"]] == ["given"]
    placed = ada.post(f"{at}/call", json=sell)
    assert placed.status_code == 201, placed.text
    assert ada.post(f"{at}/call", json=sell).json() == placed.json(), "a repeat is the same call"
    contact = placed.json()["contact_id"]
    switch.picks_up(eventually(lambda: switch.of(desk.ids.ada), "her phone").leg)
    dialled = eventually(
        lambda: next((one for one in switch.lines.values() if one.door == ZOE), None), "Zoe's phone"
    )
    assert ada.post(f"/api/v1/contacts/{contact}/call/again", json={}).status_code == 409
    switch.ends(dialled.leg)
    span = {"from_ms": 0, "to_ms": 2**50}
    (proof,) = cleo.get("/api/v1/outbound/journal", params=span).json()["items"]
    assert (proof["agent"], proof["said"], proof["source"]) == ("Ada", "given", "form of 12 March")
    told = cleo.get("/api/v1/outbound/journal", params={**span, "form": "csv"}).text
    assert f"'{ZOE}" in told, "no formula"
    assert ada.get("/api/v1/outbound/journal", params=span).status_code == 403
    assert cleo.delete(f"/api/v1/outbound/lists/{upload.json()['id']}").status_code == 200
    assert cleo.get("/api/v1/outbound/lists").json() == {"items": []}
    empty = cleo.post("/api/v1/outbound/lists?name=x", files={"file": ("l.csv", "none\n")})
    assert (empty.status_code, empty.json()["error"]["code"]) == (422, "list_empty")
