"""Overflow, the work after a contact, and promises, as the fold tells them."""

from affluent.facts import contact as facts
from affluent.facts.instants import SECOND_MS
from affluent.facts.media import Medium, Outcome
from affluent.measure.indicators import INDICATORS
from affluent.measure.outcomes import End, Kind
from tests.measure.story import ADA, BILLING, CHATS, Told, at


def chat() -> Told:
    return Told(Medium.CHAT, at("2026-11-23 10:00"))


def test_who_is_sent_on_is_owed_by_the_queue_they_came_to_from_then_on() -> None:
    one = chat().then(60)
    sent = facts.ContactOverflowed(
        one.now_ms, 1, CHATS, BILLING, "waited", 30 * SECOND_MS, one.now_ms + 30 * SECOND_MS
    )
    first, second = one.add(sent).then(10).accepted().then(50).replied().closed().stays
    assert (first.end, first.answered_ms, first.waited_ms) == (End.OVERFLOWED, -1, 60_000)
    assert (second.kind, second.queue_id, second.waited_ms) == (Kind.OVERFLOW, BILLING, 10_000)
    now_ms = one.now_ms + 1
    judged = INDICATORS["service_level"].cohort
    assert [bool(judged(row, now_ms)) for row in (first, second)] == [False, True]
    counted = {key: [bool(INDICATORS[key].cohort(row, now_ms)) for row in (first, second)]
               for key in ("overflow_out", "overflow_in", "received")}  # fmt: skip
    assert counted == {
        "overflow_out": [True, False], "overflow_in": [False, True], "received": [True, False],
    }  # fmt: skip


def test_the_work_after_a_contact_is_part_of_its_handling_and_ends_with_it() -> None:
    one = chat().then(5).accepted().then(60).replied().then(10)
    one.add(facts.ContactClosed(one.now_ms, 1, ADA, Outcome.RESOLVED, wrap_up_ms=45_000)).then(30)
    (row,) = one.add(facts.WrapUpEnded(one.now_ms, 1, ADA)).stays
    assert row.wrap_ms == (10 + 30) * SECOND_MS
    assert row.left_ms == row.ended_ms == one.now_ms - 30 * SECOND_MS, "the customer left before"


def test_a_promise_that_is_kept_is_in_time_and_nobody_waited_for_it() -> None:
    one = Told(Medium.EMAIL, at("2026-11-23 10:00"), target_s=3600).then(60).accepted()
    hour_ms = at("2026-11-23 15:00")
    one.add(facts.ContactPromised(one.now_ms, 1, ADA, hour_ms))
    one.add(facts.ContactQueued(one.now_ms, 1, CHATS, hour_ms - 3_600_000, target_ms=3_600_000,
                                due_ms=hour_ms + 3_600_000, not_before_ms=hour_ms))  # fmt: skip
    first, second = one.until("2026-11-23 15:05").accepted().then(60).replied().closed().stays
    assert (first.asks, second.asks) == (0, 1), "the answer is owed at the promised hour alone"
    assert second.waited_ms == 6 * 60_000
    assert INDICATORS["service_level"].measured is not None
    assert INDICATORS["service_level"].measured(second, one.now_ms)
