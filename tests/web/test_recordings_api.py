"""Recordings over HTTP: who may listen, who stands in the audit trail, what is erased, and the wall."""

from collections.abc import Generator
from dataclasses import replace

import pytest

from affluent.centre.recording.consent import Beginning
from affluent.storage.call_recordings import PgCallRecordings
from affluent.storage.sealing import Sealer, new_key
from tests.voice.test_calls_api import FURNITURE
from tests.voice.test_voicemail import speech
from tests.web.test_desk_api import Desk


@pytest.fixture
def desk(dsn: str) -> Generator[Desk]:
    made = Desk(
        dsn,
        *FURNITURE,
        "update account set role = 'administrator' where name = 'Cleo'",
        "delete from account_brand where account_id = (select id from account where name = 'Cleo')",
    )
    store = PgCallRecordings(made.database, Sealer((new_key(),)))
    state = made.centre.app.state
    state.call_ports = replace(state.call_ports, recordings=store)
    try:
        yield made
    finally:
        made.stop()


def test_a_supervisor_listens_an_agent_does_not_and_an_administrator_erases(desk: Desk) -> None:
    contact = desk.mail(subject="Parcel")
    store = desk.centre.app.state.call_ports.recordings
    assert isinstance(store, PgCallRecordings)
    now_ms = desk.centre.clock.now_ms()
    name = store.begin(Beginning(contact, 1, "proof", now_ms, now_ms + 1_000_000))
    store.keep(name, speech(1), 1_000)
    at = f"/api/v1/contacts/{contact}/recordings"
    ada, sam = desk.browser("ada"), desk.browser("sam")
    told = ada.get(at).json()
    assert (told["live"], told["listens"], told["items"][0]["state"]) == (None, False, "kept")
    number = told["items"][0]["id"]
    assert ada.get(f"{at}/{number}/sound").status_code == 403
    heard = sam.get(f"{at}/{number}/sound")
    assert (heard.status_code, heard.content, heard.headers["cache-control"]) == (200, speech(1), "no-store")
    assert sam.get(f"{at}/{number + 1}/sound").status_code == 404
    assert sam.get(f"/api/v1/contacts/{contact + 1}/recordings/{number}/sound").status_code == 404
    assert sam.post(f"{at}/{number}/erase").status_code == 403
    assert ada.post(f"{at}/pause").status_code == 409, "no call is up"
    admin = desk.browser("cleo")
    assert admin.post(f"{at}/{number}/erase").status_code == 200
    trail = admin.get("/api/v1/admin/audit").json()["items"]
    noted = [(one["action"], one["noun_id"]) for one in trail if one["noun"] == "call_recordings"]
    assert noted == [("erase", number), ("listen", number)]
    assert sam.get(f"{at}/{number}/sound").status_code == 404
    assert sam.get(at).json()["items"][0]["state"] == "erased"
