"""The picture that boards are drawn from: moves in order, one wall at a time, and the pace of a queue."""

from dataclasses import replace
from typing import Any

from affluent.centre.hub import AgentMoved, ContactMoved
from affluent.centre.records import Contact, Presence
from affluent.centre.supervising.ports import BoardFacts, PersonFacts, PresenceFacts, QueueFacts
from affluent.facts.instants import MINUTE_MS
from affluent.facts.media import Medium
from affluent.facts.states import AgentState, ContactState
from affluent.web.board.judging import found_now, open_now, opens_ms
from affluent.web.board.picture import PACE_MS, Picture

NOW_MS = 1_790_000_000_000
NORTH, SOUTH = 1, 2


def contact(number: int, *, brand: int = NORTH, version: int = 1, **more: Any) -> Contact:
    usual: dict[str, Any] = dict.fromkeys(Contact._fields)
    usual |= {
        "id": number, "request_id": number, "brand_id": brand, "customer_id": 1, "channel_id": 1,
        "medium": Medium.CHAT, "queue_id": brand, "state": ContactState.WAITING, "subject": "",
        "arrived_ms": NOW_MS, "due_ms": NOW_MS + MINUTE_MS, "target_ms": MINUTE_MS, "awaiting": "us",
        "wakes_on_customer": False, "wrote": True, "version": version,
    }  # fmt: skip
    return Contact(**(usual | more))


def moved(number: int, at_ms: int = NOW_MS, **more: Any) -> ContactMoved:
    return ContactMoved(at_ms, contact(number, **more))


def queue(brand: int) -> QueueFacts:
    return QueueFacts(brand, brand, "Q", "chat", 0, None, 0.8, MINUTE_MS, None, frozenset({brand * 10}))


def person(brand: int) -> PersonFacts:
    return PersonFacts(brand * 10, f"P{brand}", None, frozenset({brand}), {"chat": 1}, {})


def picture() -> Picture:
    made = Picture()
    brands = [{"id": one, "name": str(one), "colour": "#000000"} for one in (NORTH, SOUTH)]
    queues, people = [queue(NORTH), queue(SOUTH)], [person(NORTH), person(SOUTH)]
    made.begin(BoardFacts(brands, (), queues, people, (), {}, (), {}), NOW_MS)
    return made


def test_moves_are_applied_in_order_and_an_older_one_changes_nothing() -> None:
    made = picture()
    assert made.move(moved(1, version=2)) is not None
    assert made.move(moved(1, version=1, state=ContactState.OFFERED)) is None
    assert made.contacts[1].state == "waiting"
    assert made.move(moved(1, version=3, state=ContactState.CLOSED)) is not None
    assert made.contacts == {}
    assert made.move(moved(1, version=4, state=ContactState.CLOSED)) is None, "what ended is gone once"


def test_each_wall_hears_of_its_own_brand_only() -> None:
    made = picture()
    made.move(moved(1))
    made.move(moved(2, brand=SOUTH))
    made.presence(AgentMoved(Presence(20, AgentState.READY, None, NOW_MS)))
    changed = {1: NORTH, 2: SOUTH, 3: SOUTH}
    north = made.delta(frozenset({NORTH}), changed, {20}, NOW_MS)
    south = made.delta(frozenset({SOUTH}), changed, {20}, NOW_MS)
    assert north is not None and south is not None
    assert [one["id"] for one in north["contacts"]] == [1] and north["people"] == [] and north["gone"] == []
    assert [one["id"] for one in south["contacts"]] == [2] and south["gone"] == [3]
    assert [one["id"] for one in south["people"]] == [20]
    assert made.delta(frozenset({9}), changed, {20}, NOW_MS) is None
    whole = made.snapshot(frozenset({NORTH}), NOW_MS)
    assert [one["id"] for one in whole["queues"]] == [NORTH]
    assert [one["id"] for one in whole["people"]] == [10]
    assert [one["id"] for one in whole["contacts"]] == [1]


def test_the_pace_counts_those_taken_in_hand_lately_each_once() -> None:
    made = picture()
    for number in (1, 2, 3):
        made.move(moved(number))
        taken = moved(number, NOW_MS + number * MINUTE_MS, version=2, state=ContactState.IN_HAND)
        made.move(taken)
        made.move(replace(taken, contact=taken.contact._replace(version=3)))
    assert made.served_lately(NORTH, NOW_MS + 4 * MINUTE_MS) == (3, 4 * MINUTE_MS)
    assert made.served_lately(NORTH, NOW_MS + 2 * MINUTE_MS + PACE_MS) == (2, PACE_MS)
    assert made.served_lately(SOUTH, NOW_MS) == (0, 0)


def test_nobody_ready_is_an_alert_of_the_queue_where_someone_waits() -> None:
    made = picture()
    made.move(moved(1))
    assert [(one.kind, one.queue_id) for one in found_now(made, {}, {}, NOW_MS)] == [("nobody", NORTH)]
    made.presences[10] = PresenceFacts("ready", None, NOW_MS)
    assert found_now(made, {}, {}, NOW_MS) == []
    made.presences.clear()
    assert found_now(made, {}, {NORTH: False}, NOW_MS) == [], "a closed queue is silent"


def test_who_was_promised_an_hour_waits_for_nobody_before_it() -> None:
    made = picture()
    hour_ms = NOW_MS + 60 * MINUTE_MS
    made.move(moved(1, not_before_ms=hour_ms, due_ms=hour_ms))
    assert made.snapshot(None, NOW_MS)["contacts"][0]["promised_ms"] == hour_ms
    assert found_now(made, {}, {}, NOW_MS) == [], "nobody is missing yet"
    assert "nobody" in [one.kind for one in found_now(made, {}, {}, hour_ms)]


def test_a_closed_queue_says_when_it_opens() -> None:
    weekly = {
        day: [["00:00", "24:00"]] if day == "tue" else [] for day in ("mon", "tue", "wed", "thu", "fri")
    }
    hours: dict[str, Any] = {"timezone": "UTC", "weekly": weekly, "holidays": None, "exceptions": []}
    made = picture()
    never = replace(queue(SOUTH), hours={**hours, "weekly": {}})
    made.begin(BoardFacts((), (), [replace(queue(NORTH), hours=hours), never], (), (), {}, (), {}), NOW_MS)
    found = opens_ms(made, open_now(made, NOW_MS), NOW_MS)
    assert set(found) == {NORTH}, "one that never opens has no hour to tell"
    assert found[NORTH] > NOW_MS
    assert opens_ms(made, {NORTH: True, SOUTH: True}, NOW_MS) == {}
