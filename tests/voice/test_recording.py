"""What is recorded of calls, and what is not: by share, announced, refused, silent while a card's number is said."""

import json
from collections.abc import Generator, Sequence
from typing import Any

import pytest

from affluent.centre.menus.turns import Prompt, SpokenText
from affluent.centre.menus.waiting import WaitNow
from affluent.centre.recording.rules import drawn, recording_rules
from affluent.centre.refusals import NotFound, Refusal
from affluent.centre.wall import Role, Viewer
from affluent.channels.voice.calls import notice
from affluent.channels.voice.calls.waiting_words import Waiting
from affluent.channels.voice.switch import Sound
from affluent.facts.instants import DAY_MS
from affluent.storage.call_recordings import PgCallRecordings
from affluent.storage.sealing import Sealer, new_key
from tests.channels.centre import eventually
from tests.voice.house import House, housed
from tests.voice.test_voicemail import speech

WHOLE = Viewer(1, "Sam", Role.ADMINISTRATOR, "fr", None)
STRANGER = Viewer(1, "Cleo", Role.SUPERVISOR, "fr", frozenset({9_999}))


def sounds(prompts: Sequence[Prompt]) -> list[Sound]:
    return [Sound(one.text if isinstance(one, SpokenText) else type(one).__name__) for one in prompts]


@pytest.fixture
def house(dsn: str, engine: None, monkeypatch: pytest.MonkeyPatch) -> Generator[House]:
    monkeypatch.setattr(notice, "AFTER_S", 0.05)
    with housed(dsn) as made:
        recorded(made, record_percent=100, record_days=7)
        made.waiting = Waiting(sounds, lambda contact, now_ms: WaitNow(0, None))
        made.recordings = PgCallRecordings(made.stage.database, Sealer((new_key(),)))
        again(made)
        yield made


def recorded(house: House, **settings: object) -> None:
    house.stage.change(
        "update channel set settings = settings || %s where medium = 'voice'", json.dumps(settings)
    )


def again(house: House) -> None:
    house.door.stop()
    house.open()


def told(house: House, leg: str) -> None:
    """They hear all of the announcement, and do not refuse."""
    eventually(
        lambda: house.switch.acts and "Cet appel peut" in house.switch.acts[-1][-1], "the announcement"
    )
    house.switch.heard_out(leg)


def talks(house: House, *, press: str = "") -> tuple[str, int, str]:
    """Somebody is told, and talks with Ada: (leg, contact, her leg)."""
    house.stage.ready(house.stage.ids.ada)
    leg = house.switch.rings()
    contact = house.contact_of(leg)
    eventually(
        lambda: house.switch.acts and "Cet appel peut" in house.switch.acts[-1][-1], "the announcement"
    )
    if press:
        house.switch.presses(leg, press)
    else:
        house.switch.heard_out(leg)
    phone = house.phone(house.stage.ids.ada)
    house.switch.picks_up(phone.leg)
    eventually(lambda: house.switch.together(leg, phone.leg), "both in one room")
    return leg, contact, phone.leg


def acts(house: House, kind: str) -> list[tuple[str, ...]]:
    return [one for one in house.switch.acts if one[0] == kind]


def rows(house: House) -> list[dict[str, Any]]:
    return house.stage.query("select * from call_recording order by id")


def test_what_is_said_with_an_agent_is_kept_encrypted_and_who_listens_is_noted(house: House) -> None:
    leg, contact, _ = talks(house)
    (record,) = eventually(lambda: acts(house, "record"), "the recording")
    assert record[1] == f"call-{contact}", "of the room, both sides"
    house.switch.ends(leg)
    eventually(lambda: acts(house, "stop"), "its end")
    sound = speech(2)
    house.switch.recorded(record[2], sound)
    row = eventually(lambda: [one for one in rows(house) if one["state"] == "kept"], "it is kept")[0]
    assert (row["duration_ms"], row["purpose"]) == (2_000, "quality")
    assert sound[:40] not in bytes(row["sound"]) and not house.switch.stored
    store = house.recordings
    assert isinstance(store, PgCallRecordings)
    assert store.listen(WHOLE, row["id"], house.stage.clock.at_ms) == sound
    trail = house.stage.query("select action, noun_id, account_id from audit where noun = 'call_recordings'")
    assert trail == [{"action": "listen", "noun_id": row["id"], "account_id": 1}]
    with pytest.raises(NotFound):
        store.listen(STRANGER, row["id"], house.stage.clock.at_ms)


def test_it_is_erased_on_its_day_and_its_key_with_it(house: House) -> None:
    leg, _, _ = talks(house)
    (record,) = eventually(lambda: acts(house, "record"), "the recording")
    house.switch.ends(leg)
    house.switch.recorded(record[2], speech(1))
    eventually(lambda: rows(house)[0]["state"] == "kept", "it is kept")
    store, kept_ms = house.recordings, house.stage.clock.at_ms
    assert isinstance(store, PgCallRecordings)
    assert store.erase_due(kept_ms + 7 * DAY_MS - 1) == 0
    assert store.erase_due(kept_ms + 7 * DAY_MS) == 1
    (row,) = rows(house)
    assert (row["state"], row["sound"], row["sealed_key"]) == ("erased", None, None)
    with pytest.raises(NotFound):
        store.listen(WHOLE, 1, kept_ms)


