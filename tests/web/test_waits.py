"""Announced waits over HTTP: by queue, with how often they held, each brand behind its wall."""

from collections.abc import Generator
from unittest.mock import Mock

import pytest

from affluent.storage.waits import QueueTold
from affluent.twin.waits.predicting import Range
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
    known = [
        QueueTold(ids.chat, ids.north, Range(60_000, 240_000), 2, 0.81, 0.1, 200),
        QueueTold(ids.south_chat, ids.south, None, 0, None, None, 0),
    ]
    sam = house.browser("sam")
    assert sam.get(PATH).json() == {"hold": 0.8, "queues": []}
    monkeypatch.setattr(house.centre.app.state.waits, "told", Mock(return_value=known))
    told = sam.get(PATH).json()["queues"]
    assert [one["queue_id"] for one in told] == [ids.chat, ids.south_chat]
    assert told[0]["next"] == {"low_ms": 60_000, "high_ms": 240_000}
    assert (told[0]["held"], told[0]["looked_at"], told[1]["next"]) == (0.81, 200, None)
    house.query(
        "delete from account_brand where account_id = %s and brand_id = %s returning 1", ids.sam, ids.north
    )
    assert [one["queue_id"] for one in house.browser("sam").get(PATH).json()["queues"]] == [ids.south_chat]
    assert house.browser("ada").get(PATH).status_code == 403
