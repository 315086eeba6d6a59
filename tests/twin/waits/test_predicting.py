"""Ranges hold as often as they say, whoever leaves, and where nothing is known nothing is said."""

import heapq
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from affluent.twin.waits.past import Past
from affluent.twin.waits.predicting import Cushion, QueueWaits
from affluent.twin.waits.staff import Staff

Event = tuple[int, int, int]
ENTERS, TAKEN, LEAVES = range(3)


def line(
    seed: int, count: int, *, agents: int = 5, per_hour: Callable[[float], float] = lambda _: 110.0,
    talk_s: float = 180.0, patience_s: float = 240.0,
) -> Iterator[Event]:  # fmt: skip
    """The events of one queue with exponential people; `per_hour` by the hour since the start."""
    rng = np.random.default_rng(seed)
    now, events, waiting, busy = 0.0, [], [], 0
    gone: set[int] = set()
    heapq.heappush(events, (rng.exponential(3600 / per_hour(0)), ENTERS, 0))
    while events:
        now, kind, one = heapq.heappop(events)
        at_ms = round(now * 1000)
        if kind == ENTERS:
            yield at_ms, ENTERS, one
            waiting.append(one)
            heapq.heappush(events, (now + rng.exponential(patience_s), LEAVES, one))
            if one + 1 < count:
                heapq.heappush(events, (now + rng.exponential(3600 / per_hour(now / 3600)), ENTERS, one + 1))
        elif kind == LEAVES:
            if one not in gone and one in waiting:
                gone.add(one)
                waiting.remove(one)
                yield at_ms, LEAVES, one
            continue
        else:
            busy -= 1
        if busy < agents and waiting:
            served = waiting.pop(0)
            gone.add(served)
            busy += 1
            yield at_ms, TAKEN, served
            heapq.heappush(events, (now + rng.exponential(talk_s), TAKEN, -1))


def lived(queue: QueueWaits, events: Iterator[Event]) -> int:
    """Lets a queue live; returns the last instant."""
    at_ms = 0
    for at_ms, kind, one in events:
        {ENTERS: queue.enters, TAKEN: queue.taken, LEAVES: queue.leaves}[kind](one, at_ms)
    return at_ms


@pytest.mark.parametrize("hold", [0.8, 0.9])
def test_a_range_holds_as_often_as_it_says(hold: float) -> None:
    for seed in (1, 2):
        queue = QueueWaits(hold=hold)
        lived(queue, line(seed, 4_000))
        assert queue.held is not None
        share, of = queue.held
        assert of == 500
        assert share == pytest.approx(hold, abs=0.05), seed


def test_it_holds_when_the_day_has_peaks_and_people_are_slow() -> None:
    queue = QueueWaits(hold=0.8)
    lived(queue, line(7, 5_000, per_hour=lambda hour: 60.0 if hour % 4 < 2 else 150.0))
    assert queue.held is not None
    assert queue.held[0] == pytest.approx(0.8, abs=0.05)


def test_a_cushion_is_passed_more_rarely_and_ranges_do_not_take_it_back() -> None:
    plain, soft = QueueWaits(hold=0.8), QueueWaits(hold=0.8, cushion=Cushion(0.5))
    for queue in (plain, soft):
        queue.scored = []
        lived(queue, line(5, 3_000))
    assert plain.exceeded is not None
    assert soft.exceeded is not None
    assert soft.exceeded < 0.6 * plain.exceeded
    assert plain.scored is not None
    assert soft.scored is not None
    assert [one.low_ms for one in soft.scored] == [one.low_ms for one in plain.scored], (
        "the same ranges beneath"
    )
    assert [one.bare_over for one in soft.scored] == [one.over for one in plain.scored], (
        "so its effect is measured"
    )
    assert all(one.high_ms == pytest.approx(1.5 * one.bare_high_ms, abs=2) for one in soft.scored)


def test_minutes_can_be_added_to_a_range() -> None:
    plain, soft = QueueWaits(), QueueWaits(cushion=Cushion(0.1, 120_000))
    end_ms = max(lived(queue, line(5, 3_000)) for queue in (plain, soft))
    bare, told = plain.range_for_next(end_ms), soft.range_for_next(end_ms)
    assert bare is not None
    assert told is not None
    assert told.high_ms == pytest.approx(bare.high_ms * 1.1 + 120_000, abs=2)


def test_one_contact_may_have_a_cushion_of_its_own_and_the_queues_record_stays_its_own() -> None:
    queue = QueueWaits()
    end_ms = lived(queue, line(3, 6_000)) + 1_000
    before = queue.held
    queue.scored = []
    queue.enters(90_001, end_ms)
    queue.enters(90_002, end_ms, Cushion(0.0, 600_000))
    at_ms = end_ms + 5_000
    bare, own = queue.range_of(90_001, at_ms), queue.range_of(90_002, at_ms)
    assert bare is not None
    assert own is not None
    assert own.high_ms >= bare.high_ms + 600_000
    queue.taken(90_002, at_ms)
    assert queue.held == before
    assert [one.own for one in queue.scored] == [True]


