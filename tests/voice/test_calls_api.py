"""The call of a contact over HTTP: how it stands, and what its agent does with it."""

from collections.abc import Generator

import pytest
from starlette.testclient import TestClient

from affluent.channels.voice.calls.door import VoiceDoor
from affluent.channels.voice.switch import QualityMeasured
from affluent.routing import warm_up
from affluent.storage.calls import PgVoice
from tests.channels.centre import eventually
from tests.voice.scripted_switch import NOW_MS, ScriptedSwitch
from tests.web.test_desk_api import Desk

FURNITURE = (
    "insert into voice_server (name, kind, public_key) values ('pbx', 'asterisk', 'pbx')",
    "insert into queue (brand_id, name, medium, target_ms) values (1, 'calls', 'voice', 20000)",
    "insert into channel (brand_id, medium, name, queue_id, public_key, settings)"
    " select 1, 'voice', 'phone', id, 'phone', '{}' from queue where name = 'calls'",
    "insert into agent_capacity (account_id, medium, limit_count) select id, 'voice', 1 from account"
    " on conflict do nothing",
)


@pytest.fixture
def line(dsn: str) -> Generator[tuple[Desk, ScriptedSwitch]]:
    """A composed centre, and the switch that carries its calls."""
    warm_up(lambda said: None)
    desk = Desk(dsn, *FURNITURE)
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


def call_of(browser: TestClient, contact: int) -> dict[str, object]:
    answer = browser.get(f"/api/v1/contacts/{contact}/call")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_agent_holds_resumes_and_ends_a_call(line: tuple[Desk, ScriptedSwitch]) -> None:
    desk, switch = line
    ada = desk.browser("ada")
    ada.put("/api/v1/desk/presence", json={"state": "ready"}).raise_for_status()
    caller = switch.rings()
    contact = eventually(lambda: ada.get("/api/v1/desk").json()["offers"], "the call on the desk")[0]["id"]
    assert call_of(ada, contact)["answered_ms"] is None
    switch.picks_up(eventually(lambda: switch.of(desk.ids.ada), "her phone").leg)
    eventually(lambda: call_of(ada, contact)["answered_ms"], "the talk")
    # Nothing can be written to somebody on the telephone.
    assert ada.get(f"/api/v1/contacts/{contact}").json()["contact"]["can"]["reply"] is False
    written = {"key": "reply-key-1", "kind": "reply", "text": "Bonjour"}
    refused = ada.post(f"/api/v1/contacts/{contact}/messages", json=written)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "call_not_written")
    at = f"/api/v1/contacts/{contact}/call"
    assert ada.post(f"{at}/hold").json()["held"] is True
    eventually(lambda: switch.lines[caller].music, "music for the caller")
    assert ada.post(f"{at}/resume").json()["held"] is False
    eventually(lambda: not switch.lines[caller].music, "the caller is back")
    assert ada.post(f"{at}/digits", json={"digits": "12#"}).status_code == 200
    assert ada.post(f"{at}/digits", json={"digits": "call me"}).status_code == 422
    assert desk.browser("bob").post(f"{at}/hang-up").status_code == 403, "it is in another hand"
    assert ada.post(f"{at}/hang-up").status_code == 200
    over = eventually(lambda: (told := call_of(ada, contact))["ended_ms"] and told, "the end")
    assert (over["ended_by"], over["held"]) == ("agent", False)
    assert ada.post(f"{at}/hold").status_code == 409
    assert [one["id"] for one in ada.get("/api/v1/desk").json()["in_hand"]] == [contact]


def test_a_contact_that_came_by_no_telephone_has_no_call(line: tuple[Desk, ScriptedSwitch]) -> None:
    desk, _ = line
    ada = desk.browser("ada")
    contact = desk.mail(subject="Parcel")
    assert ada.get(f"/api/v1/contacts/{contact}/call").status_code == 404
    assert ada.post(f"/api/v1/contacts/{contact}/call/hang-up").status_code in (404, 409)


def test_pages_are_told_of_a_call_and_of_hours(line: tuple[Desk, ScriptedSwitch]) -> None:
    desk, switch = line
    ada, sam = desk.browser("ada"), desk.browser("sam")
    ada.put("/api/v1/desk/presence", json={"state": "ready"}).raise_for_status()
    leg = switch.rings()
    contact = eventually(lambda: ada.get("/api/v1/desk").json()["offers"], "the call on the desk")[0]["id"]

    def read() -> list[dict[str, object]]:
        return ada.get(f"/api/v1/contacts/{contact}/call/quality").json()["items"]

    assert read() == []
    switch.tells(QualityMeasured(leg, NOW_MS, 0.0, 1.0, 20.0))
    switch.ends(leg)
    (side,) = eventually(read, "the quality")
    assert (side["side"], side["grade"]) == ("caller", "good")
    assert ada.get("/api/v1/figures/call-quality", params={"from_ms": 0, "to_ms": 1}).status_code == 403
    period = {"from_ms": NOW_MS - 86_400_000, "to_ms": NOW_MS + 86_400_000}
    found = sam.get("/api/v1/figures/call-quality", params=period)
    assert found.status_code == 200, found.text
    bad = sam.get("/api/v1/figures/call-quality", params={"from_ms": 5, "to_ms": 5})
    assert bad.status_code == 422


def test_what_a_customer_said_is_erased_by_who_may_and_nobody_else(
    line: tuple[Desk, ScriptedSwitch],
) -> None:
    desk, switch = line
    at = "/api/v1/customers/{}/recordings/erase"
    switch.rings()
    with desk.centre.database.transaction() as conn:
        conn.execute("update account set role = 'administrator' where email = 'bob@example.org'")
        found = eventually(lambda: conn.execute("select customer_id from contact").fetchone(), "the contact")
    assert desk.browser("ada").post(at.format(found["customer_id"])).status_code == 403
    bob = desk.browser("bob")
    done = bob.post(at.format(found["customer_id"]))
    assert (done.status_code, done.json()) == (200, {"recordings": 0, "messages": 0}), done.text
    assert bob.post(at.format(987_654)).status_code == 404
