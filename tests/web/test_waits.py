"""Announced waits over HTTP: by queue, with how often they held, each brand behind its wall."""

from collections.abc import Generator
from unittest.mock import Mock

import pytest

from affluent.storage.waits import QueueTold
from affluent.storage.waits_rules import Rule
from affluent.twin.waits.predicting import Cushion, Drift, Range
from tests.web.desk_house import DeskHouse, desk_house

PATH = "/api/v1/waits"


@pytest.fixture
def house(dsn: str) -> Generator[DeskHouse]:
    with desk_house(dsn) as made:
        yield made


def test_waits_are_told_by_queue_and_another_brand_is_not_there(
    house: DeskHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = house.ids
    soft = Rule(True, 0.9, Cushion(0.2, 60_000))
    known = [
        QueueTold(
            ids.chat, ids.north, Range(60_000, 240_000), 2, 0.81, 0.1, 200, soft, Drift(0.81, 0.9, 120)
        ),
        QueueTold(ids.south_chat, ids.south, None, 0, None, None, 0, Rule(False)),
    ]
    sam = house.browser("sam")
    assert sam.get(PATH).json() == {"queues": []}
    monkeypatch.setattr(house.centre.app.state.waits, "told", Mock(return_value=known))
    told = sam.get(PATH).json()["queues"]
    assert [one["queue_id"] for one in told] == [ids.chat, ids.south_chat]
    assert told[0]["next"] == {"low_ms": 60_000, "high_ms": 240_000}
    assert (told[0]["held"], told[0]["looked_at"], told[1]["next"]) == (0.81, 200, None)
    assert (told[0]["hold"], told[0]["cushion_share"], told[0]["cushion_ms"]) == (0.9, 0.2, 60_000)
    assert told[0]["drift"] == {"held": 0.81, "promised": 0.9, "of": 120}
    assert (told[1]["announces"], told[1]["hold"], told[1]["drift"]) == (False, 0.8, None)
    house.query(
        "delete from account_brand where account_id = %s and brand_id = %s returning 1", ids.sam, ids.north
    )
    assert [one["queue_id"] for one in house.browser("sam").get(PATH).json()["queues"]] == [ids.south_chat]
    assert house.browser("ada").get(PATH).status_code == 403


def test_who_hands_a_contact_on_sees_how_long_it_would_wait_there(
    house: DeskHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def next_of(queue_id: int, now_ms: int) -> Range | None:
        return Range(60_000, 240_000) if queue_id == house.ids.chat else None

    monkeypatch.setattr(house.centre.app.state.waits, "next_of", next_of)
    queues = house.browser("ada").get("/api/v1/directory").json()["queues"]
    waits = {one["id"]: one["wait"] for one in queues}
    assert waits[house.ids.chat] == {"low_ms": 60_000, "high_ms": 240_000}
    assert {one for key, one in waits.items() if key != house.ids.chat} == {None}


def test_how_announcements_went_is_told_by_queue_and_local_day_behind_the_wall(house: DeskHouse) -> None:
    ids = house.ids
    # 23:30 and 00:30 of Paris, on both sides of midnight of 10 March 2026.
    for queue_id, at_ms in (
        (ids.chat, 1773095400000),
        (ids.chat, 1773099000000),
        (ids.south_chat, 1773099000000),
    ):
        house.query(
            "insert into wait_told values (%s, %s, true, 10, 6, 2, 8, 7.5, 2, 600000, 7, 2.5, 500000) returning 1",
            queue_id,
            at_ms,
        )
    sam = house.browser("sam")
    asked = {"from_day": "2026-03-09", "to_day": "2026-03-10"}
    told = sam.get(f"{PATH}/told", params=asked).json()
    assert told["timezone"] == "Europe/Paris"
    assert [(one["queue_id"], one["day"]) for one in told["days"] if one["queue_id"] == ids.chat] == [
        (ids.chat, "2026-03-09"),
        (ids.chat, "2026-03-10"),
    ]
    assert (told["days"][0]["looked_at"], told["days"][0]["held"], told["days"][0]["bare_held"]) == (
        10,
        7.5,
        7,
    )
    assert told["days"][0]["silence_of"] == 0, "nobody counted silence then"
    house.query(
        "update wait_told set silent = 5, silent_nobody = 4 where at_ms = 1773099000000 and queue_id = %s returning 1",
        ids.chat,
    )
    later = sam.get(f"{PATH}/told", params=asked).json()["days"][1]
    assert (later["silent"], later["silent_nobody"], later["silence_of"]) == (5, 4, 15)
    utc = sam.get(f"{PATH}/told", params={**asked, "timezone": "UTC"}).json()["days"]
    assert [one["looked_at"] for one in utc if one["queue_id"] == ids.chat] == [20]
    only = sam.get(f"{PATH}/told", params={"from_day": "2026-03-10", "to_day": "2026-03-10"}).json()["days"]
    assert {one["day"] for one in only} == {"2026-03-10"}
    house.query(
        "delete from account_brand where account_id = %s and brand_id = %s returning 1", ids.sam, ids.north
    )
    behind = house.browser("sam").get(f"{PATH}/told", params=asked).json()["days"]
    assert {one["queue_id"] for one in behind} == {ids.south_chat}
    assert house.browser("ada").get(f"{PATH}/told", params=asked).status_code == 403
    assert sam.get(f"{PATH}/told", params={**asked, "timezone": "Mars/Base"}).status_code == 422
    backwards = {"from_day": "2026-03-10", "to_day": "2026-03-09"}
    assert sam.get(f"{PATH}/told", params=backwards).status_code == 422