def test_drift_is_told_when_ranges_stop_holding_and_not_while_they_do() -> None:
    for seed in range(6):
        queue = QueueWaits(hold=0.8)
        lived(queue, line(seed, 1_500))
        assert queue.drift is None, seed
    queue = QueueWaits(hold=0.8)
    end_ms = lived(queue, line(1, 1_500))
    # Nobody is served for two hours, and everybody stays: what each was told first does not hold.
    for one in range(100):
        end_ms += 60_000
        queue.enters(50_000 + one, end_ms)
    for one in range(100):
        queue.taken(50_000 + one, end_ms + 1_200_000)
    drift = queue.drift
    assert drift is not None
    assert drift.held < 0.75
    assert drift.promised == 0.8
    queue.promise(0.9, queue.cushion)
    assert queue.drift is None
    assert queue.held is None


def test_ranges_know_who_is_there_and_say_nothing_where_almost_all_leave() -> None:
    """By day five agents; by night none until the morning, and most give up: told apart by who is there."""
    rng = np.random.default_rng(6)
    staff = Staff()
    queue = QueueWaits(staff=staff)
    queue.scored, queue.silences = told, silences = [], []
    now_ms, one = 0, 0
    for half_day in range(40):
        night = half_day % 2 == 1
        morning_ms = (half_day + 1) * 12 * 3_600_000
        for agent in range(5):
            staff.is_there(agent, not night)
        while now_ms < morning_ms:
            now_ms += round(rng.exponential(1_500_000 if night else 400_000))
            one += 1
            left_ms = round(rng.exponential(240_000))
            until_ms = morning_ms if night else now_ms + round(rng.gamma(4, 8_000))
            queue.enters(one, now_ms)
            if now_ms + left_ms < until_ms:
                now_ms += left_ms
                queue.leaves(one, now_ms)
            else:
                now_ms = until_ms
                queue.taken(one, now_ms, int(rng.integers(5)))
    nights = [one for one in silences if one.at_ms // (12 * 3_600_000) % 2 == 1]
    assert len(nights) > 0.9 * len(silences) > 50, "silence falls where nobody is there"
    assert sum(one.nobody for one in nights) == len(nights)
    late = told[len(told) // 2 :]
    assert sum(look.held for look in late) / len(late) == pytest.approx(0.8, abs=0.05)
    assert max(look.high_ms for look in late) < 200_000, (
        "a day's wait is told as one, whatever the nights were"
    )
    for agent in range(5):
        staff.is_there(agent, True)
    queue.enters(one + 1, now_ms + 60_000)
    assert queue.range_of(one + 1, now_ms + 62_000) is not None
    for agent in range(5):
        staff.is_there(agent, False)
    assert queue.range_of(one + 1, now_ms + 63_000) is None, "most would leave first: nobody knows"


def test_who_knows_little_says_nothing() -> None:
    queue = QueueWaits()
    assert queue.range_for_next(1_000) is None
    queue.enters(1, 2_000)
    assert queue.range_of(1, 60_000) is None
    assert queue.range_of(99, 60_000) is None
    assert queue.held is None


def test_a_pace_of_yesterday_tells_nothing_of_this_morning() -> None:
    queue = QueueWaits()
    end_ms = lived(queue, line(2, 3_000))
    assert queue.range_for_next(end_ms) is not None
    assert queue.range_for_next(end_ms + 12 * 3_600_000) is None


def test_more_ahead_is_a_longer_wait_and_time_shortens_it() -> None:
    queue = QueueWaits()
    end_ms = lived(queue, line(3, 6_000)) + 1_000
    ranges = []
    for one in range(6):
        found = queue.range_for_next(end_ms)
        assert found is not None
        ranges.append(found.high_ms)
        queue.enters(10_000 + one, end_ms + one)
    assert ranges[-1] > ranges[0]
    assert all(one.high_ms >= one.low_ms for one in [queue.range_of(10_003, end_ms + 10)] if one is not None)


def test_who_leaves_counts_as_waiting_on() -> None:
    rng = np.random.default_rng(4)
    wait, patience = rng.random(5_000), rng.exponential(0.5, 5_000)
    past, naive = Past(1), Past(1)
    alike = np.zeros(1)
    for truth, until in zip(wait, patience, strict=True):
        past.add(alike, float(min(truth, until)), answered=bool(truth < until))
        if truth < until:
            naive.add(alike, float(truth), answered=True)
    assert past.enough
    assert past.curve(alike, 0.2).quantile_ms(0.5) == pytest.approx(0.5, abs=0.08)
    assert naive.curve(alike, 0.2).quantile_ms(0.5) < 0.42, "those who were answered waited less"


def test_the_same_events_tell_the_same() -> None:
    told = []
    for _ in range(2):
        queue = QueueWaits()
        end_ms = lived(queue, line(11, 2_000))
        told.append((queue.held, queue.range_for_next(end_ms)))
    assert told[0] == told[1]