def test_all_recordings_of_a_customer_are_erased_with_their_keys_and_it_is_told_who_did_it(
    house: House,
) -> None:
    leg, contact, _ = talks(house)
    (record,) = eventually(lambda: acts(house, "record"), "the recording")
    house.switch.ends(leg)
    house.switch.recorded(record[2], speech(1))
    eventually(lambda: rows(house)[0]["state"] == "kept", "it is kept")
    customer = house.stage.contact(contact)["customer_id"]
    store, now_ms = house.recordings, house.stage.clock.at_ms
    assert isinstance(store, PgCallRecordings)
    with pytest.raises(NotFound):
        store.erase_of_customer(STRANGER, customer, 0, now_ms)
    assert store.erase_of_customer(WHOLE, customer, 2, now_ms) == 1
    assert store.of_customer(WHOLE, customer) == 0
    (row,) = rows(house)
    assert (row["state"], row["sound"], row["sealed_key"]) == ("erased", None, None)
    store.keep(record[2], speech(1), 1_000)
    assert rows(house)[0]["sound"] is None, "what comes late is not kept either"
    trail = house.stage.query("select action, noun_id, after from audit where noun = 'customer_recordings'")
    assert trail == [{"action": "erase", "noun_id": customer, "after": {"recordings": 1, "messages": 2}}]


@pytest.mark.parametrize("press", ["9"])
def test_who_refuses_is_not_recorded(house: House, press: str) -> None:
    leg, contact, _ = talks(house, press=press)
    house.switch.ends(leg)
    house.last(contact, "CallEnded")
    assert rows(house) == [] and acts(house, "record") == []
    assert house.stage.query("select consent from call") == [{"consent": "refused"}]


def test_who_refuses_later_while_they_wait_is_not_recorded_either(house: House) -> None:
    leg = house.switch.rings()
    contact = house.contact_of(leg)
    told(house, leg)
    house.state(contact, "waiting")
    house.switch.presses(leg, "9")
    eventually(lambda: house.stage.query("select 1 from call where consent = 'refused'"))
    house.stage.ready(house.stage.ids.ada)
    phone = house.phone(house.stage.ids.ada)
    house.switch.picks_up(phone.leg)
    eventually(lambda: house.switch.together(leg, phone.leg), "both in one room")
    house.switch.ends(leg)
    house.last(contact, "CallEnded")
    assert acts(house, "record") == []


def test_the_recording_is_silent_while_the_agent_says_so_and_while_the_caller_is_not_there(
    house: House,
) -> None:
    _, contact, _ = talks(house)
    ada = house.stage.ids.ada
    (record,) = eventually(lambda: acts(house, "record"), "the recording")
    eventually(lambda: house.door.is_recorded(contact), "told to the desk")
    house.door.mask_recording(contact, ada, True)
    assert acts(house, "pause") == [("pause", record[2], "True")]
    assert house.door.is_recorded(contact) is False
    house.door.mask_recording(contact, ada, False)
    house.door.hold(contact, ada)
    eventually(lambda: len(acts(house, "pause")) == 3, "silence on hold")
    house.door.resume(contact, ada)
    eventually(lambda: len(acts(house, "pause")) == 4, "it goes on")
    assert [one[2] for one in acts(house, "pause")] == ["True", "False", "True", "False"]
    codes = [
        row["code"]
        for row in house.stage.query(
            "select event ->> 'code' as code from message where event is not null order by id"
        )
    ]
    assert codes == ["recording_begun", "recording_paused", "recording_resumed"]
    with pytest.raises(Refusal):
        house.door.mask_recording(contact, house.stage.ids.bob, True)


def test_only_in_the_queues_that_are_named(house: House) -> None:
    recorded(house, record_queue_ids=[house.queue + 1_000])
    again(house)
    leg, contact, _ = talks(house)
    house.switch.ends(leg)
    house.last(contact, "CallEnded")
    assert acts(house, "record") == []


def test_who_is_not_drawn_hears_nothing_of_it(house: House) -> None:
    recorded(house, record_percent=0)
    again(house)
    house.stage.ready(house.stage.ids.ada)
    house.talks()
    assert not [one for one in house.switch.acts if "Cet appel peut" in one[-1]]


def test_a_restart_goes_on_with_the_recording_that_runs(house: House) -> None:
    leg, contact, _ = talks(house)
    (record,) = eventually(lambda: acts(house, "record"), "the recording")
    house.restart()
    eventually(lambda: house.door.is_recorded(contact), "it is known")
    house.switch.ends(leg)
    house.last(contact, "CallEnded")
    assert acts(house, "record") == [record] and acts(house, "stop") == [("stop", record[2])]


def test_the_share_is_kept_to_and_is_the_same_whenever_it_is_asked() -> None:
    assert recording_rules({}).percent == 0, "off unless somebody turns it on"
    share = sum(drawn(number, 20) for number in range(10_000)) / 10_000
    assert 0.18 < share < 0.22
    assert all(drawn(number, 100) and not drawn(number, 0) for number in range(500))
    assert all(drawn(number, 60) for number in range(500) if drawn(number, 30)), (
        "more percent, no other calls"
    )
